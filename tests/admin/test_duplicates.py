from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    AssessmentFactory,
    MessageFactory,
    ReadingFactory,
    ScreenshotFactory,
    TicketFactory,
)
from tickets import desk, intake, linking, masking, merging
from tickets.models import Merge, Message
from tickets.models.sealed_secret import SecretSource

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:tickets_ticket_changelist")
BUDI = {"registered_email": "budi@contoh.id"}


def url(ticket, name="change"):
    return reverse(f"admin:tickets_ticket_{name}", args=[ticket.pk])


def reported(**columns):
    ticket = TicketFactory(**columns)
    linking.link(ticket)
    ticket.refresh_from_db()
    return ticket


def merge(client, ticket, other, direction="into"):
    return client.post(url(ticket, "merge"), {"other": other.pk, "direction": direction})


def state(ticket):
    ticket.refresh_from_db()
    return ticket.status, ticket.merged_into


@pytest.fixture
def pair():
    """Two living tickets of Budi, the earlier one first."""
    return reported(open=True, **BUDI), reported(open=True, **BUDI)


def test_row_names_the_ticket_it_repeats(agent, pair):
    earlier, later = pair

    page = agent.get(QUEUE).content.decode()

    assert page.count(f"ganda dari {earlier.reference}") == 1
    assert f"ganda dari {later.reference}" not in page


def test_row_says_when_the_earlier_one_is_over(agent):
    earlier = reported(resolved=True, **BUDI)
    reported(open=True, **BUDI)

    assert f"lapor lagi setelah {earlier.reference}" in agent.get(QUEUE).content.decode()


def test_queue_takes_as_many_queries_for_three_rows_as_for_one(agent, django_assert_max_num_queries):
    earlier = reported(resolved=True, **BUDI)
    counts = []
    for size in (1, 2):
        TicketFactory.create_batch(size, open=True, earlier=earlier, **BUDI)
        with django_assert_max_num_queries(100) as captured:
            agent.get(QUEUE)
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_page_shows_other_tickets_with_why_and_state(agent, pair):
    earlier, later = pair

    page = agent.get(url(later))

    other = page.context["others"][0]
    assert (other.ticket, other.because, other.can_come_here, other.can_take_this) == (
        earlier,
        "email sama",
        True,
        True,
    )
    text = page.content.decode()
    assert "Orang ini punya tiket lain yang belum selesai" in text
    assert f"Gabungkan ke {earlier.reference}" in text


def test_page_calls_a_shared_device_a_perhaps_and_warns_of_nothing(agent):
    device = {"ip_address": "203.0.113.7", "user_agent": "Mozilla/5.0 (Linux; Android 10; K)"}
    reported(open=True, **device)
    ticket = reported(open=True, **device)

    text = agent.get(url(ticket)).content.decode()

    assert "mungkin orang yang sama: perangkat dan jaringan sama" in text
    assert "Orang ini punya tiket lain" not in text


def test_merge_leads_to_the_ticket_that_goes_on(agent, pair):
    earlier, later = pair

    answer = merge(agent, later, earlier)

    assert (answer.status_code, answer["Location"]) == (303, url(earlier))
    assert state(later) == ("merged", earlier)


def test_merge_takes_the_other_one_in(agent, pair):
    earlier, later = pair

    answer = merge(agent, later, earlier, direction="take_in")

    assert answer["Location"] == url(later)
    assert state(earlier) == ("merged", later)


@pytest.mark.parametrize(
    "data",
    [{}, {"other": "x"}, {"other": "9" * 30, "direction": "into"}, {"direction": "into"}, {"other": "1"}],
)
def test_merge_with_nonsense_is_not_found(agent, pair, data):
    assert agent.post(url(pair[0], "merge"), data).status_code == 404
    assert Merge.objects.count() == 0


def test_merge_by_get_does_nothing(agent, pair):
    assert agent.get(url(pair[0], "merge")).status_code == 405
    assert agent.get(url(pair[0], "unmerge")).status_code == 405


