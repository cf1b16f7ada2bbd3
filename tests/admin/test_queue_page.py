from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import AgentFactory, AssessmentFactory, ScreenshotFactory, TicketFactory
from tickets import queue

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:tickets_ticket_changelist")


def test_row_shows_what_decides(agent):
    ticket = TicketFactory(
        open=True,
        description="kode otp ga masuk2\nudah 20 menit",
        device="Samsung A15",
        signed_up_at=timezone.now() - timedelta(minutes=44),
        tried_resend=True,
    )
    AssessmentFactory(ticket=ticket)
    ScreenshotFactory.create_batch(2, ticket=ticket)

    page = agent.get(QUEUE)

    row = page.context["rows"][0]
    assert (row.title, row.since_signup, row.tried, row.images) == (
        "kode otp ga masuk2 udah 20 menit",
        "44 menit",
        "tunggu · spam · kirim ulang",
        2,
    )
    assert (row.guess.percent, row.is_unsure) == (93, False)
    text = page.content.decode()
    assert all(
        word in text for word in (ticket.reference, ticket.registered_email, "Samsung A15", "Perlu agen")
    )


def test_unsure_row_shows_both_guesses(agent):
    ticket = TicketFactory(open=True, category="other", confidence=0.1)
    AssessmentFactory(
        ticket=ticket, abstained=True, guesses=[["form_rejected", 0.41], ["self_slow_browser", 0.33]]
    )

    row = agent.get(QUEUE).context["rows"][0]

    assert row.is_unsure
    assert [guess.percent for guess in row.guesses] == [41, 33]


def test_category_set_by_a_human_has_no_share(agent):
    ticket = TicketFactory(open=True, category="form_rejected", confidence=None)
    AssessmentFactory(ticket=ticket, abstained=True)

    row = agent.get(QUEUE).context["rows"][0]

    assert (row.is_unsure, row.guess) == (False, None)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"signup_precision": "not_yet", "signed_up_at": None}, "belum terdaftar"),
        ({"signup_precision": "unknown", "signed_up_at": None}, "tidak ingat"),
        ({"signup_precision": "day", "signed_up_at": timezone.now()}, "hari ini"),
        ({"signup_precision": "day", "signed_up_at": timezone.now() - timedelta(days=3)}, "3 hari"),
    ],
)
def test_signup_time_is_as_exact_as_it_was_told(agent, columns, words):
    TicketFactory(open=True, **columns)

    assert agent.get(QUEUE).context["rows"][0].since_signup == words


def test_number_of_queries_does_not_depend_on_the_rows(agent, django_assert_num_queries):
    def grow(rows):
        for _ in range(rows):
            ticket = TicketFactory(open=True, assignee=AgentFactory())
            AssessmentFactory(ticket=ticket)
            ScreenshotFactory.create_batch(2, ticket=ticket)

    # Session, user, two for permissions, page, counts, assessments, images, the user's groups.
    grow(1)
    with django_assert_num_queries(9):
        agent.get(QUEUE)
    grow(2)
    with django_assert_num_queries(9):
        agent.get(QUEUE)


@pytest.mark.parametrize(("share", "shown"), [(0.31, "31 %"), (None, "")])
def test_second_problem_that_only_a_screen_shows_has_no_share(agent, share, shown):
    TicketFactory(open=True, second_category="form_rejected", second_confidence=share)

    page = agent.get(QUEUE)

    label = page.context["rows"][0].second.label
    assert f"· {label} {shown}".strip() + "</span>" in page.content.decode()


@pytest.mark.parametrize("query", [{}, {"q": "otp"}])
def test_rows_leave_the_text_of_screenshots_where_it_is(agent, query):
    TicketFactory(open=True, description="otp", screen_text="Kode salah " * 1000)

    rows = agent.get(QUEUE, query).context["rows"]

    assert [row.ticket.get_deferred_fields() for row in rows] == [{"screen_text"}]


def test_search_does_not_query_per_row(agent, django_assert_num_queries):
    TicketFactory.create_batch(1, open=True, description="otp")
    with django_assert_num_queries(10):
        agent.get(QUEUE, {"q": "otp"})

    TicketFactory.create_batch(2, open=True, description="otp")
    with django_assert_num_queries(10):
        agent.get(QUEUE, {"q": "otp"})


def test_links_to_the_next_page_keep_the_filters(agent, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 1)
    TicketFactory.create_batch(2, open=True, category="form_rejected")

    page = agent.get(QUEUE, {"tab": "open", "category": "form_rejected"})

    place = page.context["page"].following
    assert f"?tab=open&amp;category=form_rejected&amp;after={place}" in page.content.decode()


def test_search_looks_at_all_states(agent):
    closed = TicketFactory(closed=True, description="penanda")
    TicketFactory(open=True)

    page = agent.get(QUEUE, {"q": "penanda"})

    assert [row.ticket for row in page.context["rows"]] == [closed]


@pytest.mark.parametrize(
    "query",
    [
        {"tab": "tidak-ada"},
        {"category": "x", "channel": "x", "assignee": "x", "age": "x", "status": "x"},
        {"after": "'; drop", "before": "1_1"},
        {"q": "\x00"},
        {"q": "<script>alert(1)</script>"},
    ],
)
def test_odd_addresses_give_a_page(agent, query):
    TicketFactory(open=True)

    page = agent.get(QUEUE, query)

    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "Tidak ada yang menunggu"),
        ({"tab": "mine"}, "Anda belum punya tiket"),
        ({"tab": "held"}, "Tidak ada tiket di sini"),
        ({"category": "other"}, "Tidak ada tiket yang cocok"),
        ({"q": "zzz"}, "Tidak ditemukan"),
    ],
)
def test_empty_lists_say_what_it_means(agent, query, words):
    assert words in agent.get(QUEUE, query).content.decode()


def test_untriaged_reports_raise_a_warning(agent):
    TicketFactory(created_at=timezone.now() - timedelta(minutes=5))

    assert "Laporan yang menunggu dinilai: 1" in agent.get(QUEUE).content.decode()


@pytest.mark.parametrize("tab", queue.TABS)
def test_every_tab_opens(agent, tab):
    TicketFactory(open=True)

    assert agent.get(QUEUE, {"tab": tab}).status_code == 200


def test_texts_of_the_requester_are_escaped(agent):
    TicketFactory(open=True, description="<img src=x onerror=alert(1)>", device="<b>x</b>")

    text = agent.get(QUEUE).content.decode()

    assert "<img src=x" not in text
    assert "<b>x</b>" not in text


def test_pages_carry_no_inline_style_or_script(agent):
    AssessmentFactory(ticket=TicketFactory(open=True))

    text = agent.get(QUEUE).content.decode()

    assert all(trap not in text for trap in (" style=", "<style", " onclick=", "<script>"))
