"""Who may what outside the desk: every page and every door of the API, opened and sent to by everybody.

A route that is not in the table fails the test, which prints the lines to add: check them, then paste
them. The desk has a table of its own, tests/admin/test_who_may_what.py. Seven columns: nobody, a requester
with the token of another ticket, the one with this ticket's, an agent and a lead who are signed in, and
programs that show an API key, one without any right and one with all. `go`: led on; otherwise the status.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests.admin.conftest import signed_in
from tests.factories import AgentFactory, IdentityRequestFactory, MessageFactory, TicketFactory
from tests.limits import lift_all
from tests.routes import DESK, every_route
from tickets import api_keys, identity_links, links
from tickets.models.api_key import Scope

pytestmark = pytest.mark.django_db

#        name: (GET, POST with nothing in it)
TABLE = {
    "advise": ("405 405 405 405 405 405 405", "403 403 403 403 403 403 403"),
    "api:api/v1/": ("404 404 404 404 404 404 404", "404 404 404 404 404 404 404"),
    "api:bounced": ("401 401 401 401 401 403 405", "401 401 401 401 401 403 400"),
    "api:categories": ("401 401 401 401 401 200 200", "401 401 401 401 401 405 405"),
    "api:claim": ("401 401 401 401 401 403 405", "401 401 401 401 401 403 409"),
    "api:docs": ("200 200 200 200 200 200 200", "405 405 405 405 405 405 405"),
    "api:failed": ("401 401 401 401 401 403 405", "401 401 401 401 401 403 400"),
    "api:fixed": ("401 401 405 401 401 401 401", "401 401 200 401 401 401 401"),
    "api:inbox": ("401 401 401 401 401 403 405", "401 401 401 401 401 403 415"),
    "api:messages": ("401 401 405 401 401 401 401", "401 401 400 401 401 401 401"),
    "api:outbox": ("401 401 401 401 401 403 200", "401 401 401 401 401 403 405"),
    "api:preview": ("401 401 401 401 401 403 405", "401 401 401 401 401 403 400"),
    "api:schema": ("200 200 200 200 200 200 200", "405 405 405 405 405 405 405"),
    "api:sent": ("401 401 401 401 401 403 405", "401 401 401 401 401 403 400"),
    "api:still_failing": ("401 401 405 401 401 401 401", "401 401 200 401 401 401 401"),
    "api:ticket": ("401 401 200 401 401 403 200", "401 401 405 401 401 403 405"),
    "api:tickets": ("405 405 405 405 405 405 405", "400 400 400 400 400 400 400"),
    "check_addresses": ("405 405 405 405 405 405 405", "403 403 403 403 403 403 403"),
    "complete": ("404 404 200 404 404 404 404", "404 404 422 404 404 404 404"),
    "embed": ("200 200 200 200 200 200 200", "400 400 400 400 400 400 400"),
    "embed_loader": ("200 200 200 200 200 200 200", "405 405 405 405 405 405 405"),
    "embed_sent": ("404 404 200 404 404 404 404", "405 405 405 405 405 405 405"),
    "embed_solved": ("200 200 200 200 200 200 200", "go go go go go go go"),
    "find": ("200 200 200 200 200 200 200", "422 422 422 422 422 422 422"),
    "healthz": ("200 200 200 200 200 200 200", "200 200 200 200 200 200 200"),
    "identity": ("404 404 200 404 404 404 404", "404 404 422 404 404 404 404"),
    "metrics": ("404 404 404 404 404 404 404", "405 405 405 405 405 405 405"),
    "privacy": ("200 200 200 200 200 200 200", "405 405 405 405 405 405 405"),
    "readyz": ("200 200 200 200 200 200 200", "405 405 405 405 405 405 405"),
    "report": ("200 200 200 200 200 200 200", "400 400 400 400 400 400 400"),
    "set_language": ("go go go go go go go", "go go go go go go go"),
    "solved": ("200 200 200 200 200 200 200", "go go go go go go go"),
    "status": ("404 404 200 404 404 404 404", "404 404 400 404 404 404 404"),
}


@dataclass
class Visitor:
    client: Client
    token: str = "1abcde:tiada"
    proof: str = "0" * 32  # the token of the link by which proof of identity is sent
    headers: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def house(settings, house_at_work):
    """Seven visitors, the ticket they are after, and a message in the outbox."""
    settings.EMBED_PARENTS = ["https://daftar.contoh.id"]
    settings.METRICS_TOKEN = "rahasia-pemantau-1234567890"
    lift_all(settings)
    cache.clear()
    ticket, other = TicketFactory(open=True), TicketFactory(open=True)
    message = MessageFactory(outgoing=True, ticket=ticket)
    maker = AgentFactory()

    asked = [IdentityRequestFactory(ticket=each) for each in (other, ticket)]

    def bearer(token):
        return {"Authorization": f"Bearer {token}"}

    def key(*scopes):
        return bearer(api_keys.make(name="Penjawab", scopes=scopes, expires_at=None, by=maker)[1])

    visitors = [
        Visitor(Client()),
        *(
            Visitor(
                Client(),
                links.token_for(each.ticket),
                identity_links.token_for(each),
                bearer(links.token_for(each.ticket)),
            )
            for each in asked
        ),
        *(Visitor(signed_in(AgentFactory(role=role))) for role in ("agent", "lead")),
        Visitor(Client(), headers=key()),
        Visitor(Client(), headers=key(*Scope.values)),
    ]
    return visitors, ticket, message


def routes():
    return {name: route for name, route in every_route() if not route.startswith(DESK)}


def filled(route, visitor, ticket, message):
    asked = ticket.identity_requests.get()
    token = visitor.proof if "<uuid:public_id>" in route else visitor.token
    parts = {"<str:reference>": ticket.reference, "<int:pk>": message.pk}
    parts |= {"<uuid:public_id>": asked.public_id, "<str:token>": token}
    for part, value in parts.items():
        route = route.replace(part, str(value))
    return f"/{route}"


def outcome(visitor, method, address):
    """What comes of one request; what it changed is undone."""
    with transaction.atomic():
        answer = getattr(visitor.client, method)(address, headers=visitor.headers)
        transaction.set_rollback(True)
    return "go" if 300 <= answer.status_code < 400 else str(answer.status_code)


def outcomes(house, name):
    visitors, ticket, message = house
    addresses = [(each, filled(routes()[name], each, ticket, message)) for each in visitors]
    return tuple(
        " ".join(outcome(each, method, address) for each, address in addresses) for method in ("get", "post")
    )


def test_table_has_every_route_outside_the_desk_and_no_other(house):
    missing = sorted(routes().keys() - TABLE.keys())
    lines = ['    "{}": ("{}", "{}"),'.format(name, *outcomes(house, name)) for name in missing]

    assert lines == [], "Routes without a line in TABLE. As they behave now:\n" + "\n".join(lines)
    assert TABLE.keys() - routes().keys() == set()


@pytest.mark.parametrize("name", TABLE)
def test_route_is_open_to_whom_the_table_says(house, name):
    assert outcomes(house, name) == TABLE[name]


@pytest.mark.parametrize(
    ("name", "code"),
    [(name, "410") for name in ("status", "complete", "embed_sent")]
    + [(f"api:{name}", "401") for name in ("ticket", "fixed", "still_failing", "messages")],
)
def test_link_that_has_expired_opens_nothing(house, name, code, settings, time_machine):
    visitors, ticket, message = house
    owner = visitors[2]
    method = "post" if name in {"api:fixed", "api:still_failing", "api:messages"} else "get"
    time_machine.move_to(timezone.now() + settings.STATUS_LINK_AGE + timedelta(minutes=1))

    assert outcome(owner, method, filled(routes()[name], owner, ticket, message)) == code


def test_every_route_with_a_token_is_closed_to_every_other_one(house):
    """The same from the routes themselves: one that is added later is in here too."""
    visitors, ticket, message = house
    with_token = [route for route in routes().values() if "<str:token>" in route]

    found = {
        outcome(visitor, method, filled(route, visitor, ticket, message))
        for route in with_token
        for visitor in visitors
        for method in ("get", "post")
        if visitor is not visitors[2]
    }

    assert found == {"404", "405"}


def test_webhooks_are_those_of_the_provider_in_use_and_closed_to_who_has_no_password(client, webhooks):
    routes_now = [route for _name, route in every_route() if route.startswith("anymail/")]

    codes = {route: client.post(f"/{route}", {}).status_code for route in routes_now}

    assert codes == {"anymail/postmark/inbound/": 400, "anymail/postmark/tracking/": 400}
