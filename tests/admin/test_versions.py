import pytest
from django.urls import reverse

from tests.factories import MacroFactory
from tickets.models import SpecialDay

pytestmark = pytest.mark.django_db

VERSION = "{0}/history/{1}/"


@pytest.fixture(params=["macro", "specialday"])
def kept(request):
    """A row with one version, and the address of its table."""
    day = {"date": "2026-12-07", "name": "Rapat kerja"}
    row = MacroFactory() if request.param == "macro" else SpecialDay.objects.create(**day)
    return row, reverse(f"admin:tickets_{request.param}_changelist")


def test_version_is_shown(lead, kept):
    row, table = kept

    assert lead.get(table + VERSION.format(row.pk, row.history.get().pk)).status_code == 200
    assert lead.get(f"{table}{row.pk}/history/").status_code == 200


@pytest.mark.parametrize("wrong", ["x", "-1", "1.5", "9" * 30, "%00"])
def test_version_of_what_is_no_number_is_not_found(lead, kept, wrong):
    row, table = kept
    paths = [VERSION.format(row.pk, wrong), VERSION.format(wrong, row.history.get().pk), f"{wrong}/history/"]

    assert {lead.get(table + path).status_code for path in paths} == {404}
