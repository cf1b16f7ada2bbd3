"""The status page: who may see it, what it says, and what its buttons do."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from tests.factories import AgentFactory, MessageFactory, ScreenshotFactory, TicketFactory
from tests.images import png
from tickets import bounces, desk, intake, links, pipeline
from tickets.models import Incident, Message, Ticket
from tickets.web import shown as shown_module
from tickets.web import status as status_module
from tickets.web.shown import ShownTicket

pytestmark = pytest.mark.django_db

ADVICE = {
    "language": "id",
    "subject": "Kode masih dalam perjalanan",
    "opening": "Karena Anda mendaftar 2 menit lalu.",
    "steps": ["Tunggu sampai pukul 14.32 WIB.", "Tekan kirim ulang."],
    "closing": "Kalau gagal, tekan Masih gagal.",
    "standing": [],
    "wait_until": "2026-11-22T07:32:00+00:00",
}


@pytest.fixture(autouse=True)
def indonesian_catalogue_is_not_needed(client):
    client.cookies["django_language"] = "en"


def page_of(client, ticket, **query):
    response = client.get(links.status_path(ticket), query)
    return response, response.content.decode()


def advise(ticket):
    """What triage leaves behind."""
    ticket.events.create(
        kind="moved", actor_kind="system", data={"after": ticket.status, "because": "triaged"}
    )
    return MessageFactory(
        ticket=ticket,
        kind="auto_reply",
        purpose="advice",
        advice=ADVICE,
        subject=ADVICE["subject"],
        delivery="suppressed",
    )


def test_page_is_private(client):
    response, page = page_of(client, TicketFactory())

    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in page


@pytest.mark.parametrize("token", ["x", "x:y", "1:2:3", "%00", "%ff", "a" * 3000])
def test_bad_link_is_not_found(client, token):
    ticket = TicketFactory(description="rahasia-pelapor")

    response = client.get(f"/tiket/{ticket.reference}/{token}/")

    assert response.status_code == 404
    assert "rahasia-pelapor" not in response.content.decode()


def test_link_of_another_ticket_is_not_found(client):
    mine, other = TicketFactory(), TicketFactory(description="rahasia-pelapor")

    response = client.get(f"/tiket/{other.reference}/{links.token_for(mine)}/")

    assert response.status_code == 404
    assert "rahasia-pelapor" not in response.content.decode()


def test_link_of_a_deleted_ticket_looks_like_a_bad_one(client):
    ticket = TicketFactory()
    path = links.status_path(ticket)
    bad = client.get(f"/tiket/{ticket.reference}/x:y/")
    ticket.delete()

    gone = client.get(path)

    assert (gone.status_code, b"does not work" in gone.content) == (404, True)
    assert b"does not work" in bad.content


def test_expired_link_says_so(client, settings):
    path = links.status_path(TicketFactory())
    settings.STATUS_LINK_AGE = timedelta(seconds=-1)

    response = client.get(path)

    assert response.status_code == 410


def test_reading_changes_nothing(client):
    ticket = TicketFactory(held=True)
    before = Ticket.objects.values().get()

    page_of(client, ticket)
    client.get(links.status_path(ticket), {"action": "fixed"})
    client.head(links.status_path(ticket))

    assert Ticket.objects.values().get() == before
    assert ticket.events.count() == 0


def test_new_ticket_is_being_looked_at_and_reloads_without_javascript(client):
    _, page = page_of(client, TicketFactory())

    assert "We are looking at your report" in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert 'value="fixed"' not in page


def test_reloading_stops_before_it_becomes_a_nuisance(client):
    _, page = page_of(client, TicketFactory(created_at=timezone.now() - timedelta(minutes=5)))

    assert "http-equiv" not in page


def test_held_ticket_shows_advice_clock_and_both_answers(client, monkeypatch):
    monkeypatch.setattr(shown_module.timezone, "now", lambda: datetime(2026, 11, 22, 7, 30, tzinfo=UTC))
    ticket = TicketFactory(held=True)
    advise(ticket)

    _, page = page_of(client, ticket)

    assert "14:32 WIB" in page
    assert "<li>Tekan kirim ulang.</li>" in page
    assert 'value="fixed"' in page
    assert 'value="failing"' in page


@pytest.mark.parametrize(
    ("trait", "fixed", "failing", "add"),
    [
        ("open", True, False, True),
        ("held", True, True, True),
        ("pending", True, True, True),
        ("resolved", False, True, True),
        ("closed", False, False, False),
    ],
)
def test_buttons_fit_the_state(client, trait, fixed, failing, add):
    _, page = page_of(client, TicketFactory(**{trait: True}))

    found = ('value="fixed"' in page, 'value="failing"' in page, 'value="add"' in page)
    assert found == (fixed, failing, add)


@pytest.mark.parametrize(
    ("trait", "ended_at", "is_told"),
    [
        ("open", None, True),
        ("held", None, True),
        ("resolved", None, False),
        ("open", timezone.now() + timedelta(hours=1), False),
    ],
)
def test_note_of_a_running_incident_stands_on_the_page(client, trait, ended_at, is_told):
    incident = Incident.objects.create(title="SMS", public_note="Kode <terlambat>.", ended_at=ended_at)
    ticket = TicketFactory(**{trait: True}, incident=incident)

    _, page = page_of(client, ticket)

    assert ("Kode &lt;terlambat&gt;." in page) == is_told


def test_spam_looks_like_a_report_that_nobody_has_read(client):
    _, page = page_of(client, TicketFactory(status="spam"))

    assert "We have your report" in page
    assert "spam" not in page.lower().replace("spam folder", "")


def test_history_has_replies_and_no_notes_and_no_names(client):
    agent = AgentFactory(first_name="Rina", last_name="Wulandari", email="rina@kantor.test")
    ticket = TicketFactory(open=True)
    desk.add_note(ticket, body="catatan-rahasia", by=agent)
    desk.reply_and_wait(ticket, body="Kode sudah kami kirim ulang.", by=agent)

    _, page = page_of(client, ticket)

    assert "Kode sudah kami kirim ulang." in page
    assert "catatan-rahasia" not in page
    assert not any(word in page for word in ("Rina", "Wulandari", "kantor.test", agent.username))


def test_advice_that_failed_is_not_given_again(client):
    ticket = TicketFactory(held=True)
    advise(ticket)
    client.post(links.status_path(ticket), {"action": "failing"})

    response, _ = page_of(client, ticket)

    assert response.context["shown"].answer is None
    assert response.context["shown"].state == "open"


def test_unreadable_screenshot_is_asked_for_again(client):
    ticket = TicketFactory(open=True)
    ScreenshotFactory(ticket=ticket, name="rusak.png", state="unreadable", original_path="")

    _, page = page_of(client, ticket)

    assert "rusak.png" in page
    assert "cannot be opened" in page


def test_live_part_is_a_fragment_without_tokens_that_stays_the_same(client):
    ticket = TicketFactory(held=True)
    advise(ticket)

    _, first = page_of(client, ticket, part="live")
    _, second = page_of(client, ticket, part="live")

    assert first == second
    assert "<html" not in first
    assert "csrfmiddlewaretoken" not in first


def test_unchanged_live_part_is_not_sent_again(client):
    ticket = TicketFactory(open=True)
    path = links.status_path(ticket)
    first = client.get(path, {"part": "live"})

    same = client.get(path, {"part": "live"}, headers={"If-None-Match": first["ETag"]})
    MessageFactory(ticket=ticket, kind="reply", body="sudah kami kirim ulang")
    changed = client.get(path, {"part": "live"}, headers={"If-None-Match": first["ETag"]})

    assert (same.status_code, same.content, same["Cache-Control"]) == (304, b"", "private, no-store")
    assert changed.status_code == 200
    assert b"sudah kami kirim ulang" in changed.content


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("is_known", [True, False])
def test_live_part_costs_the_same_however_long_the_history(
    client, count, is_known, django_assert_num_queries
):
    ticket = TicketFactory(open=True)
    for _ in range(count):
        ScreenshotFactory(ticket=ticket, message=MessageFactory(ticket=ticket))
    path = links.status_path(ticket)
    etag = client.get(path, {"part": "live"})["ETag"] if is_known else ""

    with django_assert_num_queries(4):
        client.get(path, {"part": "live"}, headers={"If-None-Match": etag})


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_however_long_the_history(client, count, django_assert_num_queries):
    ticket = TicketFactory(open=True)
    for _ in range(count):
        message = MessageFactory(ticket=ticket)
        ScreenshotFactory(ticket=ticket, message=message)
        ticket.events.create(
            kind="moved", actor_kind="system", data={"after": "open", "because": "still_failing"}
        )

    with django_assert_num_queries(4):
        page_of(client, ticket)


def test_it_works_now_resolves_and_says_thanks(client):
    ticket = TicketFactory(held=True)

    response = client.post(links.status_path(ticket), {"action": "fixed"}, follow=True)

    ticket.refresh_from_db()
    assert response.redirect_chain[0][1] == 303
    assert (ticket.status, ticket.resolution) == ("resolved", "requester")
    assert b"Good to hear" in response.content


def test_still_failing_goes_to_the_agents(client):
    ticket = TicketFactory(held=True)

    client.post(links.status_path(ticket), {"action": "failing"})

    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_information_with_a_screenshot_is_added(client):
    ticket = TicketFactory(pending=True)
    upload = SimpleUploadedFile("baru.png", png(), "image/png")

    client.post(
        links.status_path(ticket), {"action": "add", "body": "masih\x00 sama", "screenshots": [upload]}
    )

    message = Message.objects.get()
    ticket.refresh_from_db()
    assert (message.kind, message.body) == ("requester", "masih sama")
    assert [shot.name for shot in message.screenshots.all()] == ["baru.png"]
    assert ticket.status == "open"


def test_information_on_a_closed_ticket_leads_to_its_successor(client):
    ticket = TicketFactory(closed=True)

    response = client.post(links.status_path(ticket), {"action": "add", "body": "gagal lagi"})

    successor = Ticket.objects.exclude(pk=ticket.pk).get()
    assert successor.follows == ticket
    assert successor.reference in response["Location"]


@pytest.mark.parametrize("body", ["", " \u200b ", "x" * 5001])
def test_wrong_information_is_an_error_and_kept(client, body):
    ticket = TicketFactory(open=True)

    response = client.post(links.status_path(ticket), {"action": "add", "body": body})

    page = response.content.decode()
    assert response.status_code == 422
    assert '<a href="#id_body">' in page
    assert body in page
    assert Message.objects.count() == 0


def test_refused_addition_to_what_was_closed_meanwhile_is_given_back(client):
    ticket = TicketFactory(closed=True)

    response = client.post(links.status_path(ticket), {"action": "add", "body": "panjang " * 700})

    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="id_body_error"' in page
    assert "panjang panjang" in page


def test_text_sent_with_an_unknown_action_is_given_back(client):
    ticket = TicketFactory(held=True)

    response = client.post(links.status_path(ticket), {"action": "explode", "body": "masih belum masuk"})

    page = response.content.decode()
    assert response.status_code == 400
    assert ">\nmasih belum masuk</textarea>" in page
    assert "Please check and send once more." in page


@pytest.mark.parametrize("action", ["", "explode", None])
def test_unknown_action_does_nothing(client, action):
    ticket = TicketFactory(held=True)

    response = client.post(links.status_path(ticket), {"action": action} if action is not None else {})

    ticket.refresh_from_db()
    assert (response.status_code, ticket.status) == (400, "self_fix")


def test_expired_csrf_keeps_what_was_added():
    ticket = TicketFactory(open=True)
    client = Client(enforce_csrf_checks=True)

    response = client.post(links.status_path(ticket), {"action": "add", "body": "tolong ya"})

    assert response.status_code == 403
    assert "tolong ya" in response.content.decode()
    assert Message.objects.count() == 0


def test_csrf_failure_shows_nothing_to_a_bad_link():
    ticket = TicketFactory(description="rahasia-pelapor")
    client = Client(enforce_csrf_checks=True)

    response = client.post(f"/tiket/{ticket.reference}/x:y/", {"action": "fixed"})

    assert response.status_code == 404
    assert "rahasia-pelapor" not in response.content.decode()


def test_database_away_is_a_page_that_says_when_to_come_back(client, monkeypatch):
    path = links.status_path(TicketFactory())

    def fail(**kwargs):
        raise OperationalError("away")

    monkeypatch.setattr(status_module.Ticket.objects, "filter", fail)

    response = client.get(path)

    assert (response.status_code, response["Retry-After"]) == (503, "30")


def test_database_away_keeps_what_was_added(client, monkeypatch):
    ticket = TicketFactory(open=True)

    def fail(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr(intake, "add_information", fail)

    response = client.post(links.status_path(ticket), {"action": "add", "body": "tolong ya"})

    assert response.status_code == 503
    assert "tolong ya" in response.content.decode()


def test_what_the_requester_wrote_is_shown_as_text(client):
    ticket = TicketFactory(description="<script>alert(1)</script>\n\nbaris", device='"><img src=x>')

    _, page = page_of(client, ticket)

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_advice_that_comes_while_the_ticket_is_read_waits_for_its_state():
    ticket = TicketFactory()
    read_before = Ticket.objects.get(pk=ticket.pk)
    advise(ticket)

    shown = ShownTicket(read_before)

    assert (shown.answer, [entry.kind for entry in shown.entries]) == (None, ["submitted"])


def test_advice_that_failed_does_not_come_back_with_an_agents_hold(client):
    ticket = TicketFactory(held=True)
    advise(ticket)
    intake.report_still_failing(ticket)
    desk.hold(ticket, until=timezone.now() + timedelta(hours=2), by=AgentFactory())

    _, page = page_of(client, ticket)

    assert "Our staff looks at your report again later" in page
    assert ("Please try these steps first" in page, "Wait until" in page) == (False, False)


def test_agents_hold_leaves_advice_that_nobody_has_tried_yet():
    ticket = TicketFactory(open=True)
    advise(ticket)
    desk.hold(ticket, until=timezone.now() + timedelta(hours=2), by=AgentFactory())
    ticket.refresh_from_db()

    shown = ShownTicket(ticket)

    assert shown.advice.subject == ADVICE["subject"]


@pytest.mark.parametrize(("minutes", "shows"), [(5, True), (-5, False)])
def test_clock_to_wait_for_is_shown_until_it_is_over(minutes, shows):
    ticket = TicketFactory(held=True)
    message = advise(ticket)
    message.advice = {**ADVICE, "wait_until": (timezone.now() + timedelta(minutes=minutes)).isoformat()}
    message.save()

    shown = ShownTicket(ticket)

    assert bool(shown.wait_until) is shows


def test_page_says_why_a_text_is_masked(client):
    plain, masked = (
        TicketFactory(description=text) for text in ("kode hilang", "kode [OTP ••• 1] [CARD •••4242 2]")
    )

    pages = [page_of(client, ticket)[1] for ticket in (plain, masked)]

    assert ["We masked codes" in page for page in pages] == [False, True]
    # The numbers are for agents, to ask for a secret by.
    assert "kode [OTP •••] [CARD •••4242]" in pages[1]


@pytest.mark.parametrize("say", ["fixed", "failing"])
def test_button_of_a_mail_leads_to_a_question_and_changes_nothing(client, say):
    ticket = TicketFactory(held=True)
    advise(ticket)
    before = Ticket.objects.values().get()

    _, page = page_of(client, ticket, say=say)

    question = page.partition('id="confirm-title"')[2].partition("</section>")[0]
    assert f'form="outcome" name="action" value="{say}"' in question
    assert Ticket.objects.values().get() == before


@pytest.mark.parametrize("say", ["", "x", "fixed"])
def test_nothing_is_asked_when_there_is_nothing_to_say(client, say):
    ticket = TicketFactory(closed=True)

    _, page = page_of(client, ticket, say=say)

    assert "confirm-title" not in page


BOUNCED = {"outgoing": True, "delivery": "failed", "recipient": "budi@contoh.id"}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.1.1", "there is no such address"),
        ("5.1.2", "the part after the @ does not exist"),
        ("5.2.2", "the mailbox is full"),
        ("5.7.1", "did not arrive."),
    ],
)
def test_mail_that_came_back_is_told_where_mail_does_not_go(client, status, words):
    ticket = TicketFactory(open=True, registered_email="budi@contoh.id")
    MessageFactory(ticket=ticket, bounce_status=status, **BOUNCED)

    _, page = page_of(client, ticket)

    assert "Our e-mail to budi@contoh.id did not arrive" in page
    assert words in page


@pytest.mark.usefixtures("model")
def test_advice_that_went_to_the_other_address_is_not_called_here_only(client):
    ticket = TicketFactory(registered_email="budi@contoh.id", reply_email="siti@contoh.id")
    bounces.note_bounce(pipeline.triage(ticket.pk), status="5.1.1", said="no")
    ticket.refresh_from_db()

    _, page = page_of(client, ticket)

    assert "We also sent this to your other address." in page
    assert "on this page only" not in page


@pytest.mark.parametrize(("registered", "is_said"), [("budi@contoh.id", True), ("siti@contoh.id", False)])
def test_code_is_spoken_of_where_it_goes_to_the_same_address(client, registered, is_said):
    ticket = TicketFactory(open=True, registered_email=registered, reply_email="budi@contoh.id")
    MessageFactory(ticket=ticket, bounce_status="5.1.1", **BOUNCED)

    _, page = page_of(client, ticket)

    assert ("A code cannot reach this address either." in page) is is_said


def test_mail_that_came_back_is_no_news_once_the_requester_has_written(client):
    ticket = TicketFactory(open=True)
    MessageFactory(ticket=ticket, bounce_status="5.1.1", failed_at=timezone.now(), **BOUNCED)
    MessageFactory(ticket=ticket)

    _, page = page_of(client, ticket)

    assert "did not arrive" not in page
