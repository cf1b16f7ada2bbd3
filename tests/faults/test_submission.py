"""The same report many times at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor

from tests.faults.clients import open_form, report
from tickets.models import Ticket

TIMES = 10


def test_form_sent_ten_times_at_once_is_one_ticket(product, client, settle):
    product.start()
    form = open_form(product.url, number=1)

    with ThreadPoolExecutor(TIMES) as pool:
        references = list(pool.map(lambda _: form.send(), range(TIMES)))
    client.submitted, client.references = TIMES, references
    outcome = settle("form sent ten times at once")

    assert len(set(references)) == 1
    assert Ticket.objects.count() == 1
    assert outcome.is_clean


def test_api_call_repeated_ten_times_at_once_is_one_ticket(product, client, settle):
    product.start()
    key, body = str(uuid.uuid4()), report(1)

    client.submitted = TIMES
    with ThreadPoolExecutor(TIMES) as pool:
        references = list(pool.map(lambda _: client.post(key, body), range(TIMES)))
    outcome = settle("API call repeated ten times at once")

    assert len(set(references)) == 1
    assert Ticket.objects.count() == 1
    assert outcome.is_clean
