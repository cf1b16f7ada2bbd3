"""What an agent can do with a ticket; each verb is one transaction with one actor."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from tickets import capacity, lifecycle, linking, masking, meters, outbox, sealing, tasks
from tickets.actors import agent
from tickets.bells import ring
from tickets.fields import second_address
from tickets.models import Message, SealedSecret, Ticket
from tickets.models.event import EventKind
from tickets.models.message import MessageKind
from tickets.models.sealed_secret import SecretSource
from tickets.models.ticket import HoldThen, Resolution, Status
from triage import secrets
from triage.playbooks import playbooks
from triage.secrets.kinds import CARD, KK, NIK, TOKEN

SAME_LOOK = timedelta(minutes=5)
# Who somebody is and what they pay with: for leads. Codes, accounts and links: for every agent.
IDENTITY = frozenset({NIK, KK, CARD})


class AlreadyTaken(Exception):
    """Another agent has the ticket."""

    def __init__(self, ticket: Ticket):
        super().__init__(ticket.reference)
        self.ticket = ticket


class NotYours(Exception):
    """Another agent has the ticket, and working on the tickets of others is for leads."""

    def __init__(self, ticket: Ticket):
        super().__init__(ticket.reference)
        self.ticket = ticket


class UnknownCategory(Exception):
    """No playbook has this slug."""


class NoAddressLeft(Exception):
    """The ticket would have neither an e-mail address nor a phone number."""


class HoldsSecrets(Exception):
    """The reply would carry these kinds of secrets by mail."""

    def __init__(self, kinds: set[str]):
        super().__init__(", ".join(sorted(kinds)))
        self.kinds = kinds


def may_work(ticket: Ticket, *, by: User) -> bool:
    """True for one's own tickets, for nobody's, and for leads."""
    return ticket.assignee_id in (None, by.pk) or by.has_perm("tickets.assign_ticket")


def take(ticket: Ticket, *, by: User) -> None:
    """Make the agent the one who works the ticket.

    Raises AlreadyTaken when another is, and capacity.AtCapacity.
    """
    with transaction.atomic():
        capacity.take_turn(by)
        ticket = lifecycle.lock(ticket)
        if ticket.assignee_id and ticket.assignee_id != by.pk:
            raise AlreadyTaken(ticket)
        if ticket.assignee_id is None:
            if ticket.status == Status.OPEN:
                capacity.check_room(by)
            lifecycle.assign(ticket, to=by, by=agent(by))


def assign(ticket: Ticket, *, to: User | None, by: User) -> None:
    """Hand the ticket to somebody, or back to nobody."""
    with transaction.atomic():
        ticket = lock(ticket, by=by)
        if ticket.assignee != to:
            lifecycle.assign(ticket, to=to, by=agent(by))


def reply_and_wait(ticket: Ticket, *, body: str, by: User) -> Message:
    """Answer the requester and wait for them."""
    with transaction.atomic():
        ticket = lock(ticket, by=by)
        message = _reply(ticket, body=body, by=by)
        lifecycle.wait_for_requester(ticket, by=agent(by))
    return message


def reply_and_resolve(ticket: Ticket, *, body: str, by: User) -> Message:
    """Answer the requester and call the ticket resolved."""
    with transaction.atomic():
        ticket = lock(ticket, by=by)
        message = _reply(ticket, body=body, by=by)
        lifecycle.resolve(ticket, resolution=Resolution.AGENT, by=agent(by))
    return message


def add_note(ticket: Ticket, *, body: str, by: User) -> Message:
    """Write what only agents see; on a colleague's ticket too."""
    with transaction.atomic():
        ticket = lifecycle.lock(ticket)
        return write_note(ticket, body=body, by=by)


def categorise(ticket: Ticket, *, category: str, by: User) -> None:
    """Correct the category, or confirm it; the priority follows a new one. Raises UnknownCategory."""
    if category not in playbooks():
        raise UnknownCategory(category)
    with transaction.atomic():
        ticket = lock(ticket, by=by)
        if ticket.category != category or ticket.confidence is not None:
            is_new = ticket.category != category
            # Who was raised for coming back stays raised when triage was right.
            priority = playbooks()[category].priority if is_new else ticket.priority
            lifecycle.categorise(ticket, category=category, priority=priority, by=agent(by))


def set_reply_address(ticket: Ticket, *, address: str, by: User) -> None:
    """Send what is said to the requester to another address of theirs, checked by the caller.

    For one that mail came back from. Raises NoAddressLeft when that would leave none to reach them by.
    """
    with transaction.atomic():
        ticket = lock(ticket, by=by)
        address = second_address(address, registered_email=ticket.registered_email)
        if not (address or ticket.contact):
            raise NoAddressLeft
        lifecycle.set_reply_address(ticket, address=address, by=agent(by))
        linking.leave_traces(ticket)


def hold(ticket: Ticket, *, until: datetime, by: User) -> None:
    """Give the requester time to try the fix; the ticket comes back to the queue at `until`."""
    with transaction.atomic():
        ticket = lock(ticket, by=by)
        lifecycle.hold(ticket, until=until, then=HoldThen.QUEUE, by=agent(by))


