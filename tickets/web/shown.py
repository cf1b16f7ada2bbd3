"""A ticket as its status page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.utils import timezone

from tickets import after_merge, waits
from tickets.addresses import Doubt, doubts_about
from tickets.bounces import Undelivered, undelivered_of
from tickets.identity_links import path_of
from tickets.intake import CAN_FAIL
from tickets.missing import missing_from
from tickets.models import Event, Message, Ticket
from tickets.models.event import EventKind
from tickets.models.message import ADVICE_ELSEWHERE, IDENTITY, MERGED_NOTICE, Delivery, MessageKind
from tickets.models.ticket import Channel, Status
from tickets.moments import clock, in_words, signup_in_words
from tickets.standing import standing_answer
from tickets.web.progress import Step, progress
from tickets.web.timeline import OF_IDENTITY, Entry, timeline
from triage.advice import Advice
from triage.secrets import PLACEHOLDER

# Spam looks to its sender like a report that nobody has read yet.
STATES: dict[str, str] = {Status.SPAM: "received"}
CAN_CONFIRM = {Status.SELF_FIX, Status.OPEN, Status.PENDING}
# For so long, whoever comes to the page has most likely just sent the report from this window.
JUST_MADE = timedelta(minutes=10)
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
    def is_merged(self) -> bool:
        return self.ticket.status == Status.MERGED

    @cached_property
    def heard(self) -> Ticket:
        """The ticket on which our staff hears what is said here: this one, or the one it went into."""
        return self.ticket.merged_into or self.ticket

    @cached_property
    def steps(self) -> list[Step]:
        return progress(self.ticket, heard=self.heard, state=self.state)

    @property
    def waits_long(self) -> bool:
        """Longer than nearly everybody lately, with our staff there."""
        usual = waits.usual()
        if usual is None or self.ticket.first_agent_reply_at or waits.back_at():
            return False
        return timezone.now() - self.ticket.created_at > usual.most

    @property
    def is_just_made(self) -> bool:
        return timezone.now() - self.ticket.created_at < JUST_MADE

    @property
    def is_over(self) -> bool:
        return self.heard.status == Status.CLOSED

    @property
    def can_confirm(self) -> bool:
        return self.ticket.status in CAN_CONFIRM

    @property
    def can_fail(self) -> bool:
        return self.heard.status in CAN_FAIL

    @property
    def shares_mailbox(self) -> bool:
        return after_merge.shares_mailbox(self.ticket)

    @property
    def shares_account(self) -> bool:
        return after_merge.shares_account(self.ticket)

    @property
    def link_is_mailed(self) -> bool:
        """The mail that leads on to the other report's page went to this requester's mailbox."""
        notice = self.ticket.messages.filter(purpose=MERGED_NOTICE, delivery__in=MAILED)
        return self.shares_mailbox and notice.exists()

    @cached_property
    def messages(self) -> list[Message]:
        # Triage may have written between the reading of the ticket and this: its advice must
        # not stand under "we are looking at your report".
        if self.is_waiting_for_triage:
            return list(self.ticket.messages.filter(kind=MessageKind.REQUESTER))
        return [*self.ticket.messages.for_requester(), *self.answers_elsewhere]

    @cached_property
    def answers_elsewhere(self) -> list[Message]:
        """What our staff answered on the ticket that this one went into, as far as it may be read here."""
        return list(after_merge.answers_since(self.ticket)) if self.is_merged else []

    @cached_property
    def moves(self) -> list[Event]:
        if self.is_waiting_for_triage:
            return []
        return [event for event in self._events if event.kind == EventKind.MOVED]

    @cached_property
    def entries(self) -> list[Entry]:
        of_identity = [event for event in self._events if event.kind in OF_IDENTITY]
        return timeline(self.ticket, self.messages, [*self.moves, *self._refusals, *of_identity])

    @property
    def _refusals(self) -> list[Event]:
        """What of a mail we did not take: a report by the form, too, may be answered by mail."""
        if self.is_waiting_for_triage and self.ticket.channel != Channel.EMAIL:
            return []
        return [event for event in self._events if event.kind == EventKind.ATTACHMENTS_REFUSED]

    @cached_property
    def _events(self) -> list[Event]:
        kinds = [EventKind.MOVED, EventKind.ATTACHMENTS_REFUSED, EventKind.IDENTITY_ASKED, *OF_IDENTITY]
        return list(self.ticket.events.filter(kind__in=kinds))

    @property
    def has_masked(self) -> bool:
        """True when something the requester wrote stands here masked."""
        own = [message.body for message in self.messages if message.kind == MessageKind.REQUESTER]
        return any(PLACEHOLDER.search(text) for text in [self.ticket.description, *own])

    @cached_property
    def answer(self) -> Message | None:
        """What we said last, as long as it holds; then it stands in the history."""
        if self.is_merged:
            return self.answers_elsewhere[-1] if self.answers_elsewhere else None
        answer = standing_answer(self.messages, self.moves)
        return None if answer and self._has_done_what_it_asks(answer) else answer

    def _has_done_what_it_asks(self, answer: Message) -> bool:
        """Nobody who has sent proof of identity is asked for it again."""
        return answer.topic == IDENTITY and any(
            event.kind == EventKind.IDENTITY_RECEIVED and event.created_at > answer.created_at
            for event in self._events
        )

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

    @property
    def undelivered(self) -> list[Undelivered]:
        """Addresses our mail came back from, until the requester has written since or all is over."""
        if self.ticket.is_finished:
            return []
        heard = [message.created_at for message in self.messages if message.kind == MessageKind.REQUESTER]
        since = max(heard, default=None)
        mailed = [
            each
            for each in self.messages
            if since is None or each.failed_at is None or each.failed_at > since
        ]
        return undelivered_of(mailed)

    @cached_property
    def proof_path(self) -> str:
        """Where proof of identity is sent, while our staff waits for it."""
        if self.is_over or not any(event.kind == EventKind.IDENTITY_ASKED for event in self._events):
            return ""
        asked = self.ticket.identity_requests.open().first()
        return path_of(asked) if asked else ""

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

    @cached_property
    def is_incomplete(self) -> bool:
        """The requester can still tell us what a mail did not."""
        return bool(missing_from(self.ticket))

    @property
    def signed_up(self) -> str:
        return signup_in_words(self.ticket)

    @property
    def mail_is_out(self) -> bool:
        if self.answer is None or self.answer.delivery not in MAILED:
            return False
        return self.answer.ticket_id == self.ticket.pk or self.shares_mailbox

    @property
    def went_elsewhere(self) -> bool:
        """The advice came back, and went to the report's other address."""
        if self.answer is None or not self.answer.has_bounced:
            return False
        return self.ticket.messages.filter(purpose=ADVICE_ELSEWHERE, delivery__in=MAILED).exists()
