import time
from datetime import UTC, datetime

import pytest

from tests import images
from tests.mail.letters import bare, bounce, letter
from tickets.mail.parsing import TOO_COMPLEX, parse


def test_envelope_is_read():
    mail = parse(
        letter(
            From='"Santoso, Budi" <budi@contoh.id>',
            headers={
                "Delivered-To": "bantuan@localhost",
                "Cc": "a@b.id, c@d.id",
                "Return-Path": "<budi@contoh.id>",
                "In-Reply-To": "<dua@x>",
                "References": "<satu@x> <dua@x>",
            },
            Message_ID="<tiga@contoh.id>",
        )
    )

    assert (mail.sender, mail.return_path) == ("budi@contoh.id", "budi@contoh.id")
    assert mail.recipients == ("bantuan@localhost", "a@b.id", "c@d.id", "bantuan@localhost")
    assert (mail.message_id, mail.answers) == ("<tiga@contoh.id>", ("<dua@x>", "<satu@x>"))
    assert mail.sent_at == datetime(2026, 11, 28, 2, 15, tzinfo=UTC)
    assert (mail.subject, mail.text) == ("Kode tidak masuk", "Kode OTP belum masuk, sudah cek spam.")


@pytest.mark.parametrize(("value", "path"), [("<>", ""), ("< >", ""), ("<a@b.id>", "a@b.id"), (None, None)])
def test_null_return_path_is_told_from_none(value, path):
    assert parse(letter(headers={"Return-Path": value})).return_path == path


@pytest.mark.parametrize(
    "subject",
    [
        "=?UTF-8?B?S29kZSBPVFAg8J+YlQ==?=",
        "=?utf-8?q?Kode_OTP_=F0=9F=98=95?=",
        "Kode OTP 😕",
        "=?x-tidak-ada?b?S29kZSBPVFAg8J+YlQ==?=",
    ],
)
def test_subjects_in_every_dress_are_read(subject):
    assert parse(bare(f"From: a@b.id\nSubject: {subject}")).subject == "Kode OTP 😕"


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("utf-8", "kode “belum”".encode()),
        ("windows-1252", "kode “belum”".encode("cp1252")),
        ("utf-8", "kode “belum”".encode("cp1252")),  # says UTF-8 and is not
        ("us-ascii", "kode “belum”".encode()),
        ("iso-8859-1", "kode “belum”".encode()),  # says Latin and is UTF-8
        ("tidak-ada", "kode “belum”".encode()),
        ("punycode", "kode “belum”".encode()),
        ("", "kode “belum”".encode()),
    ],
)
def test_text_is_read_whatever_charset_it_claims(charset, data):
    raw = b"From: a@b.id\nContent-Type: text/plain; charset=" + charset.encode() + b"\n\n" + data

    assert parse(raw).text == "kode “belum”"


def test_text_of_html_has_lines_and_nothing_that_runs():
    page = (
        "<html><head><title>x</title><style>p{color:red}</style></head><body><p>Kode&nbsp;belum<br>masuk</p>"
        "<script>alert(1)</script><div>Terima&amp;kasih &lt;b&gt;</div>"
        "<blockquote>Halo dari bantuan</blockquote>"
        '<img src="https://jahat.id/pixel"></body></html>'
    )

    raw = bare("From: a@b.id\nContent-Type: text/html; charset=utf-8", page)

    assert parse(raw).text == "Kode belum\nmasuk\nTerima&kasih <b>"


def test_plain_part_comes_before_html():
    assert parse(letter("polos", html="<p>hias</p>")).text == "polos"


def test_empty_plain_part_gives_way_to_html():
    assert parse(letter("  ", html="<p>hias</p>")).text == "hias"


def test_files_are_found_and_texts_of_the_mail_are_none():
    mail = parse(
        letter(
            "x",
            html="<p>x</p>",
            files=[("layar ü.png", "image/png", images.png()), ("a.txt", "text/plain", b"t")],
        )
    )

    assert [(file.name, file.content_type, file.is_inline) for file in mail.files] == [
        ("layar ü.png", "image/png", False),
        ("a.txt", "text/plain", False),
    ]
    assert mail.files[0].data == images.png()


def test_forwarded_mail_is_one_file():
    raw = bare(
        "From: a@b.id\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
        "--b\nContent-Type: text/plain\n\nlihat ini\n--b\nContent-Type: message/rfc822\n\n"
        "From: lain@x.id\nSubject: dalam\n\nrahasia\n--b--\n",
    )

    mail = parse(raw)

    assert (mail.text, mail.sender) == ("lihat ini", "a@b.id")
    assert [file.content_type for file in mail.files] == ["message/rfc822"]


