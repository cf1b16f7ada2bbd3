"""Fixtures for every test: own folders, no broker, no mail server, the model trained once."""

from pathlib import Path

import pytest
from celery.app.task import Task
from django.core.management import call_command

from tickets import tasks


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory, worker_id) -> Path:
    """A folder with the model trained from the shipped examples, once for all workers and runs."""
    folder = Path(__file__).resolve().parent.parent / "var" / "test-triage"
    call_command("prepare_triage", model_dir=folder, verbosity=0)
    return folder


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    """Nothing a test writes lands in var/."""
    settings.SCREENSHOT_DIR = tmp_path / "screenshots"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def rung(monkeypatch) -> list[tuple[str, int]]:
    """The bells that would have gone to the broker: (task name, row)."""
    bells: list[tuple[str, int]] = []

    def apply_async(self, args=(), kwargs=None, **options):
        bells.append((self.name.removeprefix("tickets.tasks."), args[0]))

    monkeypatch.setattr(Task, "apply_async", apply_async)
    monkeypatch.setattr(tasks, "_quiet_until", 0.0)
    return bells