def test_merge_without_the_right_is_refused(nobody, pair):
    answer = merge(nobody, *pair)

    assert (answer.status_code, Merge.objects.count()) == (403, 0)


def test_merge_of_a_colleagues_ticket_is_not_offered_and_refused(agent, andi, pair):
    earlier, later = pair
    desk.take(earlier, by=andi)

    page = agent.get(url(later))
    answer = merge(agent, later, earlier)

    assert (page.context["others"][0].can_come_here, page.context["others"][0].can_take_this) == (
        False,
        False,
    )
    assert answer.status_code == 409
    assert "Andi sedang mengerjakan tiket ini" in answer.content.decode()
    assert state(later) == ("open", None)


def test_merge_into_one_that_was_finished_meanwhile_says_so(agent, pair):
    earlier, later = pair
    desk.resolve(earlier, by=agent.user)

    answer = merge(agent, later, earlier)

    assert answer.status_code == 409
    assert f"{earlier.reference} sekarang “Selesai”" in answer.content.decode()


def test_merge_into_itself_says_so(agent, pair):
    answer = merge(agent, pair[0], pair[0])

    assert (answer.status_code, Merge.objects.count()) == (409, 0)


def test_merged_ticket_shows_where_it_went_and_offers_no_reply(agent, pair):
    earlier, later = pair
    merge(agent, later, earlier)

    page = agent.get(url(later))

    text = page.content.decode()
    assert "Tiket ini dilanjutkan di" in text
    assert "Batalkan penggabungan" in text
    assert page.context["may_reply"] is False
    assert page.context["may"] & {"reopen", "hold", "resolve", "spam", "take"} == set()


def test_target_shows_what_was_written_on_the_merged_one(agent, pair):
    earlier, later = pair
    MessageFactory(ticket=later, body="halo, masih belum")
    desk.add_note(later, body="sudah dicek", by=agent.user)
    merge(agent, later, earlier)

    page = agent.get(url(earlier))

    text = page.content.decode()
    assert all(words in text for words in ("halo, masih belum", "sudah dicek", later.description))
    # The report, the message, the notice and the note.
    assert text.count(f"dari {later.reference}</span>") == 4
    assert page.context["seen"] == Message.objects.latest("pk").pk


def test_event_lines_tell_of_link_merge_and_undo(agent, pair):
    earlier, later = pair
    merge(agent, later, earlier)
    agent.post(url(later, "unmerge"))

    text = agent.get(url(earlier)).content.decode() + agent.get(url(later)).content.decode()

    expected = (
        f"orang yang sama pernah melapor: {earlier.reference} (email sama)",
        f"{later.reference} digabungkan ke sini",
        f"{later.reference} dipisahkan lagi",
        f"digabungkan ke {earlier.reference}",
        "penggabungan dibatalkan: kembali ke antrean seperti semula",
    )
    assert [words for words in expected if words not in text] == []


def test_reply_is_stopped_when_the_requester_wrote_on_the_merged_ticket(agent, pair):
    earlier, later = pair
    merge(agent, later, earlier)
    seen = agent.get(url(earlier)).context["seen"]
    intake.add_information(later, body="sudah bisa ternyata")

    answer = agent.post(url(earlier), {"action": "reply_and_wait", "body": "Coba lagi.", "seen": seen})

    assert answer.status_code == 409
    assert earlier.messages.filter(kind="reply").count() == 0


def test_secrets_of_both_lead_to_their_own_tickets(agent, pair):
    for ticket in pair:
        body = masking.mask(ticket, "kode OTP saya 482913", source=SecretSource.MESSAGE)
        MessageFactory(ticket=ticket, body=body)
    earlier, later = pair
    merge(agent, later, earlier)

    text = agent.get(url(earlier)).content.decode()

    pages = [reverse("admin:tickets_ticket_secret", args=[ticket.pk, 1]) for ticket in pair]
    assert [text.count(f'href="{page}"') for page in pages] == [1, 1]


