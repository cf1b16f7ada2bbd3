"""One person's data in their hands: a ZIP of readable JSON, cleaned screenshots and mails as text.

What stands in it, and what does not and why, is in docs/privacy.md: masked secrets stay masked, agents
have no names, and what only another person may know is left out.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Prefetch, Q
from django.utils import timezone

from tickets import identity_links, lifecycle, links, screenshots
from tickets.actors import SYSTEM, agent
from tickets.mail.outgoing import compose_mail
from tickets.models import (
    Assessment,
    Event,
    IdentityRequest,
    IncomingMail,
    Message,
    Screenshot,
    SealedSecret,
    Ticket,
)
from tickets.models.event import EventKind
from tickets.models.message import MessageKind
from tickets.models.screenshot import ScreenshotState
from tickets.privacy import deletion, person
from tickets.privacy.identifiers import Identifier

FORMAT = 1  # of the JSON; another number when a field changes its meaning
NAME = "data.json"
# Who wrote, in words that name no colleague.
WRITERS = {
    MessageKind.REQUESTER: "you",
    MessageKind.AUTO_REPLY: "automatic",
    MessageKind.REPLY: "support",
    MessageKind.NOTE: "support",
}


class NothingKept(Exception):
    """There is nothing about this person."""


def write(identifier: Identifier, *, to: IO[bytes], by: User | None) -> int:
    """Write the person's data as a ZIP and return of how many tickets; `by` is None for the command line.

    That it was taken, and by whom, stands in the history of each ticket. Raises NothingKept.
    """
    pks = [each.ticket.pk for each in person.tickets_of(identifier)]
    content = _content(identifier, pks)
    if not (pks or content["mails"] or content["not_mailed"]):
        raise NothingKept
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, json.dumps(content, ensure_ascii=False, indent=2, default=str))
        for ticket in _tickets(pks):
            _add_pictures(archive, ticket)
            _add_mails(archive, ticket, identifier)
    for pk in pks:
        with transaction.atomic():
            for there in Ticket.objects.select_for_update().filter(pk=pk):
                lifecycle.record(there, EventKind.EXPORTED, by=agent(by) if by else SYSTEM)
    return len(pks)


def _tickets(pks: list[int]) -> Iterator[Ticket]:
    parts = (
        Prefetch("messages", Message.objects.order_by("pk")),
        Prefetch("screenshots", Screenshot.objects.select_related("reading").order_by("pk")),
        Prefetch("assessments", Assessment.objects.order_by("pk")),
        Prefetch("events", Event.objects.order_by("pk")),
        Prefetch("identity_requests", IdentityRequest.objects.order_by("pk").prefetch_related("files")),
        Prefetch("secrets", SealedSecret.objects.order_by("number").defer("sealed")),
        "merged_into",
        "follows",
    )
    return Ticket.objects.filter(pk__in=pks).order_by("pk").prefetch_related(*parts).iterator(chunk_size=50)


def _content(identifier: Identifier, pks: list[int]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "about": identifier.value,
        "service": settings.BRAND_NAME,
        "made_at": timezone.now(),
        "tickets": [_ticket(ticket, identifier) for ticket in _tickets(pks)],
        "mails": list(
            IncomingMail.objects.filter(
                Q(pk__in=person.mails_of(identifier).values("pk")) | deletion.of_mail(pks)
            )
            .order_by("pk")
            .values("received_at", "state", "reason", "size", "message_id", "ticket__reference")
        ),
        "not_mailed": list(
            person.suppressed_of(identifier)
            .order_by("pk")
            .values("reason", "status", "created_at", "lifted_at")
        ),
    }


def _ticket(ticket: Ticket, identifier: Identifier) -> dict[str, Any]:
    columns = ("reference", "channel", "language", "status", "category", "confidence", "resolution")
    moments = ("created_at", "signed_up_at", "first_auto_reply_at", "first_agent_reply_at", "resolved_at")
    return {
        **{name: getattr(ticket, name) for name in columns},
        "priority": ticket.get_priority_display(),
        **{name: getattr(ticket, name) for name in (*moments, "closed_at")},
        "registered_email": ticket.registered_email,
        "registered_phone": ticket.registered_phone,
        "signup_precision": ticket.signup_precision,
        "zone": ticket.zone,
        "tried": sorted(ticket.tried),
        **_of_writer(ticket, identifier),
        "description": ticket.description,
        "follows": ticket.follows.reference if ticket.follows else None,
        "merged_into": ticket.merged_into.reference if ticket.merged_into else None,
        "messages": [_message(each, identifier) for each in ticket.messages.all()],
        "screenshots": [_screenshot(each) for each in ticket.screenshots.all()],
        "proofs_of_identity": [_proof(each) for each in ticket.identity_requests.all()],
        "masked": [{"number": each.number, "kind": each.kind} for each in ticket.secrets.all()],
        "assessments": [_assessment(each) for each in ticket.assessments.all()],
        "history": [{"at": each.created_at, "what": each.kind} for each in ticket.events.all()],
    }


def _of_writer(ticket: Ticket, identifier: Identifier) -> dict[str, Any]:
    """Whence and with what somebody wrote: not for the owner of an address that somebody else named."""
    if ticket.reply_email and not identifier.is_in(ticket.reply_email):
        return {"left_out": ["reply_email", "device", "user_agent", "ip_address"]}
    names = ("reply_email", "device", "user_agent", "ip_address")
    return {**{name: getattr(ticket, name) for name in names}, "left_out": []}


def _message(message: Message, identifier: Identifier) -> dict[str, Any]:
    columns = ("kind", "language", "subject", "body", "created_at", "delivery", "sent_at", "delivered_at")
    return {
        **{name: getattr(message, name) for name in (*columns, "failed_at", "bounce_status")},
        "by": WRITERS[MessageKind(message.kind)],
        "is_internal": message.kind == MessageKind.NOTE,
        "recipient": message.recipient if identifier.is_in(message.recipient) else "",
    }


def _screenshot(screenshot: Screenshot) -> dict[str, Any]:
    reading = getattr(screenshot, "reading", None)
    return {
        "file": _picture_name(screenshot) if screenshot.state == ScreenshotState.CLEAN else None,
        "name": screenshot.name,
        "created_at": screenshot.created_at,
        "text": reading.text if reading else "",
    }


def _proof(asked: IdentityRequest) -> dict[str, Any]:
    """What was asked for and decided. The pictures stay out: the person has the card."""
    columns = ("reason", "expires_at", "used_at", "withdrawn_at", "decision", "decided_at", "discarded_at")
    return {
        "asked_at": asked.created_at,
        **{name: getattr(asked, name) for name in columns},
        "pictures": len(asked.files.all()),
        "deletes_at": asked.deletes_at,
    }


def _assessment(assessment: Assessment) -> dict[str, Any]:
    columns = ("category", "confidence", "abstained", "route", "guesses", "facts", "reasons", "created_at")
    return {name: getattr(assessment, name) for name in columns}


def _picture_name(screenshot: Screenshot) -> str:
    return f"screenshots/{screenshot.public_id}.{'png' if screenshot.format == 'png' else 'jpg'}"


def _add_pictures(archive: zipfile.ZipFile, ticket: Ticket) -> None:
    for screenshot in ticket.screenshots.all():
        if screenshot.state == ScreenshotState.CLEAN:
            path = screenshots.path_of(screenshot.clean_path)
            if path.is_file():  # else retention was quicker
                archive.write(path, _picture_name(screenshot), zipfile.ZIP_STORED)


def _add_mails(archive: zipfile.ZipFile, ticket: Ticket, identifier: Identifier) -> None:
    """What went to the person, as text; the links to status pages are hidden, as agents see them."""
    for message in ticket.messages.all():
        if message.delivery and identifier.is_in(message.recipient):
            mail = compose_mail(
                message,
                link=links.masked_url(ticket),
                identity_link=identity_links.masked_url_in(message),
            )
            head = f"To: {message.recipient}\nDate: {message.created_at:%Y-%m-%d %H:%M:%S %Z}\n"
            text = f"{head}Subject: {mail.subject}\n\n{mail.body}"
            archive.writestr(f"mails/{ticket.reference}-{message.pk}.txt", text)
