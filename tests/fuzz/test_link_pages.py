"""The pages behind a link and the one that finds it: whatever is sent, a fair answer."""

import pytest
from hypothesis import strategies as st

from tests.factories import TicketFactory
from tests.fuzz import hostile
from tests.fuzz.answers import assert_fair, stored
from tests.fuzz.budget import fuzzed
from tests.fuzz.hostile import texts
from tests.fuzz.test_form import STRANGE, USUAL
from tests.fuzz.visitor import Visitor
from tickets import links
from tickets.models import Ticket

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("model")]

STATES = st.sampled_from(["new", "held", "open", "pending", "resolved", "closed", "by_mail"])
ADDED = {"action": "add", "body": "Sudah saya coba lagi, tetap tidak masuk."}
SENT_ON = {"action": "link", "address": "siti@contoh.id"}
NAMES = {"action": st.sampled_from(["fixed", "failing", "add", "link", "x"]), "address": st.emails()}
COMPLETED = {
    name: USUAL[name]
    for name in USUAL.keys() - {"form_token", "situation", "description", "reply_email", "website"}
}
FOUND = {"reference": "KS-7F3K-92QX", "address": "budi@contoh.id"}


def ticket_in(state):
    if state == "new":
        return TicketFactory()
    if state == "by_mail":
        return TicketFactory(held=True, channel="email", signup_precision="unknown", signed_up_at=None)
    return TicketFactory(**{state: True})


def path_of(ticket):
    return links.status_path(ticket)


@fuzzed(
    examples=40,
    state=STATES,
    sent=hostile.forms(ADDED, strange=NAMES) | hostile.forms(SENT_ON, strange=NAMES),
    query=hostile.queries(["say", "part", "bahasa"]),
)
def test_status_page_takes_or_refuses_with_a_word(state, sent, query):
    ticket = ticket_in(state)
    before = stored()

    answer = Visitor().send(f"{path_of(ticket)}?{query}", sent)

    is_link = answer.context and answer.context.get("link_form") and answer.context["link_form"].is_bound
    assert_fair(answer, before=before, form="link_form" if is_link else "form")


@fuzzed(examples=40, state=STATES, sent=hostile.forms(COMPLETED, strange=STRANGE), cookies=hostile.cookies)
def test_missing_answers_are_taken_or_refused_with_a_word(state, sent, cookies):
    ticket = ticket_in(state)
    before = stored()

    answer = Visitor().send(f"{path_of(ticket)}lengkapi/", sent, HTTP_COOKIE=cookies)

    assert_fair(answer, before=before)


@fuzzed(
    examples=40, sent=hostile.forms(FOUND, strange={"reference": st.from_regex(r"KS-\w{4}-\w{4}"), **NAMES})
)
def test_lost_link_is_asked_for_or_refused_with_a_word(sent):
    Ticket.objects.filter(reference=FOUND["reference"]).delete()
    TicketFactory(reference=FOUND["reference"], registered_email=FOUND["address"])
    before = stored()

    assert_fair(Visitor().send("/cari-laporan/", sent), before=before)


@fuzzed(
    examples=40,
    state=STATES,
    cut=st.integers(0, 60),
    rest=texts,
    page=st.sampled_from(["", "lengkapi/"]),
    query=hostile.queries(["say", "part"]),
)
def test_link_that_is_not_ours_opens_nothing(state, cut, rest, page, query):
    ticket = ticket_in(state)
    ours = links.token_for(ticket)
    token = hostile.quoted(ours[:cut] + rest) or "x"

    answer = Visitor().get(f"/tiket/{ticket.reference}/{token}/{page}?{query}")

    assert answer.status_code == 404 or token == ours
