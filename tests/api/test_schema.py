from io import StringIO

import pytest
import yaml
from django.core.management import call_command

from tickets.api import problems, schema
from tickets.models.ticket import Status


@pytest.fixture
def document():
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    return yaml.safe_load(out.getvalue())


def test_schema_is_valid_openapi_31_without_warnings(document):
    assert document["openapi"].startswith("3.1")
    assert sorted(document["paths"]) == [
        "/api/v1/categories/",
        "/api/v1/inbox/",
        "/api/v1/outbox/",
        "/api/v1/outbox/{id}/bounced/",
        "/api/v1/outbox/{id}/claim/",
        "/api/v1/outbox/{id}/failed/",
        "/api/v1/outbox/{id}/sent/",
        "/api/v1/tickets/",
        "/api/v1/tickets/{reference}/",
        "/api/v1/tickets/{reference}/fixed/",
        "/api/v1/tickets/{reference}/messages/",
        "/api/v1/tickets/{reference}/still-failing/",
        "/api/v1/triage/preview/",
    ]


def test_schema_takes_screenshots_in_the_form_only(document):
    content = document["paths"]["/api/v1/tickets/"]["post"]["requestBody"]["content"]
    shapes = document["components"]["schemas"]

    fields = {kind: shapes[body["schema"]["$ref"].rpartition("/")[2]] for kind, body in content.items()}

    assert "screenshots" not in fields["application/json"]["properties"]
    assert fields["multipart/form-data"]["properties"]["screenshots"]["maxItems"] == 5


def test_schema_names_every_status_but_those_of_spam(document):
    statuses = set(document["components"]["schemas"]["StatusEnum"]["enum"])

    assert statuses == set(Status.values) - {Status.SPAM, Status.SUSPENDED}


def test_schema_explains_every_problem():
    kinds = {problem.default_code for problem in vars(problems).values() if is_problem(problem)}

    assert kinds <= set(problems.TITLES)


def is_problem(thing):
    return isinstance(thing, type) and issubclass(thing, problems.exceptions.APIException)


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_schema_is_served(client, form):
    response = client.get(f"/api/v1/schema/?format={form}")

    assert response.status_code == 200
    assert schema.CURL_READ.splitlines()[0][:20] in response.content.decode()
