"""Fixtures for every test: own folders, no broker, no mail server, the model trained once."""

import pytest
from celery.app.task import Task
from django.core.management import call_command

from tickets import tasks


@pytest.fixture(scope="session")
def model() -> None:
    """The triage model, trained from the shipped examples when they have changed."""
    call_command("prepare_triage", verbosity=0)


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
