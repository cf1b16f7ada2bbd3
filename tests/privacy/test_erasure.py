"""Who is erased is nowhere, and nobody else is touched."""

import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import AgentFactory, MessageFactory, TicketFactory, WebhookEndpointFactory
from tests.mail.letters import letter
from tests.privacy.conftest import (
    ADDRESS,
    PHONE,
    kept_mail,
    make_screenshot,
    make_ticket,
    traces_of_budi,
)
from tickets import counting, linking, merging, search, suppression
from tickets.mail.incoming import receive
from tickets.models import (
    Erasure,
    Figures,
    IncomingMail,
    SavedView,
    SuppressedAddress,
    Ticket,
    TriageWeek,
    WebhookDelivery,
    WebhookEndpoint,
)
from tickets.models.figures import ALL, Grain
from tickets.periods import latest
from tickets.privacy import deletion, erasure, identifiers
from tickets.webhooks import endpoints

pytestmark = pytest.mark.django_db


def erase(who=ADDRESS, **fields):
    return erasure.erase(identifiers.read(who), **{"reason": "asked", "by": None, **fields})


def test_who_is_erased_is_nowhere(budi, caplog, django_capture_on_commit_callbacks):
    caplog.set_level(logging.DEBUG)
    kept_mail()
    assert len(traces_of_budi()) == 8  # something that could stay

    with django_capture_on_commit_callbacks(execute=True):
        erase()

    assert traces_of_budi() == []
    assert [word for word in (ADDRESS, PHONE) if word in caplog.text] == []


def test_receipt_counts_what_the_preview_showed_and_names_nobody(budi):
    kept_mail()
    lead = AgentFactory(role="lead")
    shown = erasure.preview(identifiers.read(ADDRESS)).counts

    receipt = erase(by=lead)

    assert receipt.counts == shown
    assert {name: shown[name] for name in ("tickets", "messages", "screenshots", "mails", "views")} == {
        "tickets": 1,
        "messages": 2,
        "screenshots": 1,
        "mails": 2,
        "views": 1,
    }
    assert (receipt.by, receipt.reason, receipt.ended_at is not None) == (lead, "asked", True)
    assert ADDRESS not in str(vars(receipt))


def test_every_kind_of_holding_is_in_the_receipt(budi):
    kept_mail()

    assert set(erase().counts) == {*deletion.HOLDINGS, "views"}


def test_preview_changes_nothing(budi):
    erasure.preview(identifiers.read(ADDRESS))

    assert Ticket.objects.filter(pk=budi.pk).exists()
    assert Erasure.objects.count() == 0


def test_that_an_address_was_erased_is_found_by_whoever_names_it(budi, settings):
    receipt = erase()

    def found(who):
        return erasure.receipts_of(identifiers.read(who))

    assert found(ADDRESS.upper()) == [receipt]
    assert found("siti@contoh.id") == []
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, long enough to be one"
    assert found(ADDRESS) == [receipt]


@pytest.mark.parametrize("who", [ADDRESS, PHONE, "0812 3456 7890", " BUDI.SANTOSO@contoh.id "])
def test_person_is_found_by_address_and_number_in_any_spelling(who):
    make_ticket()

    assert erase(who).counts["tickets"] == 1


@pytest.mark.parametrize(
    ("contacts", "count"),
    [
        ({"registered_email": "budi@gmail.com"}, 1),
        ({"registered_email": "b.u.d.i+kaya@googlemail.com"}, 1),
        ({"registered_email": "", "registered_phone": "+6281234567899", "reply_email": "budi@gmail.com"}, 1),
        ({"registered_email": "siti@contoh.id", "reply_email": "Budi@gmail.com"}, 1),
        ({"registered_email": "budi2@gmail.com"}, 0),
        ({"registered_email": "budi@gmail.com.contoh.id"}, 0),
    ],
)
@pytest.mark.parametrize("is_traced", [True, False])
def test_tickets_are_theirs_by_any_contact_and_nobody_elses(contacts, count, is_traced):
    ticket = TicketFactory(**contacts)
    if is_traced:
        linking.leave_traces(ticket)
    elif ticket.reply_email:  # other spellings are found by traces only
        Ticket.objects.filter(pk=ticket.pk).update(reply_email="budi@gmail.com")

    assert erase("budi@gmail.com").counts.get("tickets", 0) == count


