from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    AgentFactory,
    AssessmentFactory,
    MessageFactory,
    ScreenshotFactory,
    TicketFactory,
)
from tickets import queue
from tickets.models import Incident

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
    ticket = TicketFactory(open=True, category="other", confidence=0.1, is_unsure=True)
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
        ({"signup_precision": "unknown", "signed_up_at": None}, "tidak diketahui"),
    ],
)
def test_signup_time_that_was_not_told_is_said_so(agent, columns, words):
    TicketFactory(open=True, **columns)

    assert agent.get(QUEUE).context["rows"][0].since_signup == words


@pytest.mark.parametrize(("days", "words"), [(0, "hari ini"), (1, "kemarin"), (3, "3 hari")])
def test_signup_time_is_as_exact_as_it_was_told(agent, days, words):
    TicketFactory(open=True, signup_precision="day", signed_up_at=timezone.now() - timedelta(days=days))

    assert agent.get(QUEUE).context["rows"][0].since_signup == words


def test_number_of_queries_does_not_depend_on_the_rows(agent, django_assert_num_queries):
    incident = Incident.objects.create(title="SMS terlambat")
    colleague = AgentFactory()

    def grow(rows):
        for _ in range(rows):
            ticket = TicketFactory(open=True, assignee=colleague, incident=incident)
            AssessmentFactory(ticket=ticket)
            ScreenshotFactory.create_batch(2, ticket=ticket)

    # Session, user, two for permissions, incidents, profile, page, assessments, what is counted of each
    # row, who is here, own drafts, saved views, counts, the user's groups.
    for more in (1, 2, 47):
        grow(more)
        with django_assert_num_queries(14):
            page = agent.get(QUEUE)

    assert len(page.context["rows"]) == 25


def test_leads_have_two_queries_more_for_colleagues_and_proofs(lead, django_assert_num_queries):
    TicketFactory.create_batch(3, open=True)

    with django_assert_num_queries(16):
        lead.get(QUEUE)


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
    # Besides: is there a ticket of this number, which ones match, and the screens of rows without a hit.
    for more in (1, 2):
        TicketFactory.create_batch(more, open=True, description="x " * 100, screen_text="masukkan otp")
        with django_assert_num_queries(16):
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
        {"q": "\x00\U0001f600\u202e\u0643\u0648\u062f"},
        {"q": 'kode" OR 1=1 AND NEAR(otp*) -- :* & | !'},
        {"q": "otp " * 200},
        {"q": "9" * 5000},
        {"incident": "9" * 40, "confidence": "x", "sort": "; drop"},
        {"incident": "²", "assignee": "1"},
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


def test_row_says_how_often_the_person_has_written(agent):
    first = TicketFactory(open=True, registered_email="budi@contoh.id")
    spam = TicketFactory(status="spam", registered_email="budi@contoh.id")
    again = TicketFactory(open=True, registered_email="budi@contoh.id")
    MessageFactory.create_batch(2, ticket=again)
    MessageFactory(ticket=again, kind="note", author=agent.user)
    TicketFactory(open=True, registered_email="", reply_email="", registered_phone="1", requester_key="")

    rows = {row.ticket.pk: row.contact_number for row in agent.get(QUEUE, {"tab": "all"}).context["rows"]}

    assert (rows[first.pk], rows[spam.pk], rows[again.pk]) == ("", "2", "4")


def test_row_counts_contacts_up_to_ten(agent):
    MessageFactory.create_batch(12, ticket=TicketFactory(open=True))

    assert agent.get(QUEUE).context["rows"][0].contact_number == "10+"


def test_row_marks_what_is_urgent_and_what_comes_from_an_incident(agent):
    incident = Incident.objects.create(title="SMS <b>terlambat")
    TicketFactory(open=True, priority=1, incident=incident)
    TicketFactory(open=True, priority=3)

    page = agent.get(QUEUE)

    assert [row.priority_word for row in page.context["rows"]] == ["Mendesak", ""]
    assert "SMS &lt;b&gt;terlambat</span>" in page.content.decode()


def test_running_incidents_stand_above_the_queue(agent, lead):
    running = Incident.objects.create(title="SMS terlambat")
    Incident.objects.create(title="Sudah lewat", ended_at=timezone.now() + timedelta(hours=1))

    page, of_lead = agent.get(QUEUE), lead.get(QUEUE)

    end = reverse("admin:tickets_incident_change", args=[running.pk])
    text = page.content.decode()
    assert page.context["running"] == [running]
    assert f"?tab=all&amp;incident={running.pk}" in text
    assert (end in text, end in of_lead.content.decode()) == (False, True)


def test_chips_take_one_filter_off_and_keep_the_rest(agent):
    page = agent.get(QUEUE, {"tab": "open", "category": "other", "channel": "api", "sort": "oldest"})

    assert [(chip["label"], chip["without"]) for chip in page.context["chips"]] == [
        ("Kategori", "tab=open&channel=api&sort=oldest"),
        ("Kanal", "tab=open&category=other&sort=oldest"),
        ("Urutan", "tab=open&category=other&channel=api"),
    ]
    assert page.context["clear"] == "tab=open"


def test_a_filter_whose_value_is_gone_is_told_of_and_left_out(agent):
    ticket = TicketFactory(open=True)

    page = agent.get(QUEUE, {"tab": "open", "category": "sudah_dihapus"})

    assert [row.ticket for row in page.context["rows"]] == [ticket]
    assert "sesuatu yang sudah tidak ada: Kategori" in page.content.decode()


def test_colleagues_are_a_filter_for_leads_only(agent, andi, lead):
    TicketFactory(open=True)
    theirs = TicketFactory(open=True, assignee=andi)
    query = {"assignee": str(andi.pk)}

    of_agent, of_lead = agent.get(QUEUE, query), lead.get(QUEUE, query)

    assert len(of_agent.context["rows"]) == 2
    assert "sudah tidak ada: Agen" in of_agent.content.decode()
    assert [row.ticket for row in of_lead.context["rows"]] == [theirs]


def test_an_incident_that_is_over_can_still_be_filtered_by(agent):
    over = Incident.objects.create(title="Sudah lewat", ended_at=timezone.now() + timedelta(hours=1))
    ticket = TicketFactory(open=True, incident=over)
    TicketFactory(open=True)

    page = agent.get(QUEUE, {"incident": over.pk})

    assert [row.ticket for row in page.context["rows"]] == [ticket]
    assert page.context["chips"][0]["value"] == "Sudah lewat"


def test_filters_narrow_what_a_search_finds(agent):
    TicketFactory(open=True, description="penanda")
    wanted = TicketFactory(resolved=True, description="penanda", channel="api")

    page = agent.get(QUEUE, {"q": "penanda", "channel": "api", "status": "resolved"})

    assert [row.ticket for row in page.context["rows"]] == [wanted]
    assert page.context["here"] == "q=penanda&channel=api&status=resolved"


def test_a_page_beyond_the_end_leads_back(agent):
    page = agent.get(QUEUE, {"tab": "all", "after": "1_1"})

    assert "Tidak ada lagi di bawah" in page.content.decode()
