"""Every look is written down, and one decision is made."""

import pytest
from django.utils import timezone

from tests import images
from tests.factories import AgentFactory, IdentityRequestFactory, ProofFactory
from tickets import identity_files, sealing
from tickets.identity import deciding
from tickets.identity.deciding import AlreadyDecided
from tickets.models import IdentityLook
from tickets.models.identity import IdentityDecision

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return AgentFactory(role="lead")


def test_every_look_is_written_down_with_who_when_and_whence(lead):
    proof = ProofFactory()
    before = timezone.now()

    for _ in range(2):
        assert deciding.look(proof.files.get(), ip_address="203.0.113.9", by=lead) == images.png()

    looks = IdentityLook.objects.all()
    assert [(each.by, each.number, each.ip_address) for each in looks] == [(lead, 1, "203.0.113.9")] * 2
    assert all(each.created_at >= before for each in looks)
    events = proof.ticket.events.filter(kind="identity_viewed")
    assert [(each.actor, each.data) for each in events] == [(lead, {"request": proof.pk, "number": 1})] * 2


@pytest.mark.parametrize("is_lost", ["key", "file"])
def test_what_cannot_be_shown_was_not_seen(lead, settings, is_lost):
    proof = ProofFactory()
    if is_lost == "key":
        settings.IDENTITY_KEYS = ["A" * 43 + "="]
    else:
        identity_files.discard(proof.files.get().path)

    with pytest.raises((sealing.Unreadable, FileNotFoundError)):
        deciding.look(proof.files.get(), ip_address=None, by=lead)

    assert (IdentityLook.objects.count(), proof.ticket.events.count()) == (0, 0)


def test_decision_is_an_event_with_a_masked_note_and_a_day_to_delete(lead, settings):
    proof = ProofFactory()

    deciding.decide(proof, decision=IdentityDecision.MATCH, words="cocok, nik 3201014505900003", by=lead)

    proof.refresh_from_db()
    assert (proof.decision, proof.decided_by, proof.state) == ("match", lead, "decided")
    assert proof.delete_after_at - proof.decided_at == settings.IDENTITY_KEPT
    note = proof.ticket.messages.get(kind="note")
    assert note.body == "cocok, nik [NIK ••• 1]"
    event = proof.ticket.events.last()
    assert (event.kind, event.actor) == ("identity_decided", lead)
    assert event.data == {"request": proof.pk, "decision": "match", "note": note.pk}


def test_decision_is_made_once(lead):
    proof = ProofFactory()
    deciding.decide(proof, decision=IdentityDecision.MISMATCH, words="", by=lead)

    with pytest.raises(AlreadyDecided):
        deciding.decide(proof, decision=IdentityDecision.MATCH, words="", by=lead)

    proof.refresh_from_db()
    assert (proof.decision, proof.ticket.events.count()) == ("mismatch", 1)


def test_nothing_is_decided_about_what_did_not_come(lead):
    with pytest.raises(AlreadyDecided):
        deciding.decide(IdentityRequestFactory(), decision=IdentityDecision.MATCH, words="", by=lead)
