"""The commands, in this process: what they refuse, and that nothing has changed then."""

import io
import os

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kayasupport import listening
from kayasupport.backups import database, restoring, taking
from kayasupport.backups.problems import ToolFailed
from tests.backups.archives import make, members
from tests.backups.test_archive import read
from tests.factories import AgentFactory, ScreenshotFactory, TicketFactory
from tickets.mail.incoming import receive
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    """An installation of the test's own, with no model and no files."""
    settings.DATA_DIR = tmp_path / "data"
    settings.SCREENSHOT_DIR = settings.DATA_DIR / "screenshots"
    settings.TRIAGE_MODEL_DIR = settings.DATA_DIR / "triage"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


@pytest.fixture
def loads(monkeypatch):
    """Stands in for filling the database, which is that of the tests; the list has what was loaded."""
    loaded = []
    monkeypatch.setattr(database.engine(), "load", lambda dump: loaded.append(dump.read_bytes()))
    monkeypatch.setattr(restoring, "_compare", lambda found: None)
    monkeypatch.setattr(restoring, "_migrate", lambda: None)
    monkeypatch.setattr(database.engine(), "others", lambda: 0)
    monkeypatch.setattr(database.engine(), "check_tools", lambda **_: None)
    return loaded


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def restore(path):
    said = io.StringIO()
    call_command("restore", str(path), stdout=said, stderr=said)
    return said.getvalue()


@pytest.mark.parametrize(
    ("fill", "words"),
    [
        (TicketFactory, "tickets"),
        (AgentFactory, "accounts"),
        (lambda: receive(b"Subject: x\n\nhalo", source="api"), "mail"),
    ],
)
def test_restore_refuses_a_database_that_is_not_empty(tmp_path, data, loads, fill, words):
    fill()

    with pytest.raises(CommandError, match=f"Nothing was changed. The database holds {words};"):
        restore(make(tmp_path / "a.tar"))

    assert (loads, files(data)) == ([], ["dev.lock"])


def test_restore_refuses_where_others_are_connected(tmp_path, data, loads, monkeypatch):
    monkeypatch.setattr(database.engine(), "others", lambda: 3)

    with pytest.raises(CommandError, match=r"Nothing was changed\. 3 other connections .* stop web, worker"):
        restore(make(tmp_path / "a.tar"))

    assert (loads, files(data)) == ([], ["dev.lock"])


def test_restore_refuses_while_the_product_runs_on_the_folder(tmp_path, data, loads):
    with listening.lock(data / "dev.lock") as lock:
        listening.sign(lock, "http://127.0.0.1:8000 (process 7)")
        with pytest.raises(CommandError, match=r"is running already .* \(process 7\)\. Stop it first"):
            restore(make(tmp_path / "a.tar"))

    assert loads == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"engine": "sqlite"}, "The backup is of sqlite, .* without DATABASE_URL"),
        ({"engine": "postgresql"}, "The backup is of postgresql, .* with DATABASE_URL"),
        ({"migrations": {"tickets": ["0001_initial", "9999_later"]}}, "does not know tickets.9999_later"),
        ({"migrations": {"astrology": ["0001_initial"]}}, "does not know astrology.0001_initial"),
    ],
)
def test_restore_refuses_what_does_not_fit(tmp_path, data, loads, fields, words):
    if fields.get("engine") == connection.vendor:
        pytest.skip("this one fits")

    with pytest.raises(CommandError, match=f"Nothing was changed. .*{words}"):
        restore(make(tmp_path / "a.tar", **fields))

    assert (loads, files(data)) == ([], ["dev.lock"])


def test_restore_refuses_files_that_this_release_has_no_place_for(tmp_path, data, loads):
    path = make(tmp_path / "a.tar", {**members(), "horoscopes/a": b"x"})

    with pytest.raises(CommandError, match="does not know horoscopes"):
        restore(path)

    assert (loads, files(data)) == ([], ["dev.lock"])


def test_restore_changes_nothing_for_a_damaged_archive(tmp_path, data, loads):
    path = make(tmp_path / "a.tar")
    path.write_bytes(path.read_bytes().replace(b"\x89PNG", b"\x89PNg"))

    with pytest.raises(CommandError, match=r"Nothing was changed: .*a\.tar is damaged: 1 of its 3 members"):
        restore(path)

    assert (loads, files(data)) == ([], ["dev.lock"])


def test_restore_that_was_cut_off_can_be_started_again(tmp_path, data, loads, monkeypatch):
    path = make(tmp_path / "a.tar")
    (data / "restoring" / "screenshots").mkdir(parents=True)
    (data / "restoring" / "screenshots" / "half").write_text("of one that was killed")
    with monkeypatch.context() as patch:
        patch.setattr(database.engine(), "load", failing)
        with pytest.raises(CommandError, match="can be started again"):
            restore(path)
    after_the_first = files(data)

    said = restore(path)

    kept = ["dev.lock", "screenshots/2026/11/28/a1.clean", "triage/current"]
    assert after_the_first == files(data) == kept
    assert loads == [members()[database.engine().DUMP]]
    assert "Restored.\n" in said
    assert "The keys are those of the backup." in said


