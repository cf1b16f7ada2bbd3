import threading
import uuid
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from tests import images
from tests.factories import TicketFactory
from tickets import intake, pipeline, screenshots
from tickets.models import Screenshot, Ticket
from tickets.models.ticket import Status
from tickets.submission import Attachment, Submission

pytestmark = pytest.mark.django_db


def submission(**fields):
    fields = {
        "key": uuid.uuid4(),
        "description": "otp belum masuk",
        "registered_email": "Budi@contoh.id",
        **fields,
    }
    return Submission(**fields)


def attachment(name="layar.png"):
    file = ContentFile(images.png(), name=name)
    return Attachment(file=file, name=name, inspected=screenshots.inspect(file, name=name))


def stored_files(settings):
    return [path for path in settings.SCREENSHOT_DIR.rglob("*") if path.is_file()]


def test_submit_ticket_stores_the_report_and_rings_after_commit(rung, django_capture_on_commit_callbacks):
    signed_up_at = timezone.now() - timedelta(minutes=20)

    with django_capture_on_commit_callbacks(execute=True):
        ticket = intake.submit_ticket(
            submission(
                tried=frozenset({"spam", "resent"}), signup_precision="minute", signed_up_at=signed_up_at
            )
        )
        before_commit = list(rung)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.requester_key, ticket.signed_up_at) == (
        "new",
        "budi@contoh.id",
        signed_up_at,
    )
    assert ticket.tried == {"spam", "resent"}
    assert [event.kind for event in ticket.events.all()] == ["submitted"]
    assert (before_commit, rung) == ([], [("triage_ticket", ticket.pk)])


def test_submit_ticket_stores_its_screenshots(settings):
    ticket = intake.submit_ticket(submission(attachments=[attachment("satu.png"), attachment("../dua.png")]))

    rows = list(ticket.screenshots.all())
    assert [row.name for row in rows] == ["satu.png", "dua.png"]
    assert {settings.SCREENSHOT_DIR / row.original_path for row in rows} == set(stored_files(settings))


def test_submit_ticket_twice_with_one_key_is_one_ticket(settings):
    once = submission(attachments=[attachment()])

    first = intake.submit_ticket(once)
    second = intake.submit_ticket(once)

    assert first == second
    assert (Ticket.objects.count(), Screenshot.objects.count(), len(stored_files(settings))) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_submit_ticket_at_the_same_moment_is_one_ticket(settings):
    once = submission(attachments=[attachment()])
    references = []

    def submit():
        references.append(intake.submit_ticket(once).reference)
        connection.close()

    threads = [threading.Thread(target=submit) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(references) == 5
    assert len(set(references)) == 1
    assert (Ticket.objects.count(), len(stored_files(settings))) == (1, 1)


def test_submit_ticket_that_fails_leaves_no_file(settings, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(intake, "_attach", fail)

    with pytest.raises(RuntimeError):
        intake.submit_ticket(submission(attachments=[attachment()]))

    assert (Ticket.objects.count(), stored_files(settings)) == (0, [])


def test_submit_ticket_whose_commit_was_not_answered_keeps_its_files(settings, monkeypatch):
    once = submission(attachments=[attachment()])

    @contextmanager
    def unanswered():
        with transaction.atomic():
            yield
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(
            intake, "transaction", SimpleNamespace(atomic=unanswered, on_commit=transaction.on_commit)
        )
        with pytest.raises(OperationalError):
            intake.submit_ticket(once)

    again = intake.submit_ticket(once)

    kept = settings.SCREENSHOT_DIR / again.screenshots.get().original_path
    assert stored_files(settings) == [kept]


def test_submit_ticket_holds_back_what_looks_like_spam():
    ticket = intake.submit_ticket(submission(fell_for_trap=True))

    event = ticket.events.last()
    assert (ticket.status, ticket.suspended_because) == ("suspended", "trap")
    assert (event.actor_kind, event.data["after"], event.data["because"]) == ("system", "suspended", "trap")


def test_what_is_held_back_is_neither_triaged_nor_answered(model):
    ticket = intake.submit_ticket(submission(fell_for_trap=True))

    pipeline.triage(ticket.pk)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.messages.count()) == ("suspended", 0)


def test_addition_to_what_is_held_back_stays_with_it():
    ticket = TicketFactory(suspended=True)

    intake.add_information(ticket, body="ini benar laporan saya")
    intake.confirm_fixed(ticket)
    intake.report_still_failing(ticket)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.messages.get().body) == ("suspended", "ini benar laporan saya")


