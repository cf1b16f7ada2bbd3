"""Fixtures of the drills: the product, a load of --tickets reports, servers of its own to be hurt."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.faults import postgres_server
from tests.faults.drill import Drill
from tests.faults.scoreboard import as_property
from tests.product import Prepared

WRONG_CLOCK = Path(__file__).parent.parent / "wrong_clock"


@pytest.fixture
def own_settings(own_settings):
    # Reading pictures takes most of a processor, and says nothing about faults.
    return {**own_settings, "OCR": "off"}


@pytest.fixture
def drill(request, product, sink):
    return Drill(product, sink, request.config.getoption("--tickets"))


def clock_off_by(hours):
    """Changes of its environment for a program whose clock is to be wrong."""
    return {"PYTHONPATH": str(WRONG_CLOCK), "CLOCK_OFF_BY": str(hours * 3600)}


@pytest.fixture
def settle(request, drill):
    """End the drill, put its line on the scoreboard, and hold it to what is promised."""

    def settle(scenario, *, in_doubt=0, **options):
        """Of a COMMIT whose answer was lost nobody knows; so many of them may be."""
        outcome = drill.settle(scenario, **options)
        request.node.user_properties.append(as_property(outcome))
        assert outcome.acknowledged == outcome.submitted
        assert outcome.lost == 0
        assert outcome.stored_though_refused <= in_doubt
        return outcome

    return settle


@pytest.fixture(scope="session")
def hurt_postgres(tmp_path_factory, model):
    """A PostgreSQL that may be hurt, with tables to copy from."""
    if settings.EMBEDDED or not postgres_server.is_installed():
        pytest.skip("needs DATABASE_URL, and the programs of a PostgreSQL server on this machine")
    server = postgres_server.PostgresServer()
    try:
        server.make()
        server.start()
        prepared = Prepared(tmp_path_factory.mktemp("prepared"), "kaya_hurt", server.url)
        prepared.make()
        yield server, prepared
    finally:
        server.discard()


@pytest.fixture
def hurt_server(hurt_postgres):
    return hurt_postgres[0]
