"""Keys are known again, come back where they are read, and their loss is said."""

import pytest

from kayasupport.backups import keys
from tests.backups.archives import make
from tests.backups.test_archive import read

OLD, NEW = "o" * 50, "n" * 50
SEAL, OTHER = "A" * 43 + "=", "B" * 43 + "="
DEAD, SEALED, SET = "links in mails", "Masked secrets", "while SEALING_KEYS is set"
PROOFS = "Proofs of identity in this backup cannot be read"


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ((OLD, [], []), (OLD, [], []), []),
        ((OLD, [], []), (NEW, [OLD], []), []),
        ((OLD, [], []), (NEW, [], []), [DEAD, SEALED, PROOFS]),
        ((OLD, [], []), (OLD, [], [SEAL]), [SET]),
        ((OLD, [], [SEAL]), (OLD, [], [OTHER, SEAL]), []),
        ((OLD, [], [SEAL, OTHER]), (OLD, [], [OTHER]), [SEALED]),
        ((OLD, [], [SEAL]), (NEW, [], [SEAL]), [DEAD, PROOFS]),
        ((OLD, [], [SEAL]), (NEW, [], []), [DEAD, SEALED, PROOFS]),
    ],
)
def test_complaints_name_what_the_keys_here_cannot_open(settings, tmp_path, then, now, said):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS, settings.SEALING_KEYS = then
    manifest = read(make(tmp_path / "a.tar"))

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS, settings.SEALING_KEYS = now
    complaints = keys.complaints(manifest)

    assert len(complaints) == len(said)
    assert [part in text for part, text in zip(said, complaints, strict=True)] == [True] * len(said)


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ([SEAL], [OTHER, SEAL], []),
        ([SEAL], [OTHER], ["IDENTITY_KEYS lacks a key"]),
        ([], [OTHER], ["while IDENTITY_KEYS is set"]),
    ],
)
def test_keys_of_proofs_are_known_apart(settings, tmp_path, then, now, said):
    settings.SECRET_KEY, settings.SEALING_KEYS, settings.IDENTITY_KEYS = OLD, [], then
    manifest = read(make(tmp_path / "a.tar"))

    settings.IDENTITY_KEYS = now

    complaints = keys.complaints(manifest)
    assert [words in text for words, text in zip(said, complaints, strict=True)] == [True] * len(said)
    assert all(PROOFS in text for text in complaints)


def test_backup_of_a_release_before_these_keys_has_nothing_to_miss(settings, tmp_path):
    settings.SECRET_KEY, settings.SEALING_KEYS, settings.IDENTITY_KEYS = OLD, [], []
    older = {"secret_key": keys.fingerprints()["secret_key"], "sealing_keys": []}
    manifest = read(make(tmp_path / "a.tar", keys=older))

    settings.IDENTITY_KEYS = [SEAL]

    assert keys.complaints(manifest) == []


def test_fingerprints_hold_no_key(settings):
    settings.SECRET_KEY, settings.SEALING_KEYS = OLD, [SEAL]

    text = str(keys.fingerprints())

    assert OLD[:8] not in text
    assert SEAL[:8] not in text


def unpacked(tmp_path, **given):
    folder = tmp_path / "unpacked" / keys.FOLDER
    folder.mkdir(parents=True)
    for name, text in given.items():
        (folder / name).write_text(text)
    return folder.parent


def test_the_embedded_key_comes_back_to_its_file(settings, tmp_path):
    settings.DATA_DIR, settings.EMBEDDED, settings.SEALING_KEYS = tmp_path, True, []
    settings.SECRET_KEY = NEW
    (tmp_path / "secret_key").write_text(NEW)

    said = keys.put_back(unpacked(tmp_path, secret_key=OLD))

    assert said == ["The secret key is back in its place."]
    assert (tmp_path / "secret_key").read_text() == settings.SECRET_KEY == OLD
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_keys_of_an_environment_are_laid_aside(settings, tmp_path):
    settings.DATA_DIR, settings.EMBEDDED, settings.SEALING_KEYS = tmp_path, False, [OTHER]
    settings.SECRET_KEY = NEW

    said = keys.put_back(unpacked(tmp_path, secret_key=OLD, sealing_keys=SEAL))

    aside = tmp_path / keys.ASIDE
    assert "SEALING_KEYS, SECRET_KEY" in said[0] or "SECRET_KEY, SEALING_KEYS" in said[0]
    assert {path.name: path.read_text() for path in aside.iterdir()} == {
        "secret_key": OLD,
        "sealing_keys": SEAL,
    }
    assert {path.stat().st_mode & 0o777 for path in aside.iterdir()} == {0o600}


def test_keys_that_are_here_already_are_not_written_again(settings, tmp_path):
    settings.DATA_DIR, settings.EMBEDDED, settings.SEALING_KEYS = tmp_path, False, [SEAL]
    settings.SECRET_KEY = OLD

    said = keys.put_back(unpacked(tmp_path, secret_key=OLD, sealing_keys=SEAL))

    assert said == []
    assert not (tmp_path / keys.ASIDE).exists()
