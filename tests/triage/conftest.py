"""A model directory with small models in it."""

import pytest

from triage.playbooks import playbooks
from triage.training import Examples, counts, fit, shipped_examples, write


def pytest_collection_modifyitems(items):
    # `triage` asks no database.
    for item in items:
        if "tests/triage/" in item.nodeid:
            item.add_marker(pytest.mark.any_engine)


@pytest.fixture(scope="session")
def small_model():
    """A model of every category, from few examples, and those."""
    examples = [each for slug in playbooks() for each in shipped_examples() if each.slug == slug][::8]
    return fit(Examples.of(examples)), examples


@pytest.fixture
def store(small_model, settings, tmp_path):
    """The model directory of this test, with the versions aa1, bb2 and cc3, none in use; cc3 has learned."""
    trained, examples = small_model
    directory = settings.TRIAGE_MODEL_DIR = tmp_path / "models"
    write(trained, directory, version="aa1", card=counts(examples))
    write(trained, directory, version="bb2", card=counts(examples))
    write(trained, directory, version="cc3", card=counts(examples, examples[:4]))
    return directory