def test_bounce_says_its_status_and_what_came_back():
    mail = parse(bounce(of="<punya-kita@localhost>", status="5.2.2"))

    assert (mail.report_type, mail.status_code) == ("delivery-status", "5.2.2")
    assert (mail.returned_id, mail.return_path) == ("<punya-kita@localhost>", "")


def nested(depth, lines=1):
    head = "From: a@b.id\nMIME-Version: 1.0\n"
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return (head + parts + "Content-Type: text/plain\n\n" + "dalam\n" * lines).encode()


def in_a_row(count):
    head = "From: a@b.id\nSubject: banyak\nContent-Type: multipart/mixed; boundary=b\n\n"
    return (head + "--b\nContent-Type: text/plain\n\nx\n" * count + "--b--\n").encode()


def forwarded(depth):
    return ("From: a@b.id\n" + "Content-Type: message/rfc822\n\n" * depth + "halo").encode()


HOSTILE = {
    "nothing": b"",
    "zeros": b"\0" * 1000,
    "noise": bytes(range(256)) * 400,
    "no header ends": b"From: a@b.id",
    "blank first": b"\n\nhalo",
    "nested 200": nested(200, 500),
    "nested 3000": nested(3000),
    "forwarded 200": forwarded(200),
    "forwarded 5000": forwarded(5000),
    "5,000 parts": in_a_row(5000),
    "10,000 parts": in_a_row(10_000),
    "a million parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 1_000_000,
    "a header of 1 MB": b"From: a@b.id\nReferences: " + b"<a@b> " * 170_000 + b"\n\nhalo",
    "To of 1 MB": b"From: a@b.id\nTo: " + b"((((" * 250_000 + b"\n\nhalo",
    "Content-Type of 1 MB": b"From: a@b.id\nContent-Type: text/plain" + b';a="b' * 200_000 + b"\n\nhalo",
    "100,000 headers": b"From: a@b.id\n" + b"X-A: b\n" * 100_000 + b"\nhalo",
    "8-bit headers": b"From: B\xfcdi <a@b.id>\nSubject: k\xf6de \xff\xfe\nX-\xff: y\n\nhalo",
    "boundary never seen": b"From: a@b.id\nContent-Type: multipart/mixed; boundary=zzz\n\nhalo",
    "no boundary": b"From: a@b.id\nContent-Type: multipart/mixed\n\nhalo",
    "odd types": b"From: a@b.id\nContent-Type: ;;;=/\nContent-Disposition: =;\n"
    b"Content-Transfer-Encoding: \xff\n\nhalo",
    "broken base64": b"From: a@b.id\nContent-Transfer-Encoding: base64\n\n!!!!====a",
    "uuencode": b"From: a@b.id\nContent-Transfer-Encoding: uuencode\n\nbegin 666 x\nzzz",
    "encoded words": b"From: =?utf-8?q?=00=FF?= <a@b.id>\nSubject: =?utf-8?b?%%%?= =?a?b?c?=\n\nhalo",
    "2231": b"From: a@b.id\nContent-Type: text/plain; charset*0*=x''%FF; charset*2=y; name*=bad''%zz\n\nhalo",
    "dates": b"From: a@b.id\nDate: Mon, 99 Zzz 99999 99:99:99 +9999\n\nhalo",
    "empty lines": b"From: a@b.id\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n" + b"\n" * 1_500_000,
    "returns": b"From: a@b.id\n\n" + b"\r" * 1_500_000,
    "one long line": b"From: a@b.id\n\n" + b"x" * 5_000_000,
    "nested html": b"From: a@b.id\nContent-Type: text/html\n\n" + b"<div>" * 40_000 + b"halo",
    "misnested html": b"From: a@b.id\nContent-Type: text/html\n\n" + b"<b><p>" * 33_000 + b"halo",
    "tables": b"From: a@b.id\nContent-Type: text/html\n\n" + b"<table><tr><td>" * 13_000 + b"halo",
    "winmail": letter(files=[("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22" * 100)]),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_hostile_mail_raises_nothing_and_takes_no_time(raw):
    began = time.monotonic()

    mail = parse(raw)

    assert time.monotonic() - began < 5
    assert "\0" not in mail.text + mail.subject + mail.sender
    (mail.text + mail.subject + mail.new_text).encode()  # no half surrogates


def test_sender_is_known_where_the_rest_cannot_be_read():
    mail = parse(b"From: a@b.id\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 30_000)

    assert (mail.problem, mail.sender, mail.text) == (TOO_COMPLEX, "a@b.id", "")
