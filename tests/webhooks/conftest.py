"""Webhooks may go to loopback, where a receiver waits for them."""

import pytest

from tests.webhook_receiver import Receiver


@pytest.fixture
def receiver(settings):
    settings.WEBHOOKS_TO_LOOPBACK = True
    with Receiver() as receiver:
        yield receiver
