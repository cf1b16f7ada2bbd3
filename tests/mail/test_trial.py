"""What `send_test_email` says when mail does not go."""

import smtplib
import ssl

import dns.resolver
import pytest
from django.core.management import CommandError, call_command

from tests.mail_sink import Say
from tickets.mail import trial


@pytest.fixture
def server(settings, sink):
    settings.EMAIL_BACKEND = trial.SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_TIMEOUT = 2
    settings.DEFAULT_FROM_EMAIL = "bantuan@kantor.test"
    return sink


def tried(capsys, *options):
    call_command("send_test_email", "budi@contoh.id", "--no-dns", *options)
    return capsys.readouterr().out


def test_mail_that_goes_says_so(server, capsys):
    out = tried(capsys)

    assert f"127.0.0.1:{server.port} with no encryption" in out
    assert "Taken over" in out
    assert server.taken[0].recipients == ("budi@contoh.id",)


def test_server_that_is_not_there_is_told_as_such(server, settings, capsys):
    settings.EMAIL_PORT = 1  # tcpmux, which nobody runs

    with pytest.raises(CommandError, match=r"Nothing listens at 127\.0\.0\.1"):
        tried(capsys)


def test_relay_that_does_not_know_us_is_told_as_such(server, capsys):
    server.recipient_answer = lambda address: "554 5.7.1 Relay access denied"

    with pytest.raises(CommandError, match=r"Relay access denied.* It wants us to sign in"):
        tried(capsys)


def test_refused_mail_is_told_as_such(server, capsys):
    server.answer = lambda mail: Say("550 5.7.26 unauthenticated")

    with pytest.raises(CommandError, match="mostly for the sender's domain"):
        tried(capsys)


def test_server_without_tls_is_told_as_such(server, settings, capsys):
    settings.EMAIL_USE_SSL = True

    with pytest.raises(CommandError, match=r"speaks no TLS at once|does not answer|hangs up"):
        tried(capsys)


def test_server_without_starttls_is_told_as_such(server, settings, capsys):
    settings.EMAIL_USE_TLS = True

    with pytest.raises(CommandError, match="does not offer what EMAIL_URL asks for"):
        tried(capsys)


def test_address_that_is_none_is_not_tried(capsys):
    with pytest.raises(CommandError, match="no mail address"):
        call_command("send_test_email", "budi")


def test_every_meaning_can_be_told():
    errors = [
        smtplib.SMTPAuthenticationError(535, b"no {braces}"),
        smtplib.SMTPSenderRefused(550, b"no", ""),
        smtplib.SMTPServerDisconnected("gone"),
        ssl.SSLCertVerificationError("bad"),
        TimeoutError(),
        RuntimeError("x"),
    ]

    assert all(trial.explain(error) for error in errors)


def records(monkeypatch, **found):
    def texts(name):
        if found.get("error"):
            raise found["error"]
        return found["dmarc"] if name.startswith("_dmarc") else found["spf"]

    monkeypatch.setattr(trial, "_texts", texts)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"spf": ["v=spf1 mx -all"], "dmarc": ["v=DMARC1; p=none"]}, ["SPF: v=spf1", "DMARC: v=DMARC1"]),
        ({"spf": ["other"], "dmarc": []}, ["has no SPF record", "has no DMARC record"]),
        ({"spf": ["v=spf1 a", "v=spf1 b"], "dmarc": []}, ["2 SPF records", "no DMARC"]),
        ({"error": dns.resolver.NoResolverConfiguration()}, ["no DNS answers here"]),
    ],
)
def test_dns_of_the_sender_is_told(monkeypatch, found, words):
    records(monkeypatch, **found)

    said = list(trial.look_at_sender("Bantuan <bantuan@kantor.test>"))

    assert [word in line for word, line in zip(words, said, strict=True)] == [True] * len(words)


def test_sender_without_a_domain_is_told_as_such():
    assert "set DEFAULT_FROM_EMAIL" in next(trial.look_at_sender("x <bantuan@localhost>"))