def test_screenshots_of_the_merged_one_stay_under_its_own_address(agent, pair):
    earlier, later = pair
    shot = ReadingFactory(screenshot__ticket=later).screenshot
    merge(agent, later, earlier)

    text = agent.get(url(earlier)).content.decode()

    own = reverse("admin:tickets_ticket_screenshot", args=[later.pk, shot.public_id])
    assert own in text
    assert agent.get(own.replace(f"/{later.pk}/", f"/{earlier.pk}/")).status_code == 404


@pytest.mark.parametrize("page", ["own", "target"])
def test_undo_leads_back_to_the_page_it_was_pressed_on(agent, pair, page):
    earlier, later = pair
    merge(agent, later, earlier)
    back = later if page == "own" else earlier

    answer = agent.post(url(later, "unmerge"), {"page": back.pk})

    assert (answer.status_code, answer["Location"]) == (303, url(back))
    assert state(later) == ("open", None)


def test_undo_is_offered_on_the_target_too(agent, pair):
    earlier, later = pair
    merge(agent, later, earlier)

    assert url(later, "unmerge") in agent.get(url(earlier)).content.decode()


def test_undo_twice_says_that_nothing_is_merged(agent, pair):
    answer = agent.post(url(pair[0], "unmerge"))

    assert answer.status_code == 409
    assert "tidak (lagi) digabungkan" in answer.content.decode()


def test_undo_of_a_colleagues_ticket_is_not_offered_and_refused(agent, andi, pair):
    earlier, later = pair
    merge(agent, later, earlier)
    desk.take(earlier, by=andi)

    assert url(later, "unmerge") not in agent.get(url(later)).content.decode()
    assert agent.post(url(later, "unmerge")).status_code == 409
    assert state(later) == ("merged", earlier)


def test_second_account_is_pointed_out_with_the_advice(agent):
    first = reported(closed=True, registered_email="budi@contoh.id", reply_email="ibu@contoh.id")
    ticket = reported(open=True, registered_email="budi2@contoh.id", reply_email="ibu@contoh.id")

    page = agent.get(url(ticket))
    inserted = agent.get(url(ticket), {"insert": "account_advice"})

    advice = page.context["second_account"].advice
    assert "Mungkin akun kedua" in page.content.decode()
    assert f"{first.reference}</a> orang ini menyebut budi@contoh.id" in page.content.decode()
    assert advice.startswith("Laporan Anda sebelumnya menyebut akun lain.")
    assert f">{advice}</textarea>" in inserted.content.decode()
    assert f">{advice}</textarea>" not in page.content.decode()


def test_second_account_on_the_same_device_accuses_nobody(agent):
    device = {"ip_address": "203.0.113.7", "user_agent": "Mozilla/5.0 (Linux; Android 10; K)"}
    reported(open=True, **BUDI, **device)
    ticket = reported(open=True, registered_email="ani@contoh.id", **device)

    page = agent.get(url(ticket))

    assert "mungkin orang lain" in page.content.decode()
    assert page.context["second_account"].advice.startswith("Jangan membuat akun kedua")


def test_advice_is_not_inserted_where_there_is_one_account(agent, pair):
    page = agent.get(url(pair[1]), {"insert": "account_advice"})

    assert page.context["typed"] == ""


def test_page_takes_as_many_queries_for_three_merged_as_for_one(agent, django_assert_max_num_queries):
    into = reported(open=True, **BUDI)

    def queries():
        with django_assert_max_num_queries(100) as captured:
            agent.get(url(into))
        return len(captured)

    counts = []
    for size in (1, 2):
        for _ in range(size):
            ticket = reported(open=True, **BUDI)
            MessageFactory(ticket=ticket)
            ScreenshotFactory(ticket=ticket)
            AssessmentFactory(ticket=ticket)
            merging.merge(ticket, into=into, by=agent.user)
        reported(closed=True, created_at=timezone.now() - timedelta(days=1), **BUDI)
        counts.append(queries())

    assert counts[0] == counts[1]
