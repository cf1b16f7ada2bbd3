"""What the words on the screenshots do to a ticket: waits, first answers, second looks."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from tests import images
from tests.factories import ScreenshotFactory, TicketFactory
from tests.screens import ERROR, remove
from tickets import cleaning, pipeline, reading, screenshots
from tickets.models import Screenshot, Ticket
from triage.error_strings import sightings

pytestmark = pytest.mark.django_db


@pytest.fixture
def screens_decide(monkeypatch, model):
    """Assess by the known error texts on the screens, as surely as can be."""
    assess = pipeline.assess

    def assess_screens(report, *, now):
        verdict = assess(report, now=now)
        for sighting in sightings("\n".join(report.screens)):
            return replace(
                verdict,
                category=sighting.category,
                confidence=0.97,
                route="agent",
                hold=None,
                abstained=False,
            )
        return verdict

    monkeypatch.setattr(pipeline, "assess", assess_screens)


UNSURE = "tolong dibantu ya kak, lihat gambarnya"
SURE = "otp belum masuk"


@pytest.fixture
def unsure(clean, printed, screens_decide):
    printed((ERROR, 95.0))
    return clean(ticket=TicketFactory(description=UNSURE)).screenshot.ticket


def events(ticket):
    return list(ticket.events.values_list("kind", "data__because"))


def test_an_unsure_ticket_waits_for_its_screenshots(unsure, settings):
    message = pipeline.triage(unsure.pk)

    unsure.refresh_from_db()
    assert (message, unsure.status, unsure.lease_until, unsure.attempts) == (None, "new", None, 0)
    assert unsure.triage_after_at == unsure.created_at + settings.SCREENS_WAIT
    assert list(Ticket.objects.due()) == []


def test_the_last_reading_ends_the_wait(unsure, clean):
    first, second = unsure.screenshots.get(), clean(ticket=unsure)
    pipeline.triage(unsure.pk)

    reading.read_screenshot(first.pk)
    after_one = reading.ready_for_triage(first.pk)
    reading.read_screenshot(second.pk)
    after_all = reading.ready_for_triage(second.pk)
    message = pipeline.triage(unsure.pk)

    unsure.refresh_from_db()
    assert (after_one, after_all) == ([], [unsure.pk])
    assert (unsure.status, unsure.category) == ("open", "already_registered")
    assert (message.kind, unsure.assessments.count()) == ("auto_reply", 1)


def test_past_the_deadline_it_is_assessed_without(unsure, settings):
    pipeline.triage(unsure.pk)
    passed = settings.SCREENS_WAIT + timedelta(seconds=1)
    Ticket.objects.update(
        created_at=unsure.created_at - passed, triage_after_at=timezone.now() - timedelta(seconds=1)
    )

    message = pipeline.triage(unsure.pk)

    unsure.refresh_from_db()
    assert (unsure.status, message is None) == ("open", False)


def test_without_tesseract_nobody_waits(unsure, tmp_path, monkeypatch):
    remove(tmp_path, monkeypatch)

    assert pipeline.triage(unsure.pk) is not None


def test_a_confident_text_does_not_wait(clean, printed, screens_decide):
    printed((ERROR, 95.0))
    ticket = clean(ticket=TicketFactory(description=SURE)).screenshot.ticket

    assert pipeline.triage(ticket.pk) is not None


def test_a_screenshot_that_is_not_clean_yet_is_waited_for(unsure):
    unsure.screenshots.all().delete()
    ScreenshotFactory(ticket=unsure)

    assert pipeline.triage(unsure.pk) is None


def test_a_screen_read_in_the_middle_of_triage_is_not_overlooked(clean, printed, screens_decide, monkeypatch):
    printed((ERROR, 95.0))
    found = clean(ticket=TicketFactory(description=SURE))
    ticket, compose = found.screenshot.ticket, pipeline.compose

    def slow_compose(*args, **kwargs):
        reading.read_screenshot(found.pk)
        return compose(*args, **kwargs)

    monkeypatch.setattr(pipeline, "compose", slow_compose)

    first = pipeline.triage(ticket.pk)
    second = pipeline.triage(ticket.pk)

    ticket.refresh_from_db()
    assert (first, second is None) == (None, False)
    assert (ticket.category, ticket.messages.count()) == ("already_registered", 1)


@pytest.fixture
def held(clean, printed, screens_decide):
    """Answered on its text, held, and its screenshot still to be read."""
    printed((ERROR, 95.0))
    signed_up_at = timezone.now() - timedelta(minutes=2)
    found = clean(ticket=TicketFactory(description=SURE, signed_up_at=signed_up_at))
    pipeline.triage(found.screenshot.ticket_id)
    return Ticket.objects.get(status="self_fix")


def read_all(ticket):
    for screenshot in ticket.screenshots.all():
        reading.read_screenshot(screenshot.pk)
    ticket.refresh_from_db()


def test_screens_bring_a_held_ticket_before_the_agents_without_a_second_reply(held):
    answered_at = held.first_auto_reply_at

    read_all(held)

    assert (held.status, held.category) == ("open", "already_registered")
    assert (held.messages.count(), held.assessments.count()) == (1, 2)
    assert held.first_auto_reply_at == answered_at
    assert events(held)[-2:] == [("triaged", "screens_read"), ("moved", "screens_read")]


@pytest.mark.parametrize("tesseract", ["there", "gone"])
def test_a_last_screenshot_that_cannot_be_cleaned_keeps_nothing_from_triage(
    held, tesseract, tmp_path, monkeypatch, settings
):
    """Nothing will be read off it, whether it is broken or there is nobody to read it any more."""
    file = ContentFile(images.sideways_jpeg(), name="foto.jpg")
    path = screenshots.store(file, screenshots.inspect(file, name="foto.jpg"))
    last = ScreenshotFactory(ticket=held, original_path=path)
    read_all(held)
    after_one = held.status
    if tesseract == "gone":
        remove(tmp_path, monkeypatch)
    else:
        (settings.SCREENSHOT_DIR / path).write_bytes(b"rusak")

    cleaning.clean_screenshot(last.pk)

    held.refresh_from_db()
    assert (after_one, held.status, held.category) == ("self_fix", "open", "already_registered")


def test_a_screenshot_nothing_was_read_off_is_no_reason_to_look_again(held, monkeypatch):
    looks = []
    monkeypatch.setattr(pipeline, "reconsider", looks.append)
    Screenshot.objects.all().delete()
    worn_out = ScreenshotFactory(ticket=held, attempts=5)

    cleaning.clean_screenshot(worn_out.pk)

    worn_out.refresh_from_db()
    assert (worn_out.state, looks) == ("unreadable", [])


def test_screens_leave_a_held_ticket_that_still_can_be_helped(held, printed):
    printed(("Masukkan kode OTP", 95.0))

    read_all(held)

    assert (held.status, held.assessments.count()) == ("self_fix", 1)


def test_screens_leave_what_an_agent_holds(held):
    Ticket.objects.filter(pk=held.pk).update(queued_at=timezone.now())

    read_all(held)

    assert (held.status, held.assessments.count()) == ("self_fix", 1)


def test_screens_mend_the_category_of_an_open_ticket(clean, printed, screens_decide):
    printed((ERROR, 95.0))
    ticket = TicketFactory(description=UNSURE)
    pipeline.triage(ticket.pk)
    Ticket.objects.filter(pk=ticket.pk).update(priority=1)
    clean(ticket=ticket)

    read_all(ticket)

    assert (ticket.status, ticket.category, ticket.priority) == ("open", "already_registered", 1)
    assert ticket.messages.count() == 1
    assert events(ticket)[-1] == ("triaged", "screens_read")


def test_screens_that_say_nothing_new_change_nothing(clean, printed, screens_decide):
    printed(("Selamat datang", 95.0))
    ticket = TicketFactory(description=UNSURE)
    pipeline.triage(ticket.pk)
    clean(ticket=ticket)

    read_all(ticket)

    assert ticket.assessments.count() == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"confidence": None},  # a human has chosen the category
        {"status": "pending", "pending_since_at": timezone.now(), "due_at": None},
        {"status": "spam", "due_at": None},
    ],
)
def test_screens_do_not_touch_what_people_have_decided(clean, printed, screens_decide, columns):
    printed((ERROR, 95.0))
    ticket = TicketFactory(description=UNSURE)
    pipeline.triage(ticket.pk)
    Ticket.objects.filter(pk=ticket.pk).update(**columns)
    clean(ticket=ticket)
    category = Ticket.objects.get(pk=ticket.pk).category

    read_all(ticket)

    assert (ticket.category, ticket.assessments.count()) == (category, 1)
    assert ticket.screens == (ERROR,)


def test_a_second_look_that_fails_loses_no_text(held, monkeypatch):
    def fail(report, *, now):
        raise ZeroDivisionError

    monkeypatch.setattr(pipeline, "assess", fail)

    read_all(held)

    assert (held.status, held.screens) == ("self_fix", (ERROR,))
