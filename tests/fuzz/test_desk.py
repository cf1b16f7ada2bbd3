"""The desk's addresses with any query, its search with any words: a page, or a 4xx."""

import pytest
from hypothesis import strategies as st

from tests.admin.desk_urls import addresses, rows_of
from tests.factories import AgentFactory, TicketFactory
from tests.fuzz import hostile
from tests.fuzz.budget import fuzzed
from tests.fuzz.hostile import texts
from tests.fuzz.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("model")]

QUEUE = [
    "q", "tab", "category", "channel", "age", "status", "assignee", "incident", "confidence", "sla",
    "sort", "after", "before", "view", "page", "since", "part",
]  # fmt: skip
DJANGO = [
    "p", "o", "e", "all", "_popup", "_to_field", "_changelist_filters", "id__exact", "id__in",
    "is_active__exact", "groups__id__exact", "date_joined__gte", "user__password__startswith", "next",
    "_facets",
]  # fmt: skip
OTHERS = [
    "ticket", "from", "of", "state", "webhook", "macro", "until", "category", "insert", "key", "to",
    "since", "by", "days", "kind", "language", "bahasa", "chosen", "period",
]  # fmt: skip
PLAUSIBLE = [
    "open", "mine", "all", "otp_not_received", "none", "me", "nobody", "30m", "1d", "unsure", "late",
    "newest", "oldest", "1", "2", "-1", "0", "1,2,3", "1.2", "-1.-2", "id", "email", "2026-11-22",
    "9999-12-31", "0001-01-01", "2026-11-22T10:00", "24h", "7d", "hour", "live", "rows", "true",
]  # fmt: skip
ROWS = [
    "/desk/tickets/ticket/{}/change/", "/desk/tickets/ticket/{}/", "/desk/auth/user/{}/change/",
    "/desk/tickets/macro/{}/history/{}/", "/desk/tickets/specialday/{}/history/", "/desk/r/{}/{}/",
    "/desk/tickets/bulkjob/{}/", "/desk/tickets/incomingmail/{}/change/", "/desk/tickets/ticket/{}/draft/",
    "/desk/tickets/playbookoverride/{}/", "/desk/{}/",
]  # fmt: skip
values = st.sampled_from(PLAUSIBLE) | texts


@pytest.fixture
def desk():
    client = Visitor()
    user = AgentFactory(role="administrator")
    client.force_login(user)
    TicketFactory.create_batch(3, open=True)
    # A page that signs out would end what follows.
    pages = {name: page for name, page in addresses(rows_of(user)).items() if "logout" not in page}
    client.pages = sorted(set(pages.values()))
    return client


@fuzzed(examples=100, data=st.data())
def test_get_with_any_query_is_answered(desk, data):
    page = data.draw(st.sampled_from(desk.pages))
    query = data.draw(hostile.queries([*QUEUE, *DJANGO, *OTHERS], values=values))

    answer = desk.get(f"{page}?{query}")

    assert answer.status_code < 500


@fuzzed(examples=40, words=values, query=hostile.queries(QUEUE, values=values))
def test_search_for_anything_is_answered(desk, words, query):
    answer = desk.get(f"/desk/tickets/ticket/?q={hostile.quoted(words)}&{query}")

    assert answer.status_code in {200, 302, 400}


@fuzzed(examples=40, row=values, page=st.sampled_from(ROWS))
def test_row_that_nobody_has_is_not_found(desk, row, page):
    answer = desk.get(page.replace("{}", hostile.quoted(row)))

    assert answer.status_code < 500


@fuzzed(
    examples=40,
    typed=st.fixed_dictionaries({"login": texts, "password": texts, "username": texts, "next": texts}),
    cookies=hostile.cookies,
)
def test_signing_in_with_anything_is_answered(typed, cookies):
    sent = hostile.multipart(typed.items(), [])

    answer = Visitor().generic(
        "POST", "/desk/login/", sent, "multipart/form-data; boundary=batas", HTTP_COOKIE=cookies
    )

    assert answer.status_code < 500
