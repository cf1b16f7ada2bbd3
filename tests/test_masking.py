"""Masking: what is stored instead of a secret, and what is sealed."""

import time

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import transaction

from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tickets import drafts, masking, sealing
from tickets.models import SealedSecret, Ticket
from tickets.models.sealed_secret import SecretSource

pytestmark = pytest.mark.django_db

KEYS = [Fernet.generate_key().decode() for _ in range(2)]


def mask(ticket, text, source=SecretSource.SCREENSHOT):
    with transaction.atomic():
        return masking.mask(ticket, text, source=source)


def opened(ticket):
    return [(each.number, each.kind, sealing.unseal(bytes(each.sealed))) for each in ticket.secrets.all()]


def test_mask_seals_what_it_takes_out():
    ticket = TicketFactory()

    text = mask(ticket, "kode saya 482913, nik 3201014505900003")

    assert text == "kode saya [OTP ••• 1], nik [NIK ••• 2]"
    assert opened(ticket) == [(1, "OTP", "482913"), (2, "NIK", "3201014505900003")]
    assert {secret.source for secret in ticket.secrets.all()} == {"screenshot"}


def test_mask_gives_the_same_secret_its_number_again():
    ticket = TicketFactory()
    mask(ticket, "kode 482913")

    text = mask(ticket, "kode 590127, bukan kode 482-913")

    assert text == "kode [OTP ••• 2], bukan kode [OTP ••• 1]"
    assert ticket.secrets.count() == 2


def test_mask_numbers_each_ticket_for_itself():
    first, second = TicketFactory.create_batch(2)

    texts = [mask(ticket, "kode 482913") for ticket in (first, second)]

    assert texts == ["kode [OTP ••• 1]"] * 2


@pytest.mark.parametrize("text", ["password saya Kucing99", "pin 482913", "kartu cvv 123"])
def test_mask_keeps_nothing_of_what_nobody_may_need(text):
    ticket = TicketFactory()

    masked = mask(ticket, text)

    assert masked.endswith("•••]")
    assert not ticket.secrets.exists()


def test_mask_asks_the_database_nothing_when_there_is_no_secret(django_assert_num_queries):
    ticket = TicketFactory()

    with transaction.atomic(), django_assert_num_queries(0):
        text = masking.mask(ticket, "kode belum masuk, udah 20 menit", source=SecretSource.MESSAGE)

    assert text == "kode belum masuk, udah 20 menit"


def test_mask_keeps_the_numbers_of_secrets_whose_key_is_gone(settings):
    ticket = TicketFactory()
    settings.SEALING_KEYS = KEYS[:1]
    mask(ticket, "kode 482913")
    settings.SEALING_KEYS = KEYS[1:]

    assert mask(ticket, "kode 482913") == "kode [OTP ••• 2]"


def test_secrets_go_with_their_ticket():
    ticket = TicketFactory()
    mask(ticket, "kode 482913")

    ticket.delete()

    assert not SealedSecret.objects.exists()


def test_a_report_without_a_sign_of_a_secret_is_masked_in_microseconds():
    text = "kode otp belum masuk padahal sudah saya tunggu dari tadi pagi kak, mohon dibantu " * 4

    began = time.process_time()
    for _ in range(200):
        masking.hide(text)

    assert (time.process_time() - began) / 200 < 0.001


@pytest.mark.parametrize("text", ["482913", "", "é漢\U0001f600", "a" * 5000, "\ud800"])
def test_seal_opens_to_what_was_sealed(text):
    sealed = sealing.seal(text)

    assert sealing.unseal(sealed) == text
    assert text.encode(errors="surrogatepass") not in sealed or not text


def test_seal_is_another_one_every_time():
    assert sealing.seal("482913") != sealing.seal("482913")


def test_unseal_wants_one_of_the_keys(settings):
    settings.SEALING_KEYS = KEYS[:1]
    sealed = sealing.seal("482913")
    settings.SEALING_KEYS = KEYS[::-1]
    opened_by_second = sealing.unseal(sealed)
    settings.SEALING_KEYS = KEYS[1:]

    assert opened_by_second == "482913"
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed)


def test_seals_under_the_derived_key_open_after_the_secret_key_changed(settings):
    settings.SEALING_KEYS = []
    sealed = sealing.seal("482913")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "baru"

    assert sealing.unseal(sealed) == "482913"


def test_rotate_seals_leaves_the_old_key_unneeded(settings, monkeypatch, capsys):
    settings.SEALING_KEYS = KEYS[:1]
    ticket = TicketFactory()
    mask(ticket, "kode 482913 kode 590127 kode 112358")
    settings.SEALING_KEYS = KEYS[::-1]

    call_command("rotate_seals", batch=2)

    settings.SEALING_KEYS = KEYS[1:]
    assert [value for _number, _kind, value in opened(ticket)] == ["482913", "590127", "112358"]
    assert "3" in capsys.readouterr().out


def test_rotate_seals_seals_drafts_anew(settings, capsys):
    settings.SEALING_KEYS = KEYS[:1]
    agent, ticket, sent = AgentFactory(), *TicketFactory.create_batch(2)
    drafts.save(ticket, body="kode 482913", is_note=False, page="a", base="", by=agent)
    drafts.mark_sent(sent, page="a", base="", by=agent)
    settings.SEALING_KEYS = KEYS[::-1]

    call_command("rotate_seals", batch=1)

    settings.SEALING_KEYS = KEYS[1:]
    assert drafts.read(ticket, by=agent).body == "kode 482913"
    assert (capsys.readouterr().out, drafts.read(sent, by=agent).body) == ("1 sealed anew.\n", "")


def test_rotate_seals_passes_over_what_no_key_opens(settings, capsys):
    settings.SEALING_KEYS = KEYS[:1]
    lost, kept = TicketFactory.create_batch(2)
    mask(lost, "kode 482913")
    settings.SEALING_KEYS = KEYS[1:]
    mask(kept, "kode 590127")

    call_command("rotate_seals")

    assert opened(kept) == [(1, "OTP", "590127")]
    assert "1 could not be read" in capsys.readouterr().err


def test_mask_secrets_masks_what_is_stored_already(capsys):
    ticket = TicketFactory(description="kode saya 482913 salah", device="hp, pin 4829")
    told = MessageFactory(ticket=ticket, body="kode 482913, password Kucing99")
    other = TicketFactory()

    for _ in range(2):
        call_command("mask_secrets", batch=1)

    ticket.refresh_from_db()
    told.refresh_from_db()
    assert (ticket.description, ticket.device) == ("kode saya [OTP ••• 1] salah", "hp, pin [PIN •••]")
    assert told.body == "kode [OTP ••• 1], password [PASSWORD •••]"
    assert opened(ticket) == [(1, "OTP", "482913")]
    assert Ticket.objects.get(pk=other.pk).description == other.description
    assert capsys.readouterr().out.splitlines()[-1].startswith("0 ")


def test_mask_secrets_leaves_our_own_answers():
    link = "Tautan baru: https://contoh.id/aktivasi?token=abc123XYZ"
    message = MessageFactory(kind="reply", body=link)

    call_command("mask_secrets")

    message.refresh_from_db()
    assert message.body == link