def test_a_plus_outside_gmail_may_be_another_person():
    linking.leave_traces(TicketFactory(registered_email="tim+satu@contoh.id"))

    assert erase("tim@contoh.id").counts == {}


def test_ticket_that_was_answered_there_before_is_theirs():
    ticket = TicketFactory(registered_email="siti@contoh.id", reply_email=ADDRESS)
    linking.leave_traces(ticket)
    MessageFactory(ticket=ticket, outgoing=True, recipient=ADDRESS, recipient_key=ADDRESS)
    Ticket.objects.filter(pk=ticket.pk).update(reply_email="baru@contoh.id")

    found = erasure.preview(identifiers.read(ADDRESS))

    assert [(each.ticket, each.is_for_other) for each in found.theirs] == [(ticket, True)]


def test_others_keep_everything(budi):
    siti = TicketFactory(registered_email="siti@contoh.id", follows=budi, earlier=budi)
    make_screenshot(siti)
    suppression.suppress("siti@contoh.id", reason="bounce", ticket=siti)
    SavedView.objects.create(user=AgentFactory(), name="Siti", query="q=siti")

    erase()

    siti.refresh_from_db()
    assert (siti.screenshots.count(), siti.follows, siti.earlier) == (1, None, None)
    assert list(search.matching(Ticket.objects.all(), "siti@contoh.id")) == [siti]
    assert SuppressedAddress.objects.get(ticket=siti).address == "siti@contoh.id"
    assert SavedView.objects.get().name == "Siti"


def test_ticket_of_another_that_names_them_is_pointed_out_and_stays(budi):
    siti = TicketFactory(registered_email="siti@contoh.id", description=f"teman saya {ADDRESS} juga")

    found = erasure.preview(identifiers.read(ADDRESS))
    erase()

    assert list(found.mentions) == [siti]
    assert Ticket.objects.get() == siti


@pytest.mark.parametrize("is_head", [True, False])
def test_merged_tickets_of_two_people_part(budi, is_head):
    lead = AgentFactory(role="lead")
    siti = TicketFactory(registered_email="siti@contoh.id", open=True)
    merging.merge(siti if is_head else budi, into=budi if is_head else siti, by=lead)

    erase()

    left = Ticket.objects.get()
    assert (left, left.status, left.merged_into) == (siti, "open", None)


def test_what_had_gone_into_a_finished_ticket_ends_as_that_did(budi):
    siti = TicketFactory(registered_email="siti@contoh.id", open=True)
    merging.merge(siti, into=budi, by=AgentFactory(role="lead"))
    now = timezone.now()
    Ticket.objects.filter(pk=budi.pk).update(
        status="closed", resolved_at=now, closed_at=now, resolution="agent", due_at=None
    )

    erase()

    left = Ticket.objects.get()
    assert (left.status, left.closed_at, left.resolution) == ("closed", now, "agent")


def test_address_stays_suppressed_without_being_kept(budi):
    erase()

    row = SuppressedAddress.objects.get()
    assert (row.address, row.ticket, ADDRESS in row.key) == ("", None, False)
    assert suppression.because_of(ADDRESS.upper()) == "address_bounced"
    assert suppression.because_of("siti@contoh.id") == ""


def test_address_that_was_lifted_is_not_kept_at_all(budi):
    suppression.lift(SuppressedAddress.objects.get().pk, by=AgentFactory())

    erase()

    assert SuppressedAddress.objects.count() == 0


def test_suppressed_again_it_is_one_row(budi):
    erase()

    suppression.suppress(ADDRESS, reason="complaint", ticket=TicketFactory())

    assert SuppressedAddress.objects.get().reason == "bounce"


