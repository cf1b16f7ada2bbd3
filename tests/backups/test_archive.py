"""What is read back is what was written, or it is called damaged, and nothing lies outside."""

import tarfile

import pytest

from kayasupport.backups import archive
from kayasupport.backups.problems import Damaged, Refused
from tests.backups.archives import link, make, members, raw


@pytest.fixture
def into(tmp_path):
    folder = tmp_path / "inside" / "unpacked"
    folder.mkdir(parents=True)
    return folder


def read(path, into=None):
    with path.open("rb") as file:
        return archive.read(file, into=into)


def test_archive_gives_back_what_was_put_in(tmp_path, into):
    path = make(tmp_path / "a.tar")

    manifest = read(path, into)

    assert [member.name for member in manifest.members] == list(members())
    assert {name: (into / name).read_bytes() for name in members()} == members()
    assert (into / "triage/current").stat().st_mtime == 1_700_000_000
    assert (into / "triage/current").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", list(members()))
def test_archive_with_one_changed_byte_is_damaged(tmp_path, name):
    content = members()[name]
    path = make(tmp_path / "a.tar")
    path.write_bytes(path.read_bytes().replace(content, content[:-1] + b"x"))

    with pytest.raises(Damaged, match=f"1 of its 3 members .* {name}$"):
        read(path)


@pytest.mark.parametrize("share", [0, 0.01, 0.3, 0.6, 0.9])
def test_archive_that_was_cut_short_is_damaged(tmp_path, share):
    path = make(tmp_path / "a.tar")
    whole = path.read_bytes()
    end = whole.index(b"manifest.json")
    path.write_bytes(whole[: int(end * share)])

    with pytest.raises(Damaged, match="cut short"):
        read(path)


def test_archive_cut_between_two_members_is_damaged(tmp_path):
    path = make(tmp_path / "a.tar")
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"screenshots/")])

    with pytest.raises(Damaged, match=r"there is no manifest\.json at its end"):
        read(path)


@pytest.mark.parametrize("garbage", [b"PK\x03\x04" + b"x" * 2000, b"\x00" * 10240, b"\x1f\x8b" + b"y" * 2000])
def test_something_else_is_no_archive(tmp_path, garbage):
    path = tmp_path / "a.tar"
    path.write_bytes(garbage)

    with pytest.raises(Damaged):
        read(path)


def test_archive_of_a_newer_format_is_refused(tmp_path):
    path = make(tmp_path / "a.tar", format=99)

    with pytest.raises(Refused, match="newer release"):
        read(path)


@pytest.mark.parametrize(
    "member",
    [
        tarfile.TarInfo("../outside"),
        tarfile.TarInfo("screenshots/../../outside"),
        tarfile.TarInfo("/tmp/outside"),
        tarfile.TarInfo("screenshots/./outside"),
        tarfile.TarInfo("screenshots//outside"),
        tarfile.TarInfo(".outside"),
        tarfile.TarInfo("screenshots/a\nb"),
        link("screenshots", to=".."),
        link("screenshots/a", to="../../outside"),
        link("screenshots/a", to="/etc/passwd", kind=tarfile.LNKTYPE),
        link("screenshots/a", to="", kind=tarfile.CHRTYPE),
        link("screenshots/a", to="", kind=tarfile.FIFOTYPE),
        link("screenshots/a", to="", kind=tarfile.DIRTYPE),
    ],
    ids=lambda member: f"{member.name}-{member.type.decode()}".replace("\n", "-"),
)
def test_members_that_lead_elsewhere_are_refused_and_not_laid_down(tmp_path, into, member):
    path = raw(tmp_path / "a.tar", member)
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(Damaged, match="which no backup has"):
        read(path, into)

    assert sorted(tmp_path.rglob("*")) == before


def test_a_name_that_comes_twice_is_refused(tmp_path, into):
    path = raw(tmp_path / "a.tar", tarfile.TarInfo("screenshots/a"), tarfile.TarInfo("screenshots/a"))

    with pytest.raises(Damaged, match="once too often"):
        read(path, into)
