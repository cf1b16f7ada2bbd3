"""A ticket as its status page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from tickets.addresses import Doubt, doubts_about
from tickets.intake import CAN_FAIL, OVER
from tickets.lifecycle import standing_answer
from tickets.models import Event, Message, Ticket
from tickets.models.event import EventKind
from tickets.models.message import Delivery, MessageKind
from tickets.models.ticket import Status
from tickets.moments import clock, in_words, signup_in_words
from tickets.web.timeline import Entry, timeline
from triage.advice import Advice
from triage.secrets import PLACEHOLDER

# Spam looks to its sender like a report that nobody has read yet.
STATES: dict[str, str] = {Status.SPAM: "received"}
CAN_CONFIRM = {Status.SELF_FIX, Status.OPEN, Status.PENDING}
MAILED: set[str] = {Delivery.QUEUED, Delivery.SENDING, Delivery.SENT}


@dataclass(frozen=True)
class ShownTicket:
    ticket: Ticket

    @property
    def state(self) -> str:
        return STATES.get(self.ticket.status, self.ticket.status)

    @property
    def is_waiting_for_triage(self) -> bool:
        return self.ticket.status == Status.NEW

    @property
    def is_over(self) -> bool:
        return self.ticket.status in OVER

    @property
    def can_confirm(self) -> bool:
        return self.ticket.status in CAN_CONFIRM

    @property
    def can_fail(self) -> bool:
        return self.ticket.status in CAN_FAIL

    @cached_property
    def messages(self) -> list[Message]:
        # Triage may have written between the reading of the ticket and this: its advice must
        # not stand under "we are looking at your report".
        if self.is_waiting_for_triage:
            return list(self.ticket.messages.filter(kind=MessageKind.REQUESTER))
        return list(self.ticket.messages.for_requester())

    @cached_property
    def moves(self) -> list[Event]:
        if self.is_waiting_for_triage:
            return []
        return list(self.ticket.events.filter(kind=EventKind.MOVED))

    @cached_property
    def entries(self) -> list[Entry]:
        return timeline(self.ticket, self.messages, self.moves)

    @property
    def has_masked(self) -> bool:
        """True when something the requester wrote stands here masked."""
        own = [message.body for message in self.messages if message.kind == MessageKind.REQUESTER]
        return any(PLACEHOLDER.search(text) for text in [self.ticket.description, *own])

    @cached_property
    def answer(self) -> Message | None:
        """What we said last, as long as it holds; then it stands in the history."""
        return standing_answer(self.messages, self.moves)

    @cached_property
    def advice(self) -> Advice | None:
        data = self.answer and self.answer.advice
        return Advice.from_json(data) if data else None

    @property
    def doubts(self) -> list[Doubt]:
        """Questions about the addresses, until the requester has written again or all is over."""
        has_written = any(message.kind == MessageKind.REQUESTER for message in self.messages)
        if has_written or self.ticket.is_finished:
            return []
        ticket = self.ticket
        return doubts_about(registered_email=ticket.registered_email, reply_email=ticket.reply_email)

    @cached_property
    def incident_note(self) -> str:
        """What leads tell everybody whose report comes from a disturbance, while it runs."""
        incident = self.ticket.incident
        if incident is None or not incident.is_running or self.ticket.is_finished:
            return ""
        return incident.public_note

    @property
    def wait_until(self) -> str:
        """The clock time the advice names, while it can still be waited for."""
        if not self.advice or not self.advice.wait_until or self.ticket.status != Status.SELF_FIX:
            return ""
        if self.advice.wait_until <= timezone.now():
            return ""
        return clock(self.advice.wait_until, zone=self.ticket.zone)

    @property
    def hold_until(self) -> str:
        until = self.ticket.hold_until
        return in_words(until, zone=self.ticket.zone) if until else ""

    @property
    def signed_up(self) -> str:
        return signup_in_words(self.ticket)

    @property
    def mail_is_out(self) -> bool:
        return self.answer is not None and self.answer.delivery in MAILED
