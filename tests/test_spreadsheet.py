"""Cells that a spreadsheet must not take for formulas."""

import csv
import io

import pytest

from tickets.spreadsheet import lines, plain


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+62812345678",
        "-2+3",
        "@SUM(A1)",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        "﹢1",
        " =1+1",
        "'=1+1",
        '"=1+1',
        "“=1+1",
        "\u00a0=1+1",
        "\u200b=1+1",
        "\ufeff=1+1",
        " ' \" =1+1",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\x00=1+1",
        "\u3000=1+1",
    ],
)
def test_formula_begins_with_an_apostrophe(text):
    assert plain(text).startswith("'")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("kode;=1+1", "kode;'=1+1"),
        ('kode"; "=1+1', 'kode";\' "=1+1'),
        ("kode,@SUM(A1)", "kode,'@SUM(A1)"),
        ("kode|+1", "kode|'+1"),
        ("kode\n=1+1", "kode\n'=1+1"),
        ("kode\r\n- satu", "kode\n'- satu"),
    ],
)
def test_formula_after_a_separator_of_any_program_has_one_too(text, shown):
    assert plain(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "kode otp belum masuk",
        "budi+baru@contoh.id",
        "2026-11-28 14:05:00",
        "a - b = c",
        "93",
        "",
        "KS-7F3K-92QX",
    ],
)
def test_other_text_stays_as_it_is(text):
    assert plain(text) == text


def test_phone_number_is_text_and_keeps_its_plus():
    assert plain("+6281234567890") == "'+6281234567890"


@pytest.mark.parametrize(
    ("text", "shown"), [("a\tb", "a b"), ("a\rb", "a b"), ("a\x07b", "a b"), (" a ", "a")]
)
def test_control_characters_and_outer_blanks_are_gone(text, shown):
    assert plain(text) == shown


def test_quotes_separators_and_new_lines_stay_in_their_cell():
    rows = [['a "b"', "c; d", "e\nf"], ["g", "", "h"]]

    read = list(csv.reader(io.StringIO(lines(rows), newline=""), delimiter=";"))

    assert read == rows


def test_lines_end_as_spreadsheets_expect():
    assert lines([["a", 1]]) == '"a";"1"\r\n'
