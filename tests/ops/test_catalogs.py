"""Compiling .po files without gettext's tools."""

import gettext
import os

import pytest
from django.core.management import CommandError, call_command

from kayasupport import catalogs

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def po(tmp_path, monkeypatch):
    path = tmp_path / "locale" / "id" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(catalogs, "sources", lambda: [path])
    return path


def test_compile_catalogs_writes_what_gettext_reads(po):
    po.write_text(HEADER + 'msgid "Send"\nmsgstr "Kirim"\n')

    call_command("compile_catalogs", verbosity=0)

    with po.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Send") == "Kirim"
    assert [path.name for path in po.parent.iterdir() if path.suffix == ".part"] == []


def test_compile_catalogs_leaves_a_fresh_one_alone(po, capsys):
    po.write_text(HEADER)
    call_command("compile_catalogs", verbosity=0)

    call_command("compile_catalogs")

    assert capsys.readouterr().out == "Compiled 0 of 1 catalogs.\n"


def test_compile_catalogs_takes_one_that_has_changed(po):
    po.write_text(HEADER)
    call_command("compile_catalogs", verbosity=0)
    later = po.with_suffix(".mo").stat().st_mtime + 1
    os.utime(po, (later, later))

    stale = catalogs.stale()

    assert stale == [po]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('msgid "a"\n<<<<<<< HEAD\nmsgstr "b"\n', "django.po"),
        ('#, python-format\nmsgid "%(name)s is empty"\nmsgstr "%(nama)s kosong"\n', "django.po:"),
    ],
)
def test_compile_catalogs_names_a_broken_one(po, text, complaint):
    po.write_text(HEADER + text)

    with pytest.raises(CommandError, match=complaint):
        call_command("compile_catalogs", verbosity=0)

    assert po.with_suffix(".mo").exists() is False


def test_sources_are_our_own():
    assert {po.parts[-5] for po in catalogs.sources()} <= {"tickets", "triage", "kayasupport"}
