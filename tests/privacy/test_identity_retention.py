"""Proofs of identity go as was promised, with their files; what was decided stays."""

from datetime import timedelta

import pytest
from django.conf import settings as of_tests
from django.utils import timezone

from tests.factories import ProofFactory, TicketFactory
from tests.privacy.conftest import ADDRESS
from tests.privacy.test_portability import export
from tickets.models import IdentityFile, IdentityLook, IdentityRequest, Ticket
from tickets.privacy import erasure, identifiers, retention

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    def run():
        with django_capture_on_commit_callbacks(execute=True):
            return retention.run(within=60)

    return run


def files():
    return [path for path in of_tests.IDENTITY_DIR.rglob("*") if path.is_file()]


def undecided(days, **columns):
    came = timezone.now() - DAY * days
    return ProofFactory(
        created_at=came - DAY,
        used_at=came,
        delete_after_at=came + of_tests.IDENTITY_UNDECIDED_KEPT,
        **columns,
    )


def decided(days, *, kept=7):
    at = timezone.now() - DAY * days
    return ProofFactory(
        created_at=at - DAY * 2,
        used_at=at - DAY,
        decided_at=at,
        decision="match",
        delete_after_at=at + DAY * kept,
    )


@pytest.mark.parametrize(("days", "left"), [(6, 1), (8, 0)])
def test_decided_proofs_go_after_the_decision(run, days, left):
    proof = decided(days)

    assert run()["identity_decided"] == 1 - left
    proof.refresh_from_db()
    assert (IdentityFile.objects.count(), len(files())) == (left, left)
    assert (proof.decision, proof.is_kept) == ("match", bool(left))
    said = list(proof.ticket.events.filter(kind="identity_discarded").values_list("data", flat=True))
    assert said == ([] if left else [{"count": 1}])


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_undecided_proofs_go_after_they_came(run, days, left):
    proof = undecided(days)

    assert run()["identity_open"] == 1 - left
    proof.refresh_from_db()
    assert (len(files()), proof.state) == (left, "received" if left else "lapsed")


def test_longer_setting_breaks_no_promise(run, settings):
    decided(8, kept=7)
    undecided(31)
    settings.IDENTITY_KEPT = settings.IDENTITY_UNDECIDED_KEPT = DAY * 365

    run()

    assert files() == []


def test_shorter_setting_is_applied_at_once(run, settings):
    decided(3, kept=7)
    undecided(3)
    settings.IDENTITY_KEPT = settings.IDENTITY_UNDECIDED_KEPT = DAY * 2

    run()

    assert files() == []


def test_looks_outlive_the_pictures(run):
    proof = decided(8)
    IdentityLook.objects.create(request=proof, number=1, ip_address="203.0.113.9")

    run()

    assert proof.looks.count() == 1


def test_proof_goes_with_a_ticket_that_goes(run):
    ticket = TicketFactory(closed=True)
    undecided(1, ticket=ticket)
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=timezone.now() - DAY * 366)

    run()

    assert (IdentityRequest.objects.count(), files()) == (0, [])


def test_proof_goes_with_spam(run):
    ticket = TicketFactory(status="spam")
    undecided(1, ticket=ticket)
    Ticket.objects.filter(pk=ticket.pk).update(updated_at=timezone.now() - DAY * 31)

    run()

    assert files() == []


def test_erasing_the_person_erases_it(budi, django_capture_on_commit_callbacks):
    assert len(files()) == 1

    with django_capture_on_commit_callbacks(execute=True):
        receipt = erasure.erase(identifiers.read(ADDRESS), reason="asked", by=None)

    assert (files(), receipt.counts["identities"]) == ([], 1)


def test_export_names_it_and_holds_no_picture(budi):
    content, archive = export()

    (proof,) = content["tickets"][0]["proofs_of_identity"]
    assert (proof["reason"], proof["pictures"], proof["decision"]) == ("restricted", 1, "")
    assert proof["used_at"] is not None
    assert [name for name in archive.namelist() if "identi" in name] == []