def test_figures_keep_their_counts(budi):
    today, hour = latest(Grain.DAY, 1)[0], latest(Grain.HOUR, 1)[0]
    Ticket.objects.filter(pk=budi.pk).update(
        first_agent_reply_at=timezone.now() + timedelta(minutes=3),
        response_due_at=timezone.now() + timedelta(hours=1),
        first_auto_reply_at=timezone.now(),
    )
    TicketFactory(open=True)

    def counted():
        for start, grain in ((today, Grain.DAY), (hour, Grain.HOUR)):
            counting.count(grain, start)
        columns = [*Figures.COUNTS, *Figures.TIMES]
        agents = counting.AgentDay.objects.values_list("agent", "answered", "first_human")
        return list(Figures.objects.order_by("grain", "category").values(*columns)), list(agents)

    before = counted()
    erase()

    assert Figures.objects.get(grain=Grain.DAY, category=ALL).arrived == 2
    assert (before[0][0]["response_met"], len(before[1])) == (1, 1)
    assert counted() == before
    assert counted() == before


def test_figures_of_two_erasures_add_up():
    today = latest(Grain.DAY, 1)[0]
    for name in "ab":
        linking.leave_traces(TicketFactory(open=True, registered_email=f"{name}@contoh.id"))
        erase(f"{name}@contoh.id")

    counting.count(Grain.DAY, today)

    assert Figures.objects.get(category=ALL).arrived == 2


def test_weeks_of_triage_keep_their_counts(budi):
    def counted():
        counting.departed.drift.count_weeks()
        return list(TriageWeek.objects.order_by("pk").values("week", "category", "triaged", "corrected"))

    before = counted()
    erase()

    assert [row["triaged"] for row in before] == [1]
    assert counted() == before


def test_endpoints_are_told_which_tickets_are_erased(budi):
    WebhookEndpoint.objects.all().delete()
    WebhookEndpointFactory(events=["ticket.erased"])
    endpoints.forget()

    erase()

    told = WebhookDelivery.objects.get()
    assert (told.type, told.payload["data"]) == ("ticket.erased", {"ticket": budi.reference})


def test_mail_that_waits_to_be_filed_stays(budi):
    waiting = receive(letter("baru", From=ADDRESS), source="imap")

    erase()

    assert IncomingMail.objects.get() == waiting


def test_erasure_goes_in_batches_and_says_when_it_was_interrupted(monkeypatch):
    monkeypatch.setattr(deletion, "AT_ONCE", 2)
    for _ in range(3):
        TicketFactory(registered_email=ADDRESS)
    delete, calls = deletion.delete, []

    def failing(pks):
        calls.append(pks)
        if len(calls) == 2:
            raise RuntimeError
        return delete(pks)

    monkeypatch.setattr(deletion, "delete", failing)
    with pytest.raises(RuntimeError):
        erase()
    interrupted = Erasure.objects.get()
    assert (interrupted.counts["tickets"], interrupted.ended_at, Ticket.objects.count()) == (2, None, 1)

    assert erase().counts["tickets"] == 1
    assert Ticket.objects.count() == 0


def test_command_shows_first_and_erases_with_yes(budi, capsys):
    call_command("erase_person", ADDRESS)
    shown = capsys.readouterr().out
    assert (budi.reference in shown, Ticket.objects.count()) == (True, 1)

    call_command("erase_person", ADDRESS, "--yes", "--reason", "obliged")

    receipt = Erasure.objects.get()
    out = capsys.readouterr().out
    assert (receipt.number in out, receipt.reason, receipt.by) == (True, "obliged", None)
    assert Ticket.objects.count() == 0


def test_command_says_that_somebody_was_erased_before(budi, capsys):
    erase()

    call_command("erase_person", ADDRESS)

    assert Erasure.objects.get().number in capsys.readouterr().out


@pytest.mark.parametrize("who", ["", "budi", "budi@", "12", "x" * 5000 + "@contoh.id"])
def test_command_refuses_what_names_nobody(who):
    with pytest.raises(CommandError):
        call_command("erase_person", who, "--yes")

    assert Erasure.objects.count() == 0
