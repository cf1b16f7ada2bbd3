"""Sealed files: a new key is put in front, everything is sealed anew, and the old one goes."""

import os
import time

import pytest
from django.conf import settings as of_tests
from django.core.management import CommandError, call_command

from tests import images
from tests.factories import ProofFactory
from tickets import cleaning, identity_files, sealing
from tickets.sealing import IDENTITY

pytestmark = pytest.mark.django_db

OLD, NEW = "A" * 43 + "=", "B" * 43 + "="


def shown(proof):
    return [identity_files.read(each.path) for each in proof.files.all()]


def on_disk():
    return sorted(path for path in of_tests.IDENTITY_DIR.rglob("*") if path.is_file())


def test_keys_of_secrets_open_no_identity(settings):
    settings.SEALING_KEYS, settings.IDENTITY_KEYS = [NEW], [OLD]
    sealed = IDENTITY.seal(b"ktp")

    with pytest.raises(sealing.Unreadable):
        sealing.unseal_bytes(sealed)

    settings.SEALING_KEYS = settings.IDENTITY_KEYS = []
    with pytest.raises(sealing.Unreadable):  # of one SECRET_KEY, two keys are made
        sealing.unseal_bytes(IDENTITY.seal(b"ktp"))


def test_rotation_leaves_the_old_key_unneeded(settings, capsys):
    settings.IDENTITY_KEYS = [OLD]
    proofs = [ProofFactory(pictures=[images.png(), images.jpeg()]) for _ in range(2)]
    before = on_disk()
    settings.IDENTITY_KEYS = [NEW, OLD]

    call_command("rotate_identity_keys", batch=3)

    settings.IDENTITY_KEYS = [NEW]
    assert [shown(proof) for proof in proofs] == [[images.png(), images.jpeg()]] * 2
    assert on_disk() == before
    assert {path.stat().st_mode & 0o777 for path in before} == {0o600}
    assert "4 sealed anew, 0 were" in capsys.readouterr().out


def test_rotation_can_be_killed_and_begun_again(settings, capsys, monkeypatch):
    settings.IDENTITY_KEYS = [OLD]
    proof = ProofFactory(pictures=[images.png()] * 3)
    settings.IDENTITY_KEYS = [NEW, OLD]
    reseal, done = identity_files.reseal, []

    def killed(path):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(path)
        return reseal(path)

    monkeypatch.setattr(identity_files, "reseal", killed)
    with pytest.raises(KeyboardInterrupt):
        call_command("rotate_identity_keys", batch=1)
    monkeypatch.setattr(identity_files, "reseal", reseal)
    assert shown(proof) == [images.png()] * 3

    call_command("rotate_identity_keys")

    settings.IDENTITY_KEYS = [NEW]
    assert shown(proof) == [images.png()] * 3
    assert "1 sealed anew, 2 were" in capsys.readouterr().out


def test_rotation_says_what_no_key_opens_and_goes_on(settings, capsys):
    settings.IDENTITY_KEYS = ["C" * 43 + "="]
    ProofFactory()
    settings.IDENTITY_KEYS = [OLD]
    proof = ProofFactory()
    settings.IDENTITY_KEYS = [NEW, OLD]

    with pytest.raises(CommandError, match="1 could not be read"):
        call_command("rotate_identity_keys")

    settings.IDENTITY_KEYS = [NEW]
    assert shown(proof) == [images.png()]


def test_rotation_brings_no_deleted_file_back(settings, capsys):
    proof = ProofFactory()
    identity_files.discard(proof.files.get().path)

    call_command("rotate_identity_keys")

    assert on_disk() == []
    assert "1 have no file" in capsys.readouterr().err


def test_file_whose_row_was_never_committed_goes_after_a_day(settings):
    proof = ProofFactory(pictures=[images.png(), images.png()])
    known, orphan = proof.files.all()
    orphan.delete()
    part = identity_files.path_of(known.path).with_name(".cut-off.part")
    part.write_bytes(b"x")
    young = identity_files.path_of(known.path).with_name("young.sealed")
    young.write_bytes(b"x")
    for path in on_disk():
        if path != young:
            os.utime(path, (time.time() - 25 * 3600,) * 2)

    assert cleaning.discard_orphan_files() == 2
    assert on_disk() == sorted([identity_files.path_of(known.path), young])
