"""Files that are nobody else's to read."""

import os
import stat
from contextlib import suppress

import pytest

from tickets import disk


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_make_folders_gives_each_of_them_the_mode(tmp_path):
    disk.make_folders(tmp_path / "2026" / "11", mode=0o750)

    assert [mode_of(tmp_path / "2026"), mode_of(tmp_path / "2026" / "11")] == [0o750, 0o750]


def test_make_folders_leaves_alone_what_is_there(tmp_path):
    (tmp_path / "2026").mkdir(mode=0o755)

    disk.make_folders(tmp_path / "2026" / "11")

    assert [mode_of(tmp_path / "2026"), mode_of(tmp_path / "2026" / "11")] == [0o755, 0o700]


def test_new_private_file_is_the_owners_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        with disk.new_private_file(tmp_path / "a") as file:
            file.write(b"kode")
            disk.sync(file)
    finally:
        os.umask(before)

    assert (mode_of(tmp_path / "a"), (tmp_path / "a").read_bytes()) == (0o600, b"kode")


@pytest.mark.parametrize("make", [lambda path: path.touch(), lambda path: path.symlink_to("/dev/null")])
def test_new_private_file_replaces_nothing_and_follows_nothing(tmp_path, make):
    make(tmp_path / "a")

    with pytest.raises(FileExistsError):
        disk.new_private_file(tmp_path / "a")


def test_appearing_file_is_there_complete_or_not_at_all(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").write_bytes(b"lama")

    with suppress(RuntimeError), disk.appearing(folder / "a") as file:
        file.write(b"ba")
        raise RuntimeError
    after_failure = [(each.name, each.read_bytes()) for each in folder.iterdir()]
    with disk.appearing(folder / "a") as file:
        file.write(b"baru")

    assert after_failure == [("a", b"lama")]
    assert [(each.name, each.read_bytes()) for each in folder.iterdir()] == [("a", b"baru")]
    assert mode_of(folder / "a") == 0o600


def test_check_room_knows_what_the_disk_has(tmp_path):
    disk.check_room(tmp_path, size=1)

    with pytest.raises(OSError, match="No space left"):
        disk.check_room(tmp_path, size=1 << 62)
