"""An agent asks a requester for proof of identity, or takes that back."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tickets import desk, lifecycle, mail_caps, outbox
from tickets.actors import agent
from tickets.models import IdentityRequest, Message, Ticket
from tickets.models.event import EventKind
from tickets.models.identity import IdentityReason
from tickets.models.message import IDENTITY, Delivery, MessageKind
from tickets.moments import in_words

ASK, SEE = "tickets.ask_identity", "tickets.see_identity"
# The only category whose work needs to know who somebody is; see docs/adr/0030.
CATEGORY = "account_restricted"


class NotNeeded(Exception):
    """Nothing about this ticket needs proof of identity; a lead may ask all the same."""


class AlreadyAsked(Exception):
    """The requester has a link that works, or has sent what nobody has decided about yet."""


class AskedTooOften(Exception):
    """No more mails with such a link for now."""


class NotOpen(Exception):
    """The link does not work (any more)."""


def may_ask(ticket: Ticket, *, by: User) -> bool:
    """True for agents where the account is restricted, for leads always; whose ticket it is, `ask` sees."""
    return by.has_perm(SEE) or (by.has_perm(ASK) and ticket.category == CATEGORY)


def ask(ticket: Ticket, *, because: IdentityReason | None, by: User) -> IdentityRequest:
    """Send the requester a link for their proof, and wait for them.

    Raises desk.NotYours, NotNeeded, AlreadyAsked, AskedTooOften, and lifecycle.ForbiddenTransition.
    """
    with transaction.atomic():
        ticket = desk.lock(ticket, by=by)
        if not may_ask(ticket, by=by):
            raise NotNeeded
        _make_room(ticket)
        now = timezone.now()
        asked = IdentityRequest.objects.create(
            ticket=ticket,
            reason=because or "",
            asked_by=by,
            created_at=now,
            expires_at=now + settings.IDENTITY_LINK_AGE,
        )
        asked.message = _write(asked, by=by)
        asked.save(update_fields=["message"])
        desk.answered(ticket, asked.message, by=by)
        lifecycle.record(
            ticket, EventKind.IDENTITY_ASKED, by=agent(by), request=asked.pk, because=asked.reason
        )
        lifecycle.wait_for_requester(ticket, by=agent(by))
    return asked


def withdraw(asked: IdentityRequest, *, by: User) -> None:
    """Let the link work no more; raises desk.NotYours, and NotOpen when something was sent meanwhile."""
    with transaction.atomic():
        ticket = desk.lock(asked.ticket, by=by)
        mine = IdentityRequest.objects.open().filter(pk=asked.pk)
        if not mine.update(withdrawn_at=timezone.now(), withdrawn_by=by):
            raise NotOpen
        # What has not gone out yet need not: its link is dead.
        queued = Message.objects.filter(identity_request=asked, delivery=Delivery.QUEUED)
        queued.update(delivery=Delivery.SUPPRESSED, suppressed_because="withdrawn")
        lifecycle.record(ticket, EventKind.IDENTITY_WITHDRAWN, by=agent(by), request=asked.pk)


def _make_room(ticket: Ticket) -> None:
    """One link per ticket works at a time, and a new one only once that is dead and all is decided."""
    for before in IdentityRequest.objects.unused().filter(ticket=ticket):
        if before.is_open:
            raise AlreadyAsked
        before.withdrawn_at = timezone.now()  # and expired all the same: see its state
        before.save(update_fields=["withdrawn_at"])
    if IdentityRequest.objects.to_decide().filter(ticket=ticket).exists():
        raise AlreadyAsked
    day = timezone.now() - timedelta(days=1)
    lately = IdentityRequest.objects.filter(ticket=ticket, created_at__gt=day)
    if lately.count() >= settings.LINK_MAILS_PER_TICKET_DAY:
        raise AskedTooOften


def _write(asked: IdentityRequest, *, by: User) -> Message:
    """The message: nothing in it was typed by anybody, and no link; the mail gets that when it goes out."""
    ticket = asked.ticket
    with translation.override(ticket.language):
        subject = _("We need proof of your identity")
        until = in_words(asked.expires_at, zone=ticket.zone)
        body = render_to_string("tickets/mail/identity.txt", {"asked": asked, "until": until}).strip()
    return outbox.create(
        ticket,
        kind=MessageKind.REPLY,
        author=by,
        purpose=f"{IDENTITY}:{asked.pk}",
        subject=subject,
        body=body,
        suppressed_because=mail_caps.unreachable_because(ticket.mail_address),
    )
