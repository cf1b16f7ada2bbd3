"""What delivery reports say, as the mail systems of the world write them."""

import time

import pytest

from tests.mail import reports
from tickets.mail.dsn import parse

MESSAGE_ID = "<1.2@contoh.id>"


def told(raw):
    found = parse(raw)
    return found and (found.action, found.status, found.recipient, found.message_id)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (reports.report(), ("failed", "5.1.1", "budi@contoh.id", MESSAGE_ID)),
        (reports.report(status="5.2.2"), ("failed", "5.2.2", "budi@contoh.id", MESSAGE_ID)),
        (reports.EXIM, ("failed", "5.1.1", "budi@contoh.id", MESSAGE_ID)),
        (reports.GMAIL, ("failed", "5.2.2", "budi.s@gmail.com", "")),
        (reports.QMAIL, ("failed", "5.1.2", "budi@salah.contoh.id", MESSAGE_ID)),
        (reports.EXCHANGE, ("failed", "5.7.606", "budi@contoh.id", MESSAGE_ID)),
        (reports.DELAYED, ("delayed", "4.7.1", "budi@contoh.id", "")),
    ],
)
def test_report_is_read(raw, expected):
    assert told(raw) == expected


@pytest.mark.parametrize("raw", [reports.OUT_OF_OFFICE, reports.A_PERSON_CALLED_POSTMASTER, b"", b"\xff\0"])
def test_other_mail_is_no_report(raw):
    assert parse(raw) is None


def test_code_that_says_nothing_gives_way_to_the_words():
    raw = reports.report(status="5.0.0", said="smtp; 552 Mailbox quota exceeded")

    assert told(raw)[1] == "5.2.2"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_action_other_than_failed_is_no_failure(action):
    assert parse(reports.report(action=action)).is_failure is False


def test_report_without_the_returned_headers_has_no_message_id():
    assert told(reports.report(returned="Subject: x\n"))[3] == ""


def test_words_of_the_other_system_are_short_and_on_one_line():
    found = parse(reports.report(said="smtp; 550 5.1.1 " + "User unknown\n " * 200))

    assert ("\n" in found.said, len(found.said)) == (False, 300)


@pytest.mark.parametrize(
    "raw",
    [
        reports.report().replace(
            b"Content-Type: message/delivery-status",
            b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64",
        ),
        reports.report()[:600],
        reports.report().replace(b"us-ascii", b"x-no-such"),
        reports.report(status="\N{SNOWMAN}", said="\x00\xff"),
        b"Content-Type: multipart/report; boundary=a\n\n"
        + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 300,
        b"Content-Type: multipart/mixed; boundary=b0\n\n"
        + b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(200))
        + b"\n" * 400_000,
        b"X-Failed-Recipients: " + b"a" * 1_000_000 + b"\n\nx",
        b"X-Failed-Recipients: a@b.id\n\n" + b"user " * 100_000,
        b"X-Failed-Recipients: a@b.id\n\n" + b"domain address mailbox " * 30_000,
    ],
)
def test_broken_mail_neither_raises_nor_takes_long(raw):
    began = time.monotonic()

    parse(raw)

    assert time.monotonic() - began < 2


@pytest.mark.parametrize("where", ["said", "returned", "words"])
def test_nothing_of_a_report_holds_a_nul(where):
    spoilt = {
        "said": reports.report(said="smtp; 550 5.1.1 User\0 unknown"),
        "returned": reports.report(returned="Message-ID: <1\0.2@contoh.id>\n"),
        "words": reports.QMAIL.replace(b"couldn't", b"could\0n't"),
    }

    found = parse(spoilt[where])

    assert "\0" not in found.said + found.recipient + found.message_id
