"""Questions about addresses, on the form and after it."""

import pytest
from django.test import Client

from tests.factories import MessageFactory, TicketFactory
from tests.limits import limit
from tickets import links
from tickets.web.form_token import new_token

URL = "/periksa-alamat/"


def ask(client, typed, **more):
    return client.post(URL, {"form_token": new_token(), **typed}, **more)


def fields_asked_about(response):
    return [(hint["field"], hint["suggestion"]) for hint in response.json()["hints"]]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({"contact": "budi@gmial.com"}, [("contact", "budi@gmail.com")]),
        ({"contact": " Budi @ gmial . com "}, [("contact", "Budi@gmail.com")]),
        ({"contact": "mailto:budi@gmail,com"}, [("contact", "budi@gmail.com")]),
        ({"contact": "budi@gmail"}, [("contact", "budi@gmail.com")]),
        ({"contact": "0812 3456 7890", "reply_email": "budi@gmial.com"}, [("reply_email", "budi@gmail.com")]),
        (
            {"contact": "budisantoso@contoh.id", "reply_email": "budisantso@contoh.id"},
            [("reply_email", "")],
        ),
        ({"contact": "budi@gmail.com"}, []),
        ({"contact": "0812 3456 7890"}, []),
        ({}, []),
        ({"contact": "a@b@gmial.com"}, []),
        ({"contact": "budi@gmаil.com"}, []),
        ({"contact": "budi@" + "gmial." * 3000 + "com"}, []),
        ({"contact": "\u0301" * 9000 + "@gmial.com"}, []),
        ({"contact": "\x00@\x00"}, []),
    ],
)
def test_typed_addresses_are_asked_about(client, typed, asked):
    response = ask(client, typed)

    assert (response.status_code, fields_asked_about(response)) == (200, asked)
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_question_costs_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        ask(client, {"contact": "budi@gmial.com"})


def test_question_is_in_the_language_of_the_page(client):
    client.cookies["django_language"] = "en"

    hint = ask(client, {"reply_email": "budi@gmial.com"}).json()["hints"][0]

    assert hint["question"] == "Did you mean budi@gmail.com?"


@pytest.mark.parametrize(
    ("token", "origin", "status"),
    [
        (True, None, 200),
        (True, "http://testserver", 200),
        (True, "https://jahat.example", 403),
        (True, "null", 403),
        (False, "http://testserver", 403),
    ],
)
def test_question_is_asked_by_the_page_with_its_token_and_without_a_cookie(token, origin, status):
    strange = Client(enforce_csrf_checks=True)
    typed = {"contact": "budi@gmial.com", "form_token": new_token() if token else "jahat"}

    response = strange.post(URL, typed, headers={"Origin": origin} if origin else None)

    assert response.status_code == status
    assert strange.get(URL).status_code == 405


def test_questions_are_throttled(client, settings):
    limit(settings, intake="9/min", advice="1/min")

    statuses = [ask(client, {"contact": "budi@gmial.com"}).status_code for _ in range(2)]

    assert statuses == [200, 429]


def test_form_has_a_place_for_questions_under_both_addresses(client):
    page = client.get("/").content.decode()

    assert 'data-hint="contact"' in page
    assert 'data-hint="reply_email"' in page
    assert page.count('role="status" data-hint=') == 2
    assert f'data-check="{URL}"' in page


@pytest.mark.django_db
def test_misspelt_address_is_no_reason_to_refuse_a_report(client, typed):
    response = client.post("/", {**typed, "contact": "budi@gmial.com"})

    assert response.status_code == 303


def page_of(client, ticket):
    client.cookies["django_language"] = "en"
    return client.get(links.status_path(ticket)).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("addresses", "said"),
    [
        ({"registered_email": "budi@gmial.com"}, "Did you mean gmail.com?"),
        ({"reply_email": "budi@gmial.com"}, "You wrote budi@gmial.com for our answer"),
        (
            {"registered_email": "budisantoso@contoh.id", "reply_email": "budisantso@contoh.id"},
            "Are both addresses spelled right?",
        ),
    ],
)
def test_status_page_asks_again(client, addresses, said):
    assert said in page_of(client, TicketFactory(**addresses))


@pytest.mark.django_db
def test_status_page_asks_no_more_once_the_requester_has_written(client):
    ticket = TicketFactory(registered_email="budi@gmial.com")
    MessageFactory(ticket=ticket)

    assert "data-doubt" not in page_of(client, ticket)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [{"resolved": True}, {"closed": True}])
def test_status_page_asks_nothing_when_all_is_over(client, kind):
    assert "data-doubt" not in page_of(client, TicketFactory(registered_email="budi@gmial.com", **kind))


@pytest.mark.django_db
def test_status_page_asks_nothing_about_right_addresses(client):
    ticket = TicketFactory(registered_email="budi@gmail.com", reply_email="siti@ui.ac.id")

    assert "data-doubt" not in page_of(client, ticket)
