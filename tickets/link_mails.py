"""Mails that carry the link to a ticket's page: to an address of the ticket, or to one that its holder named.

Nothing that anybody typed goes into them (docs/adr/0025).
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tickets import digests, lifecycle, mail_caps, outbox
from tickets.actors import REQUESTER
from tickets.mail_caps import Cap
from tickets.models import LinkRequest, Message, Ticket
from tickets.models.event import EventKind
from tickets.models.message import LINK_AGAIN, LINK_ELSEWHERE, MessageKind
from tickets.models.ticket import Status
from tickets.models.ticket_choices import NO_REPORT
from tickets.people import mailbox_key
from tickets.suppression import key_of

# The caps that say nothing of the address: who is stopped by one may be told. By all others, an answer
# would tell whether an address is known to us.
SPOKEN = {"ip_hour", "network_hour", "everyone_hour"}


class TooManyLinks(Exception):
    """No more mail with the link of this ticket for now, to whatever address."""


def queue_elsewhere(ticket: Ticket, *, to: str) -> Message:
    """Send the link of a locked ticket to the address that the holder of its page named.

    Raises TooManyLinks. Otherwise what the requester is told is the same, also when the address is not
    mailed for a reason of its own; the row says so to agents. To press twice is one mail.
    """
    caps = mail_caps.caps_of_form(ticket, to=to)
    before = _of_this_hour(ticket, LINK_ELSEWHERE, to)
    if before:
        return before
    spoken = [_cap_of_ticket(ticket, LINK_ELSEWHERE), *(cap for cap in caps if cap[0] in SPOKEN)]
    if ticket.status in NO_REPORT or mail_caps.broken(spoken):
        raise TooManyLinks
    return _queue(ticket, LINK_ELSEWHERE, to=to, suppressed_because=mail_caps.withheld_because(to, caps=caps))


def answer(pk: int) -> Message | None:
    """Answer one request for a link: by mail, if the ticket has that address; else by nothing."""
    request = LinkRequest.objects.claim(pk)
    if request is None:
        return None
    with transaction.atomic():
        message = None if request.is_worn_out else _answer(request)
        request.delete()
    return message


def digest_of(address: str) -> str:
    """Return what an address is recognised by, without keeping it."""
    return digests.digest_of(key_of(address), purpose="tickets.link-request")[:32]


def _answer(request: LinkRequest) -> Message | None:
    ticket = Ticket.objects.select_for_update().filter(reference=request.reference).first()
    if ticket is None or ticket.status == Status.SPAM:
        return None
    # As the ticket has it, never as it was typed.
    own = [each for each in (ticket.reply_email, ticket.registered_email) if each]
    to = next((each for each in own if digest_of(each) == request.address_digest), "")
    if not to or _of_this_hour(ticket, LINK_AGAIN, to):
        return None
    if mail_caps.broken([_cap_of_ticket(ticket, LINK_AGAIN)]):
        return None
    # Not the hour of a form: who asks has mostly had the mail of their report within it.
    because = mail_caps.withheld_because(to, caps=mail_caps.caps_of_all(to))
    return _queue(ticket, LINK_AGAIN, to=to, suppressed_because=because)


def _queue(ticket: Ticket, topic: str, *, to: str, suppressed_because: str) -> Message:
    with translation.override(ticket.language):
        message = outbox.create(
            ticket,
            to=to,
            kind=MessageKind.AUTO_REPLY,
            purpose=_purpose(topic, to),
            subject=_("The link to your report") if topic == LINK_AGAIN else _("The link to a report"),
            body=render_to_string(f"tickets/mail/{topic}.txt", {"ticket": ticket}).strip(),
            suppressed_because=suppressed_because,
        )
    lifecycle.record(ticket, EventKind.LINK_MAILED, by=REQUESTER, message=message.pk)
    return message


def _of_this_hour(ticket: Ticket, topic: str, to: str) -> Message | None:
    return ticket.messages.filter(purpose=_purpose(topic, to)).first()


def _purpose(topic: str, to: str) -> str:
    said = f"{mailbox_key(to)}\0{timezone.now():%Y-%m-%d %H}"
    return f"{topic}:{digests.digest_of(said, purpose='tickets.link-mail')[:12]}"


def _cap_of_ticket(ticket: Ticket, topic: str) -> Cap:
    day = timezone.now() - timedelta(days=1)
    # Also those that were not mailed: how many are left must not depend on the address.
    of_topic = ticket.messages.filter(purpose__startswith=f"{topic}:", created_at__gt=day)
    return "ticket_day", of_topic, settings.LINK_MAILS_PER_TICKET_DAY
