"""What must be there before the product can start: folders, catalogs, static files, model, tables."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kayasupport import catalogs
from triage import versions

FOLDERS = ("beat", "broker", "broker/control", "identity", "log", "mail", "screenshots", "triage")
ADMINISTRATOR = "admin"


@dataclass(frozen=True)
class Step:
    """One thing to make, and how to tell cheaply that it need not be made again."""

    title: str
    is_due: Callable[[], bool]
    make: Callable[[], None]


def make_folders() -> None:
    """Create the data folders; personal data lies in them, so they are the owner's alone."""
    settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in FOLDERS:
        (settings.DATA_DIR / name).mkdir(mode=0o700, exist_ok=True)


def due() -> list[Step]:
    return [step for step in STEPS if step.is_due()]


def create_administrator() -> str | None:
    """Return the password of the administrator it creates; None when somebody can sign in already.

    The password is stored only as a hash: who asks must show it, now or never.
    """
    if User.objects.filter(is_superuser=True, is_active=True).exists():
        return None
    password = secrets.token_urlsafe(12)
    user, _ = User.objects.get_or_create(username=ADMINISTRATOR)
    user.is_superuser = user.is_staff = user.is_active = True
    user.set_password(password)
    user.save()
    user.groups.add(*Group.objects.filter(name="administrator"))
    return password


def _tables_are_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def _compile_catalogs() -> None:
    for po in catalogs.stale():
        catalogs.compile_catalog(po)


def _static_stamp() -> Path:
    # Beside the folder, not in it: what lies in it is served.
    return settings.STATIC_ROOT.with_name(f"{settings.STATIC_ROOT.name}.stamp")


def _static_is_behind() -> bool:
    """Compare the names, sizes and times of the sources with those last collected."""
    try:
        collected = _static_stamp().read_text()
    except FileNotFoundError:
        return True
    return collected != _static_version() or not (settings.STATIC_ROOT / "staticfiles.json").exists()


def _collect_static() -> None:
    version = _static_version()
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    _static_stamp().write_text(version)


def _static_version() -> str:
    digest = hashlib.sha256(f"{settings.STORAGES['staticfiles']} {settings.STATIC_ROOT}".encode())
    for line in sorted(_static_sources()):
        digest.update(line.encode())
    return digest.hexdigest()


def _static_sources() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            if isinstance(storage, FileSystemStorage):
                status = Path(storage.path(name)).stat()
                yield f"{name} {status.st_size} {status.st_mtime_ns}\n"


def _model_is_behind() -> bool:
    return versions.standing(settings.TRIAGE_MODEL_DIR) is None


def _prepare_model() -> None:
    call_command("prepare_triage", verbosity=0)


STEPS = [
    Step("Creating the tables", _tables_are_behind, _migrate),
    Step("Compiling the translations", lambda: bool(catalogs.stale()), _compile_catalogs),
    Step("Collecting styles and scripts", _static_is_behind, _collect_static),
    Step("Training the triage model", _model_is_behind, _prepare_model),
]
