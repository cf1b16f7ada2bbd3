import pytest
from django.core.management import call_command
from django.db import connection

from tests.mail.letters import bare, letter
from tickets.mail import incoming, sealed_mail
from tickets.mail.incoming import receive
from tickets.models import IncomingMail, RawMail

pytestmark = pytest.mark.django_db


def test_message_is_stored_whole_and_rung_for(rung, django_capture_on_commit_callbacks):
    raw = letter()

    with django_capture_on_commit_callbacks(execute=True):
        mail = receive(raw, source="imap")

    assert (mail.state, mail.source, mail.size) == ("new", "imap", len(raw))
    assert sealed_mail.read_raw(mail) == raw
    assert rung == [("tickets.mail.tasks.file_mail", mail.pk)]


def test_nothing_of_the_message_can_be_read_in_the_database():
    mail = receive(letter("sandi saya rahasia123"), source="imap")

    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM tickets_rawmail")
        sealed = bytes(cursor.fetchone()[0])

    assert b"rahasia" not in sealed
    assert "rahasia" not in str(IncomingMail.objects.values().get(pk=mail.pk))


def test_second_delivery_by_another_way_is_the_same_row():
    raw = letter(Message_ID="<satu@contoh.id>")

    first = receive(raw, source="imap")
    again = receive(b"Received: from mx2 by mx1\r\n" + raw.replace(b"\n", b"\r\n"), source="command")

    assert again == first
    assert IncomingMail.objects.count() == 1


def test_another_mail_under_a_known_message_id_is_not_lost():
    first = receive(letter("satu", Message_ID="<sama@contoh.id>"), source="imap")
    raw = letter("dua", Message_ID="<sama@contoh.id>")

    second, again = receive(raw, source="imap"), receive(raw, source="imap")

    assert second != first
    assert again == second
    assert second.message_id.startswith("sha256:")


@pytest.mark.parametrize(("theirs", "rows"), [("satu", 1), ("dua", 2)])
def test_two_deliveries_at_the_same_moment_lose_nothing_and_double_nothing(monkeypatch, theirs, rows):
    """Another process keeps its mail between our look and our row."""
    create, came = incoming._create, [letter(theirs, Message_ID="<sama@contoh.id>")]

    def create_after_them(raw, **columns):
        if came:
            receive(came.pop(), source="imap")
        return create(raw, **columns)

    monkeypatch.setattr(incoming, "_create", create_after_them)

    mail = receive(letter("satu", Message_ID="<sama@contoh.id>"), source="imap")

    assert b"satu" in sealed_mail.read_raw(mail)
    assert IncomingMail.objects.count() == rows


@pytest.mark.parametrize(
    "raw",
    [
        letter(Message_ID=None),
        b"",
        b"\0\xff\xfe",
        b"no header at all",
        b"Message-ID: <" + b"x" * 2000 + b"@y>\n\nhalo",
        b"Message-ID: <\xff\xfe@y>\n\nhalo",
    ],
)
def test_mail_without_a_message_id_goes_by_its_hash(raw):
    mail = receive(raw, source="api")

    assert mail.message_id.startswith("sha256:")
    assert receive(raw, source="api") == mail
    assert sealed_mail.read_raw(mail) == raw


def test_message_id_in_the_body_is_none():
    mail = receive(bare("From: a@b.id", "Message-ID: <orang@lain.id>\n"), source="api")

    assert mail.message_id.startswith("sha256:")


def test_too_large_mail_is_kept_as_its_beginning(settings, rung, django_capture_on_commit_callbacks):
    settings.INCOMING_MAX_BYTES = 1000

    with django_capture_on_commit_callbacks(execute=True):
        mail = receive(letter("a" * 2000), source="imap")

    assert (mail.state, mail.reason) == ("kept", "too_large")
    assert sealed_mail.read_raw(mail).startswith(b"From: Budi")
    assert rung == []


def test_seals_are_rotated(settings):
    raw = letter()
    mail = receive(raw, source="imap")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]
    before = bytes(RawMail.objects.get().sealed)

    call_command("rotate_seals", verbosity=0)

    assert bytes(RawMail.objects.get().sealed) != before
    settings.SECRET_KEY_FALLBACKS = []
    assert sealed_mail.read_raw(IncomingMail.objects.get(pk=mail.pk)) == raw


def test_old_sources_go_but_not_of_mail_that_needs_attention(settings):
    done, stuck = (receive(letter(), source="imap") for _ in range(2))
    long_ago = done.received_at - 2 * settings.INCOMING_KEPT
    IncomingMail.objects.filter(pk=done.pk).update(state="kept", ended_at=long_ago)
    IncomingMail.objects.filter(pk=stuck.pk).update(state="unreadable", ended_at=long_ago)

    assert sealed_mail.discard_old() == 1
    assert list(RawMail.objects.values_list("pk", flat=True)) == [stuck.pk]
    with pytest.raises(sealed_mail.Gone):
        sealed_mail.read_raw(IncomingMail.objects.get(pk=done.pk))