def test_follow_up_of_a_closed_ticket_is_not_held_back():
    follower = intake.add_information(TicketFactory(closed=True), body="masih. " + "https://a.example " * 9)

    assert follower.status == "new"


@pytest.mark.parametrize("state", ["held", "open", "pending"])
def test_confirm_fixed_resolves_by_the_requester(state):
    ticket = TicketFactory(**{state: True})

    intake.confirm_fixed(ticket)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution) == ("resolved", "requester")


def test_confirm_fixed_leaves_a_finished_ticket():
    ticket = TicketFactory(resolved=True)

    intake.confirm_fixed(ticket)

    ticket.refresh_from_db()
    assert ticket.resolution == "agent"


@pytest.mark.parametrize("state", ["held", "pending", "resolved"])
def test_report_still_failing_goes_to_the_agents_with_more_priority(state):
    ticket = TicketFactory(**{state: True}, priority=3)

    intake.report_still_failing(ticket)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority) == ("open", 2)


def test_report_still_failing_twice_changes_once():
    ticket = TicketFactory(held=True, priority=3)

    intake.report_still_failing(ticket)
    intake.report_still_failing(ticket)

    ticket.refresh_from_db()
    assert (ticket.priority, ticket.events.count()) == (2, 1)


def test_add_information_is_read_by_an_agent(rung, django_capture_on_commit_callbacks):
    ticket = TicketFactory(pending=True)

    with django_capture_on_commit_callbacks(execute=True):
        intake.add_information(ticket, body="masih belum", attachments=[attachment()])

    ticket.refresh_from_db()
    message = ticket.messages.get()
    screenshot = ticket.screenshots.get()
    assert (ticket.status, message.kind, message.body) == ("open", "requester", "masih belum")
    assert (screenshot.message, rung) == (message, [("clean_screenshot", screenshot.pk)])


def test_add_information_to_a_closed_ticket_opens_a_linked_one():
    ticket = TicketFactory(closed=True)

    successor = intake.add_information(ticket, body="kambuh lagi")

    successor.refresh_from_db()
    ticket.refresh_from_db()
    assert (successor.follows, successor.description, successor.status) == (ticket, "kambuh lagi", "new")
    assert ticket.status == "closed"


def test_add_information_by_a_double_click_is_added_once(settings):
    ticket = TicketFactory(pending=True)

    for _ in range(2):
        intake.add_information(ticket, body="masih belum", attachments=[attachment()])

    assert (ticket.messages.count(), ticket.screenshots.count()) == (1, 1)


def test_add_information_with_another_picture_is_another_one():
    ticket = TicketFactory(pending=True)

    intake.add_information(ticket, body="masih belum")
    intake.add_information(ticket, body="masih belum", attachments=[attachment()])

    assert ticket.messages.count() == 2


def test_add_information_to_a_closed_ticket_by_a_double_click_opens_one():
    ticket = TicketFactory(closed=True)

    first, second = (intake.add_information(ticket, body="kambuh lagi") for _ in range(2))

    assert first == second


def test_add_information_to_a_ticket_that_is_closed_meanwhile_opens_a_linked_one(settings):
    ticket = TicketFactory(resolved=True)
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.CLOSED, closed_at=timezone.now())

    successor = intake.add_information(ticket, body="kambuh lagi", attachments=[attachment()])

    assert (successor.follows, ticket.messages.count(), ticket.screenshots.count()) == (ticket, 0, 0)
    assert stored_files(settings) == [settings.SCREENSHOT_DIR / successor.screenshots.get().original_path]


def test_add_information_in_the_same_words_later_is_heard_on_the_ticket_that_followed():
    ticket = TicketFactory(closed=True)
    successor = intake.add_information(ticket, body="kambuh lagi")
    Ticket.objects.filter(pk=successor.pk).update(
        created_at=timezone.now() - intake.REPEAT_WINDOW,
        status=Status.OPEN,
        queued_at=timezone.now(),
        due_at=timezone.now(),
    )

    carrier = intake.add_information(ticket, body="kambuh lagi")

    assert (carrier, carrier.messages.get().body) == (successor, "kambuh lagi")


def test_add_information_in_the_same_words_is_not_lost_when_the_follower_is_closed_too():
    ticket = TicketFactory(closed=True)
    second = intake.add_information(ticket, body="kambuh lagi")
    Ticket.objects.filter(pk=second.pk).update(
        created_at=timezone.now() - intake.REPEAT_WINDOW,
        status=Status.CLOSED,
        resolved_at=timezone.now(),
        resolution="agent",
        closed_at=timezone.now(),
    )

    third = intake.add_information(ticket, body="kambuh lagi")

    assert (third.follows, third.status) == (second, "new")
