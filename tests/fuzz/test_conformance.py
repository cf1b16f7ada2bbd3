"""Made-up requests for every operation of the API: no 5xx, and only answers that its document describes."""

import pytest
import schemathesis
from hypothesis import core
from hypothesis.vendor.pretty import RepresentationPrinter
from schemathesis import checks
from schemathesis.transport.serialization import serialize_binary

from kayasupport.wsgi import application
from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tests.fuzz.budget import counted, fuzzed
from tickets import api_keys, links
from tickets.models.api_key import Scope

# It silences what hypothesis prints of every failure in this process, not only of its own tests.
core.RepresentationPrinter = RepresentationPrinter

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("model")]

CONFORMS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
# Of the rest, what a client may rely on is tested by hand: how strictly fields are read, and who is let in.
EXAMPLES = 25  # for each operation


@schemathesis.serializer("message/rfc822")
def as_mail(context, value):
    return serialize_binary(value)


@pytest.fixture
def document(settings):
    settings.AUTO_REPLIES_SENT_BY = "api"
    return schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)


@pytest.fixture
def rows():
    """A ticket, a reply of it that waits, and the headers that open them."""
    ticket = TicketFactory(held=True)
    message = MessageFactory(outgoing=True, ticket=ticket)
    _key, token = api_keys.make(name="Uji", scopes=list(Scope), expires_at=None, by=AgentFactory())
    return ticket, message, token


@counted
def test_every_operation_conforms(document, rows):
    ticket, message, key = rows
    tried = set()

    def send(case):
        shown = key
        if "reference" in case.path_parameters:
            case.path_parameters["reference"] = ticket.reference
            shown = links.token_for(ticket)
        if "id" in case.path_parameters:
            case.path_parameters["id"] = message.pk
        # Not compressed: the client it calls through would hand the bytes on as they are.
        headers = {"Authorization": f"Bearer {shown}", "Accept-Encoding": "identity"}
        answer = case.call_and_validate(headers=headers, checks=CONFORMS)
        tried.add((case.operation.label, answer.status_code))

    operations = [operation.ok() for operation in document.get_all_operations()]
    for operation in operations:
        fuzzed(examples=EXAMPLES, part=1 / len(operations), case=operation.as_strategy())(send)()

    # Else nobody would notice that every request ends at the door.
    good = {label for label, status in tried if status < 300}
    assert good >= {"GET /api/v1/outbox/", "POST /api/v1/outbox/{id}/claim/", "GET /api/v1/categories/"}
