"""The same report many times at once, and a web server that dies in the middle of a storm."""

import threading
import time
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


def test_web_killed_in_a_storm_loses_nothing_it_acknowledged(product, client, settle):
    product.start()
    storm = threading.Thread(target=client.send_many, args=(range(40),))
    storm.start()
    while len(client.references) < 10:
        time.sleep(0.01)

    product.web.kill()
    storm.join(60)
    product.start_web()
    promised = set(client.references)
    kept = set(Ticket.objects.values_list("reference", flat=True))
    client.send_again()
    outcome = settle("web killed -9 in a storm")

    assert promised - kept == set()
    assert (outcome.submitted, outcome.acknowledged, Ticket.objects.count()) == (40, 40, 40)
    assert outcome.is_clean
