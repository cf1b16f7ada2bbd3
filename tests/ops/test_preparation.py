"""What is made before the start, and when it is made again."""

import os

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders

from kayasupport import preparation

pytestmark = pytest.mark.django_db


@pytest.fixture
def static(settings, tmp_path):
    """One style sheet, and nothing else to collect."""
    source = tmp_path / "source" / "one.css"
    source.parent.mkdir()
    source.write_text("a{}")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [source.parent]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    finders.get_finder.cache_clear()
    yield source
    finders.get_finder.cache_clear()


def test_static_files_are_collected_once(static, settings):
    preparation._collect_static()

    assert preparation._static_is_behind() is False
    assert (settings.STATIC_ROOT / "staticfiles.json").exists()


def test_static_files_are_collected_again_when_one_has_changed(static):
    preparation._collect_static()
    os.utime(static, (1, 1))

    assert preparation._static_is_behind() is True


def test_static_files_are_collected_again_when_they_are_gone(static, settings):
    preparation._collect_static()
    (settings.STATIC_ROOT / "staticfiles.json").unlink()

    assert preparation._static_is_behind() is True


def test_tables_are_not_behind_after_migrating():
    assert preparation._tables_are_behind() is False


def test_create_administrator_returns_a_password_that_works():
    password = preparation.create_administrator()

    admin = User.objects.get(username="admin")
    assert admin.check_password(password)
    assert (admin.is_staff, admin.is_superuser, admin.is_active) == (True, True, True)


def test_create_administrator_leaves_those_alone_who_are_there():
    User.objects.create_superuser("siti", password="rahasia-sekali")

    password = preparation.create_administrator()

    assert password is None
    assert User.objects.count() == 1


def test_make_folders_keeps_others_out(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "deep" / "var"

    preparation.make_folders()

    assert settings.DATA_DIR.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in settings.DATA_DIR.iterdir()} == {0o700}
