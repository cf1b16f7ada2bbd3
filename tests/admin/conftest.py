"""Signed-in staff: one client per role."""

import pytest
from django.test import Client

from tests.factories import AgentFactory


def signed_in(user):
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def agent(db):
    return signed_in(AgentFactory(role="agent"))


@pytest.fixture
def andi(db):
    """Another agent."""
    return AgentFactory(role="agent", first_name="Andi")


@pytest.fixture
def lead(db):
    return signed_in(AgentFactory(role="lead", first_name="Sari"))


@pytest.fixture
def administrator(db):
    return signed_in(AgentFactory(role="administrator", first_name="Dewi"))


@pytest.fixture
def nobody(db):
    """Staff without a role."""
    return signed_in(AgentFactory())
