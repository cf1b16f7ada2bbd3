"""Every name in the data folder is decided: kept, made anew, or left."""

import os
import re

import pytest
from django.conf import settings

from kayasupport import preparation
from kayasupport.backups import contents, keys, taking
from kayasupport.backups.contents import FATES, Fate

NAMED = re.compile(r"""\bDATA_DIR\b["']?\)? / f?["']([^"'/]+)""")


def names_in_the_sources():
    folders = [settings.BASE_DIR / name for name in ("kayasupport", "tickets", "triage")]
    files = [path for folder in folders for path in folder.rglob("*.py")]
    return {name for path in files for name in NAMED.findall(path.read_text())}


def test_every_folder_of_the_data_is_decided():
    made = {name.partition("/")[0] for name in preparation.FOLDERS}
    named = names_in_the_sources()

    assert {"screenshots", "secret_key", "turns", "restoring"} <= named
    assert sorted((named | made | {keys.ASIDE}) - FATES.keys()) == []


def test_everything_that_is_kept_is_a_folder_of_the_archive():
    kept = {name for name, fate in FATES.items() if fate is Fate.KEPT}

    assert kept == set(contents.FOLDERS)


def test_files_are_put_back_for_their_owner_only_and_keep_their_time(settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path / "triage"
    source = tmp_path / "unpacked"
    names = ["screenshots/2026/11/28/a.clean", "triage/abc/model.json", "database.sqlite3.gz"]
    for name in names:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(name)
    settings.SCREENSHOT_DIR.mkdir()
    settings.SCREENSHOT_DIR.chmod(0o700)

    done = contents.put_back(names, source=source)

    screenshot = settings.SCREENSHOT_DIR / "2026/11/28/a.clean"
    model = settings.TRIAGE_MODEL_DIR / "abc/model.json"
    assert done == 2
    assert [path.read_text() for path in (screenshot, model)] == names[:2]
    assert [path.stat().st_mode & 0o777 for path in (screenshot, screenshot.parent)] == [0o600, 0o700]
    assert [path.stat().st_mode & 0o777 for path in (model, model.parent)] == [0o644, 0o755]


def test_leftovers_of_a_killed_backup_are_removed_after_a_day(tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    old, young, other = (folder / name for name in (".backup-a.tar.part", ".backup-b", "kayasupport-1.tar"))
    for path in (old, other):
        path.write_text("x")
    young.mkdir()
    for path in (old, other):
        os.utime(path, (1, 1))

    taking._remove_stale(folder)

    assert sorted(path.name for path in folder.iterdir()) == [".backup-b", "kayasupport-1.tar"]


@pytest.mark.parametrize(("keep", "left"), [(1, ["3"]), (2, ["2", "3"]), (5, ["1", "2", "3"])])
def test_prune_keeps_the_newest_and_what_is_no_backup(tmp_path, keep, left):
    for number in "213":
        (tmp_path / f"kayasupport-2026112{number}-020000.tar").write_text("x")
    (tmp_path / "mine.tar").write_text("x")

    taking.prune(tmp_path, keep=keep)

    assert sorted(path.name[19] for path in tmp_path.glob("kayasupport-*")) == left
    assert (tmp_path / "mine.tar").exists()