def resolve(ticket: Ticket, *, by: User) -> None:
    """Call the ticket resolved without writing to the requester."""
    with transaction.atomic():
        ticket = lock(ticket, by=by)
        lifecycle.resolve(ticket, resolution=Resolution.AGENT, by=agent(by))


def reopen(ticket: Ticket, *, by: User) -> None:
    """Bring a held, waiting, resolved or spam ticket (back) into the queue."""
    with transaction.atomic():
        ticket = lock(ticket, by=by)
        lifecycle.put_in_queue(ticket, because="agent", by=agent(by))


def release(ticket: Ticket, *, by: User) -> None:
    """Say of a suspended report that it is no spam: it goes on as if it had just come."""
    with transaction.atomic():
        ticket = lock(ticket, by=by)
        lifecycle.release(ticket, by=agent(by))
        transaction.on_commit(lambda: ring(tasks.triage_ticket, ticket.pk), robust=True)
    meters.count("kayasupport_suspended_ended_total", outcome="no_spam")


def mark_spam(ticket: Ticket, *, by: User) -> None:
    with transaction.atomic():
        ticket = lock(ticket, by=by)
        was_suspended = ticket.status == Status.SUSPENDED
        lifecycle.mark_spam(ticket, because="agent", by=agent(by))
    if was_suspended:
        meters.count("kayasupport_suspended_ended_total", outcome="spam")


def record_view(ticket: Ticket, *, screenshot_pk: int, by: User) -> None:
    """Note in the history that an agent looked at a screenshot: it may show an identity card.

    Looks of one agent within SAME_LOOK are one: thumbnail, zoom and reload are not news, and
    would bury what else happened.
    """
    since = timezone.now() - SAME_LOOK
    looks = ticket.events.filter(kind=EventKind.SCREENSHOT_VIEWED, actor=by, created_at__gt=since)
    if looks.filter(data__screenshot=screenshot_pk).exists():
        return
    lifecycle.record(ticket, EventKind.SCREENSHOT_VIEWED, by=agent(by), screenshot=screenshot_pk)


def may_reveal(secret: SealedSecret, *, by: User) -> bool:
    """True for who may have this kind shown; whether the ticket is theirs, `reveal` asks."""
    right = "tickets.reveal_identity" if secret.kind in IDENTITY else "tickets.reveal_secret"
    return by.has_perm(right)


def reveal(secret: SealedSecret, *, because: str, words: str, by: User) -> str:
    """Return what was masked, and write into the history that this agent saw it, and why.

    `because` is a code; `words` become a note. Raises NotYours, and sealing.Unreadable; then
    nothing was seen and nothing is written.
    """
    with transaction.atomic():
        ticket = lock(secret.ticket, by=by)
        value = sealing.unseal(bytes(secret.sealed))
        note = write_note(ticket, body=words, by=by) if words else None
        lifecycle.record(
            ticket,
            EventKind.SECRET_REVEALED,
            by=agent(by),
            number=secret.number,
            secret=secret.kind,
            because=because,
            note=note.pk if note else None,
        )
    return value


def write_note(ticket: Ticket, *, body: str, by: User) -> Message:
    """Write a note to a locked ticket; a secret typed into it is masked as everywhere."""
    body = masking.mask(ticket, body, source=SecretSource.NOTE)
    message = Message.objects.create(
        ticket=ticket, kind=MessageKind.NOTE, author=by, language=ticket.language, body=body
    )
    lifecycle.record(ticket, EventKind.NOTED, by=agent(by), message=message.pk)
    return message


def lock(ticket: Ticket, *, by: User) -> Ticket:
    """Lock the row for its agent; raises NotYours. Checked under the lock: it may just have been taken."""
    ticket = lifecycle.lock(ticket)
    if not may_work(ticket, by=by):
        raise NotYours(ticket)
    return ticket


def _reply(ticket: Ticket, *, body: str, by: User) -> Message:
    refuse_secrets(body)
    message = outbox.queue_reply(ticket, body=body, author=by)
    answered(ticket, message, by=by)
    return message


def answered(ticket: Ticket, message: Message, *, by: User) -> None:
    """Write down that an agent has answered a locked ticket with this message, and send it on its way."""
    lifecycle.note_agent_reply(ticket)
    if ticket.assignee_id is None:
        # Who answers has the ticket: the next words of the requester come to them.
        lifecycle.assign(ticket, to=by, by=agent(by))
    lifecycle.record(ticket, EventKind.REPLIED, by=agent(by), message=message.pk)
    if message.is_on_its_way:
        transaction.on_commit(lambda: ring(tasks.deliver_message, message.pk), robust=True)


def refuse_secrets(body: str) -> None:
    """Raise HoldsSecrets for what must not go by mail. Links may: a new one is sent by hand."""
    kinds = {secret.kind for secret in secrets.find(body)} - {TOKEN}
    if kinds:
        raise HoldsSecrets(kinds)
