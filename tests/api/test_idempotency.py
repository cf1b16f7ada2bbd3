from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from tests import images
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/api/v1/tickets/"
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


def post(api, report, key=KEY):
    return api.post(URL, report, format="json", HTTP_IDEMPOTENCY_KEY=key)


def test_same_key_and_report_give_the_same_ticket(api, report):
    first, second = post(api, report), post(api, report)

    assert [first.status_code, second.status_code] == [201, 200]
    assert first.json()["reference"] == second.json()["reference"]
    assert Ticket.objects.count() == 1


def test_same_key_is_recognised_quoted_and_bare(api, report):
    post(api, report)

    assert post(api, report, key=f'"{KEY}"').status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"description": "lain"},
        {"registered_email": "siti@contoh.id"},
        {"tried": ["waited"]},
        {"language": "en"},
        {"zone": "WIT"},
        {"signed_up_at": None},
        {"device": ""},
    ],
)
def test_same_key_with_another_report_is_refused(api, report, change):
    post(api, report)

    response = post(api, {**report, **change})

    assert response.status_code == 422
    assert response.json()["type"].endswith("#key_reused")
    assert "KS-" not in response.content.decode()
    assert Ticket.objects.count() == 1


def test_same_key_compares_screenshots(api, report):
    def send(content):
        form = {**report, "screenshots": SimpleUploadedFile("a.png", content)}
        return api.post(URL, form, format="multipart", HTTP_IDEMPOTENCY_KEY=KEY).status_code

    answers = [send(images.png()), send(images.png()), send(images.png(images.photograph()))]

    assert answers == [201, 200, 422]


def test_same_key_still_works_after_the_ticket_moved_on(api, report):
    post(api, report)
    Ticket.objects.update(
        status="open", category="otp_not_received", queued_at=timezone.now(), due_at=timezone.now()
    )

    assert post(api, report).status_code == 200


def test_other_keys_and_no_key_give_new_tickets(api, report):
    for key in (KEY, "another"):
        post(api, report, key=key)
    for _ in range(2):
        api.post(URL, report, format="json")

    assert Ticket.objects.count() == 4


@pytest.mark.parametrize("key", ["", '""', "x" * 256])
def test_unusable_key_is_refused(api, report, key):
    response = post(api, report, key=key)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("key", ["x" * 255, "kunci saya", "\x7f\xe9", "' OR 1=1 --"])
def test_any_other_key_is_taken(api, report, key):
    assert [post(api, report, key=key).status_code for _ in range(2)] == [201, 200]


def test_same_key_many_times_at_once_makes_one_ticket(report):
    def send(_):
        try:
            return post(APIClient(), report).json()["reference"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        references = set(pool.map(send, range(8)))

    assert references == {Ticket.objects.get().reference}