def failing(dump):
    raise ToolFailed("SQLite says: the disk is full.")


def test_check_backup_says_what_is_in_it_and_what_is_wrong(tmp_path):
    path, said = make(tmp_path / "a.tar", gone=["screenshots/b"]), io.StringIO()

    call_command("check_backup", str(path), stdout=said)
    path.write_bytes(path.read_bytes()[:2000])

    assert said.getvalue().startswith("Whole.\nMade 2026-11-28T02:00:00+00:00 by 0.1 on ")
    assert "3 tickets, 1 screenshots, 3 rows; 3 members" in said.getvalue()
    assert "1 files that rows point to were not there" in said.getvalue()
    with pytest.raises(CommandError, match="is damaged"):
        call_command("check_backup", str(path))
    with pytest.raises(CommandError, match="No such file"):
        call_command("check_backup", str(tmp_path / "none.tar"))


def backup(*arguments):
    path, said = io.StringIO(), io.StringIO()
    call_command("backup", *arguments, stdout=path, stderr=said)
    return path.getvalue().strip(), said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_backup_is_for_its_owner_only_and_leaves_nothing_else(data):
    TicketFactory()

    path, said = backup()

    assert files(data / "backups") == [os.path.basename(path)]
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert os.stat(data / "backups").st_mode & 0o777 == 0o700
    assert "1 tickets, 0 screenshots" in said
    assert "The keys are not in it." in said


@pytest.mark.django_db(transaction=True)
def test_backup_has_the_keys_only_when_asked_for(settings, tmp_path):
    settings.SEALING_KEYS = ["A" * 43 + "="]
    _, said_without = backup("--to", str(tmp_path / "without.tar"))
    _, said_with = backup("--to", str(tmp_path / "with.tar"), "--with-keys")

    held = {
        path: [m.name for m in read(tmp_path / path).members if "keys/" in m.name]
        for path in ("without.tar", "with.tar")
    }

    assert held == {"without.tar": [], "with.tar": ["keys/secret_key", "keys/sealing_keys"]}
    assert settings.SECRET_KEY.encode() not in (tmp_path / "without.tar").read_bytes()
    assert "It holds the keys" in said_with
    assert "It holds the keys" not in said_without


@pytest.mark.django_db(transaction=True)
def test_backup_replaces_nothing_and_keeps_so_many(data, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for number in (1, 2, 3):
        (folder / f"kayasupport-2026112{number}-020000.tar").write_text("x")

    path, said = backup("--to", str(folder), "--keep", "2")
    with pytest.raises(CommandError, match="is there already"):
        backup("--to", path)

    assert files(folder) == ["kayasupport-20261123-020000.tar", os.path.basename(path)]
    assert "Removed kayasupport-20261121-020000.tar." in said


@pytest.mark.django_db(transaction=True)
def test_backup_that_fails_leaves_nothing(data, tmp_path, monkeypatch):
    monkeypatch.setattr(taking.contents, "files", failing_files)

    with pytest.raises(CommandError, match=r"No backup was made\. .*No space left"):
        backup("--to", str(tmp_path / "elsewhere" / "a.tar"))

    assert files(tmp_path / "elsewhere") == files(data) == []


def failing_files(query, *, held):
    raise OSError(28, "No space left on device")


@pytest.mark.django_db(transaction=True)
def test_backup_keeps_an_original_that_is_cleaned_meanwhile_and_notes_what_is_gone(
    settings, tmp_path, monkeypatch
):
    original = settings.SCREENSHOT_DIR / "2026/11/28/waits.png"
    original.parent.mkdir(parents=True)
    original.write_bytes(b"an original")
    ScreenshotFactory(original_path="2026/11/28/waits.png")
    ScreenshotFactory(original_path="2026/11/28/lost.png")
    Snapshot, dump = database.engine().Snapshot, database.engine().Snapshot.dump

    def cleaned_meanwhile(snapshot, folder):
        original.unlink()
        Ticket.objects.update(description="written after the snapshot")
        return dump(snapshot, folder)

    monkeypatch.setattr(Snapshot, "dump", cleaned_meanwhile)
    backup("--to", str(tmp_path / "a.tar"))

    unpacked = tmp_path / "unpacked"
    manifest = read(tmp_path / "a.tar", unpacked)
    assert (unpacked / "screenshots/2026/11/28/waits.png").read_bytes() == b"an original"
    assert manifest.gone == ["screenshots/2026/11/28/lost.png"]
    assert manifest.rows["tickets_screenshot"] == 2
