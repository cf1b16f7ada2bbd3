"""Who may ask for proof of identity, how often, and what goes out."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import AgentFactory, IdentityRequestFactory, ProofFactory, TicketFactory
from tickets import delivery, desk, identity_links, suppression
from tickets.identity import asking
from tickets.identity.asking import AlreadyAsked, AskedTooOften, NotNeeded, NotOpen
from tickets.lifecycle import ForbiddenTransition
from tickets.models import IdentityRequest
from tickets.models.identity import IdentityReason, IdentityState
from tickets.models.suppressed_address import SuppressionReason

pytestmark = pytest.mark.django_db

TYPED = "buka http://jahat.example dan bayar"


def restricted(**columns):
    return TicketFactory(open=True, category="account_restricted", **columns)


@pytest.fixture
def agent():
    return AgentFactory(role="agent")


@pytest.fixture
def lead():
    return AgentFactory(role="lead")


def ask(ticket, by, because=IdentityReason.RESTRICTED):
    asked = asking.ask(ticket, because=because, by=by)
    ticket.refresh_from_db()
    return asked


def test_asking_writes_a_message_an_event_and_waits(agent, rung, django_capture_on_commit_callbacks):
    ticket = restricted()

    with django_capture_on_commit_callbacks(execute=True):
        asked = ask(ticket, agent)

    assert (ticket.status, ticket.assignee, ticket.due_at) == ("pending", agent, None)
    assert ticket.first_agent_reply_at is not None
    assert (asked.state, asked.asked_by, asked.reason) == (IdentityState.OPEN, agent, "restricted")
    assert asked.expires_at - asked.created_at == timedelta(days=3)
    message = asked.message
    assert (message.kind, message.delivery, message.author) == ("reply", "queued", agent)
    assert ("deliver_message", message.pk) in rung
    kinds = list(ticket.events.values_list("kind", flat=True))
    assert kinds == ["assigned", "replied", "identity_asked", "moved"]
    event = ticket.events.get(kind="identity_asked")
    assert event.data == {"request": asked.pk, "because": "restricted"}


@pytest.mark.parametrize(
    ("language", "subject", "because"),
    [
        ("id", "Kami memerlukan bukti identitas Anda", "Akun Anda dibatasi."),
        ("en", "We need proof of your identity", "Your account is restricted."),
    ],
)
def test_mail_carries_the_link_and_nothing_that_was_typed(mailoutbox, agent, language, subject, because):
    ticket = restricted(language=language, description=TYPED, device=TYPED)
    asked = ask(ticket, agent)

    delivery.deliver(asked.message_id)

    (mail,) = mailoutbox
    html = mail.alternatives[0].content
    path = identity_links.path_of(asked)
    assert (mail.to, mail.subject) == ([ticket.registered_email], f"[{ticket.reference}] {subject}")
    assert because in mail.body
    assert all(path in text for text in (mail.body, html))
    assert all(f"/tiket/{ticket.reference}/" in text for text in (mail.body, html))
    assert all("jahat" not in text for text in (mail.body, html))


def test_link_stands_in_no_row(agent):
    asked = ask(restricted(), agent)
    token = identity_links.token_for(asked)

    assert token not in asked.message.body
    assert token not in "".join(str(each) for each in IdentityRequest.objects.values())


def test_address_that_bounced_is_not_mailed(agent):
    ticket = restricted()
    suppression.suppress(ticket.registered_email, reason=SuppressionReason.BOUNCE, ticket=None)

    asked = ask(ticket, agent)

    assert (asked.message.delivery, asked.message.suppressed_because) == ("suppressed", "address_bounced")
    assert (ticket.status, asked.is_open) == ("pending", True)


def test_agents_ask_where_the_account_is_restricted_only(agent, lead):
    ticket = TicketFactory(open=True, category="otp_not_received")

    with pytest.raises(NotNeeded):
        ask(ticket, agent)

    assert ask(ticket, lead, because=None).reason == ""


def test_ticket_of_a_colleague_is_theirs(agent):
    ticket = restricted(assignee=AgentFactory(role="agent"))

    with pytest.raises(desk.NotYours):
        ask(ticket, agent)

    assert IdentityRequest.objects.count() == 0


def test_who_has_no_right_asks_for_nothing():
    with pytest.raises(NotNeeded):
        ask(restricted(), AgentFactory())


@pytest.mark.parametrize("state", ["closed", "spam"])
def test_ended_tickets_ask_for_nothing(lead, state):
    ticket = TicketFactory(closed=True) if state == "closed" else TicketFactory(status="spam")

    with pytest.raises(ForbiddenTransition):
        ask(ticket, lead)

    assert (IdentityRequest.objects.count(), ticket.messages.count()) == (0, 0)


def test_one_link_at_a_time(agent):
    ticket = restricted()
    first = ask(ticket, agent)

    with pytest.raises(AlreadyAsked):
        ask(ticket, agent)

    IdentityRequest.objects.update(
        created_at=timezone.now() - timedelta(days=4), expires_at=timezone.now() - timedelta(days=1)
    )
    second = ask(ticket, agent)
    first.refresh_from_db()
    assert (first.state, second.state) == (IdentityState.EXPIRED, IdentityState.OPEN)


def test_what_waits_for_a_decision_is_decided_first(agent):
    proof = ProofFactory(ticket=restricted())

    with pytest.raises(AlreadyAsked):
        ask(proof.ticket, agent)


def test_two_links_of_one_ticket_are_refused_by_the_database():
    first = IdentityRequestFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityRequestFactory(ticket=first.ticket)


def test_asking_has_an_end(settings, agent):
    settings.LINK_MAILS_PER_TICKET_DAY = 2
    ticket = restricted()
    for _ in range(2):
        asking.withdraw(ask(ticket, agent), by=agent)

    with pytest.raises(AskedTooOften):
        ask(ticket, agent)

    IdentityRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert ask(ticket, agent).is_open


def test_withdrawn_link_is_dead_and_what_has_not_gone_out_stays(agent, mailoutbox):
    ticket = restricted()
    asked = ask(ticket, agent)

    asking.withdraw(asked, by=agent)
    delivery.deliver(asked.message_id)

    asked.refresh_from_db()
    asked.message.refresh_from_db()
    assert (asked.state, asked.withdrawn_by) == (IdentityState.WITHDRAWN, agent)
    assert (asked.message.suppressed_because, mailoutbox) == ("withdrawn", [])
    assert ticket.events.last().kind == "identity_withdrawn"


def test_what_was_sent_is_withdrawn_by_nobody(agent):
    proof = ProofFactory()

    with pytest.raises(NotOpen):
        asking.withdraw(proof, by=agent)

    proof.refresh_from_db()
    assert proof.state == IdentityState.RECEIVED


NOW = timezone.now()


@pytest.mark.parametrize(
    "columns",
    [
        {"expires_at": NOW, "created_at": NOW},
        {"received": True, "withdrawn_at": NOW},
        {"decided_at": NOW, "decision": "match"},
        {"received": True, "decided_at": NOW},
        {"received": True, "decision": "match"},
        {"received": True, "delete_after_at": None},
        {"received": True, "discarded_at": NOW},
        {"delete_after_at": NOW},
    ],
)
def test_columns_that_belong_together_are_held(columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityRequestFactory(**columns)


def test_who_withdraws_has_withdrawn(agent):
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityRequestFactory(withdrawn_by=agent)
