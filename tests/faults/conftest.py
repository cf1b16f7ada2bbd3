"""Fixtures of the fault scenarios: a product with short leases, a client, the scoreboard."""

import pytest

from tests.faults.clients import Client
from tests.faults.redis_server import RedisServer
from tests.faults.scoreboard import as_property, count
from tests.processes import until
from tickets.models import Message, Ticket
from tickets.models.message import Delivery
from tickets.models.ticket import Status

# In service: 90, 60, 10 and 10 seconds. The order must stay: a lease outlives its task, a task
# outlives what it waits for.
SHORT = {"LEASE_SECONDS": "8", "TASK_SECONDS": "6", "SWEEP_SECONDS": "2", "EMAIL_TIMEOUT_SECONDS": "3"}
RECOVERS_WITHIN = 60.0  # seconds after the end of a fault


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/faults/" in item.nodeid:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def own_settings():
    return SHORT


@pytest.fixture
def client(product):
    return Client(product.url)


@pytest.fixture
def own_redis(product, tmp_path):
    """A Redis that may be hurt; the product uses it as broker and cache."""
    server = RedisServer(tmp_path / "redis")
    server.start()
    product.redis_url = server.url
    yield server
    server.stop()


@pytest.fixture
def settle(request, product, sink, client):
    """Wait until everything is finished, count, and put the line on the scoreboard."""

    def wait_and_count(scenario):
        recovery = until(is_finished, within=RECOVERS_WITHIN, what="every ticket triaged, every mail out")
        outcome = count(
            scenario, submitted=client.submitted, references=client.references, sink=sink, recovery=recovery
        )
        request.node.user_properties.append(as_property(outcome))
        return outcome

    return wait_and_count


def is_finished():
    unsent = Message.objects.filter(delivery__in=[Delivery.QUEUED, Delivery.SENDING])
    return not (Ticket.objects.filter(status=Status.NEW).exists() or unsent.exists())
