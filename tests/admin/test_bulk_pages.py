import pytest
from django.urls import reverse

from tests.factories import TicketFactory
from tickets.bulk import jobs, work
from tickets.models import BulkJob, Ticket

pytestmark = pytest.mark.django_db

NEW = reverse("admin:tickets_bulkjob_new")
LIST = reverse("admin:tickets_bulkjob_changelist")
QUEUE = reverse("admin:tickets_ticket_changelist")


def url(name, job):
    return reverse(f"admin:tickets_bulkjob_{name}", args=[job.pk])


@pytest.fixture
def tickets():
    return TicketFactory.create_batch(3, open=True)


def joined(tickets):
    return ",".join(str(ticket.pk) for ticket in tickets)


def test_new_page_counts_what_was_ticked(agent, tickets):
    page = agent.get(NEW, {"ticket": [tickets[0].pk, tickets[1].pk, tickets[1].pk]})

    assert page.context["chosen"].pks == [tickets[0].pk, tickets[1].pk]


@pytest.mark.parametrize("ticked", [[], ["x"], ["9" * 30], ["-1"], ["999999"]])
def test_new_page_sends_back_who_ticked_nothing(agent, ticked):
    answer = agent.get(NEW, {"ticket": ticked})

    assert answer.url == QUEUE


def test_post_starts_a_job(agent, tickets):
    answer = agent.post(NEW, {"tickets": joined(tickets), "kind": "categorise", "category": "form_rejected"})

    job = BulkJob.objects.get()
    assert answer.url == url("job", job)
    assert (job.kind, job.choice, job.items.count(), job.started_by) == (
        "categorise",
        "form_rejected",
        3,
        agent.user,
    )


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "delete"},
        {"kind": "categorise"},
        {"kind": "categorise", "category": "nonsense"},
        {"kind": "assign", "agent": "1"},
        {"kind": "reply"},
        {"kind": "reply", "macro": "999999"},
    ],
)
def test_post_without_a_valid_choice_says_so_and_keeps_the_tickets(agent, tickets, data):
    answer = agent.post(NEW, {"tickets": joined(tickets), **data})

    assert answer.status_code == 422
    assert answer.context["chosen"].pks == [ticket.pk for ticket in tickets]
    assert BulkJob.objects.count() == 0


def test_assigning_is_for_leads(agent, lead, tickets):
    data = {"tickets": joined(tickets), "kind": "assign", "agent": agent.user.pk}

    assert agent.post(NEW, data).status_code == 422
    assert lead.post(NEW, data).status_code == 303


def test_whole_list_is_for_leads(agent, lead, tickets):
    data = {"whole": "1", "tab": "open", "kind": "resolve"}

    assert agent.get(NEW, data).status_code == 403
    assert agent.post(NEW, data).status_code == 403
    assert lead.post(NEW, data).status_code == 303
    assert BulkJob.objects.get().query == {"tab": "open"}


def test_whole_list_keeps_the_filters_and_says_them(lead, tickets):
    TicketFactory(open=True, category="form_rejected")

    page = lead.get(NEW, {"whole": "1", "tab": "open", "category": "otp_not_received", "channel": "nonsense"})

    chosen = page.context["chosen"]
    assert (chosen.count, chosen.query) == (3, {"tab": "open", "category": "otp_not_received"})
    assert '<input type="hidden" name="category" value="otp_not_received">' in page.content.decode()


def test_job_page_tells_what_was_left(lead, agent, tickets):
    closed = TicketFactory(closed=True)
    job = jobs.start(kind="resolve", choice="", pks=[*(t.pk for t in tickets), closed.pk], by=lead.user)
    work.work(job.pk)

    page = lead.get(url("job", job))

    assert page.context["progress"] == {
        "waiting": 0, "done": 3, "same": 0, "refused": 1, "undone": 0, "kept": 0, "total": 4, "seen": 4
    }  # fmt: skip
    assert [number for words, number in page.context["reasons"]] == [1]
    assert closed.reference in page.content.decode()


def test_progress_is_told_as_json(agent, tickets):
    job = jobs.start(kind="resolve", choice="", pks=[tickets[0].pk], by=agent.user)

    before = agent.get(url("progress", job)).json()
    work.work(job.pk)
    after = agent.get(url("progress", job)).json()

    assert (before["seen"], before["at_work"]) == (0, True)
    assert (after["seen"], after["at_work"]) == (1, False)


def test_jobs_of_others_are_for_leads(agent, lead, andi, tickets):
    job = jobs.start(kind="resolve", choice="", pks=[tickets[0].pk], by=andi)

    pages = [url("job", job), url("progress", job)]
    assert {agent.get(page).status_code for page in pages} == {404}
    assert agent.post(url("decision", job), {"decision": "stop"}).status_code == 404
    assert agent.get(LIST).context["jobs"] == []
    assert {lead.get(page).status_code for page in pages} == {200}


def test_undo_by_the_button(lead, tickets):
    job = jobs.start(kind="resolve", choice="", pks=[ticket.pk for ticket in tickets], by=lead.user)
    work.work(job.pk)

    lead.post(url("decision", job), {"decision": "undo"})
    work.work(job.pk)

    job.refresh_from_db()
    assert (job.state, job.undone_by) == ("undone", lead.user)
    assert set(Ticket.objects.values_list("status", flat=True)) == {"open"}


def test_undo_that_is_not_possible_says_so(lead, tickets):
    job = jobs.start(kind="resolve", choice="", pks=[tickets[0].pk], by=lead.user)

    answer = lead.post(url("decision", job), {"decision": "undo"}, follow=True)

    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_pages_cost_the_same_however_many_tickets(lead, django_assert_num_queries):
    def queries(count):
        job = jobs.start(
            kind="spam",
            choice="",
            pks=[ticket.pk for ticket in TicketFactory.create_batch(count, closed=True)],
            by=lead.user,
        )
        work.work(job.pk)
        return url("job", job)

    pages = [queries(1), queries(3)]
    lead.get(pages[0])

    for page in pages:
        with django_assert_num_queries(11):
            lead.get(page)


def test_staff_without_a_role_may_nothing(nobody, tickets):
    assert {nobody.get(page).status_code for page in (NEW, LIST)} == {403}
