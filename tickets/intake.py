"""What a requester can do: report, say that it works or still fails, add to the report."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import timedelta

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from tickets import (
    digests,
    disk,
    joining,
    lifecycle,
    log_context,
    masking,
    meters,
    screening,
    screenshots,
    tasks,
)
from tickets.actors import REQUESTER, SYSTEM
from tickets.bells import ring
from tickets.fields import MAX_DEVICE
from tickets.models import Message, Screenshot, Ticket
from tickets.models.event import EventKind
from tickets.models.message import MessageKind
from tickets.models.sealed_secret import SecretSource
from tickets.models.ticket import Channel, Resolution, SignupPrecision, Status, Zone
from tickets.people import requester_key, wide_network_of
from tickets.submission import Attachment, Submission
from triage.report import DEVICE, RESENT, SPAM, WAITED

logger = logging.getLogger(__name__)

# What storing raises while the database or the disk is away, and when to try again (seconds).
AWAY = (OperationalError, InterfaceError, OSError)
RETRY_AFTER = 30
REPEAT_WINDOW = timedelta(minutes=10)
# "Masih gagal" brings these to the agents. Spam too: one press is what a real person needs.
CAN_FAIL = {Status.SELF_FIX, Status.PENDING, Status.RESOLVED, Status.SPAM}


class AlreadyAdded(Exception):
    """The same addition came a moment ago: a double click."""


class AlreadyOver(Exception):
    """The ticket, or the one it went into, is closed: what is added to it starts a new one."""


def submit_ticket(submission: Submission) -> Ticket:
    """Store the report and its screenshots in one transaction, then ring for triage.

    Returns the ticket that the submission's key already made, if it made one: double
    click, lost answer and retry all end at one ticket. Nothing waits for the broker.
    """
    # Before the transaction: a long text takes milliseconds, and SQLite lets one write at a time.
    description = masking.hide(submission.description)
    signs = screening.suspect_signs(submission)
    try:
        with _stored(submission.attachments) as paths, transaction.atomic():
            ticket = _create(submission, description, paths, signs=signs)
            transaction.on_commit(lambda: ring(tasks.triage_ticket, ticket.pk), robust=True)
    except IntegrityError:
        # The key is known. To look first would cost every report a query, and prove nothing:
        # the other one may be on its way in another process.
        existing = Ticket.objects.filter(submission_key=submission.key).first()
        if existing is None:
            raise
        return existing
    log_context.turn_to_ticket(ticket.reference)
    meters.count("kayasupport_reports_total", channel=str(ticket.channel))
    for sign in signs:
        meters.count("kayasupport_suspended_total", sign=sign)
    logger.info("ticket %s received by %s", ticket.reference, ticket.channel)
    return ticket


def confirm_fixed(ticket: Ticket) -> None:
    """The requester says that it works now; does nothing when the ticket is finished."""
    with transaction.atomic():
        ticket = lifecycle.lock(ticket)
        if not ticket.is_finished:
            lifecycle.resolve(ticket, resolution=Resolution.REQUESTER, by=REQUESTER)


def report_still_failing(ticket: Ticket) -> None:
    """The requester says that the fix failed: to the agents, a step up in priority.

    Of a merged ticket: the one that it went into.
    """
    with transaction.atomic():
        _ticket, heard = joining.lock_where_heard(ticket)
        if heard.status not in CAN_FAIL:
            return
        # In this order: what is promised to a ticket that comes back follows the priority it comes back with.
        lifecycle.raise_priority(heard)
        lifecycle.put_in_queue(heard, because="still_failing", by=REQUESTER)


def add_information(ticket: Ticket, *, body: str, attachments: Sequence[Attachment] = ()) -> Ticket:
    """Append what the requester writes; return the ticket that now carries it.

    A ticket that was held, waiting or resolved goes (back) to the agents: somebody who
    writes again wants to be read. So does the one that a merged ticket went into: the words
    stay with the ticket they were written to, and are read with the other one. A closed one is
    followed by a new, linked ticket. The same words and pictures once more within
    REPEAT_WINDOW are a double click, and change nothing.
    """
    if ticket.status == Status.CLOSED:
        return follow_up(ticket, body=body, attachments=attachments)
    try:
        with _stored(attachments) as paths, transaction.atomic():
            ticket, heard = joining.lock_where_heard(ticket)
            _add(ticket, heard=heard, body=body, attachments=attachments, paths=paths)
    except AlreadyAdded:
        return ticket
    except AlreadyOver:
        return follow_up(ticket, body=body, attachments=attachments)
    return ticket


def follow_up(ticket: Ticket, *, body: str, attachments: Sequence[Attachment] = ()) -> Ticket:
    """Open a new ticket for a person whose old one is closed, linked to it.

    Who writes the same on the old page once more, later, is heard on the ticket that followed.
    """
    digests = [attachment.inspected.sha256 for attachment in attachments]
    key = _key_after(ticket, [body, *digests])
    since = timezone.now() - REPEAT_WINDOW
    successor = Ticket.objects.filter(submission_key=key, created_at__lte=since).first()
    if successor:
        return add_information(successor, body=body, attachments=attachments)
    submission = Submission(
        key=key,
        follows=ticket,
        description=body,
        channel=Channel(ticket.channel),
        language=ticket.language,
        registered_email=ticket.registered_email,
        registered_phone=ticket.registered_phone,
        reply_email=ticket.reply_email,
        signup_precision=SignupPrecision(ticket.signup_precision),
        signed_up_at=ticket.signed_up_at,
        zone=Zone(ticket.zone),
        tried=ticket.tried,
        device=ticket.device,
        attachments=attachments,
        is_trusted=True,
    )
    return submit_ticket(submission)


def _add(
    ticket: Ticket, *, heard: Ticket, body: str, attachments: Sequence[Attachment], paths: Sequence[str]
) -> None:
    """Write the addition to a locked ticket, and bring the one where it is heard to the agents.

    Raises AlreadyOver or AlreadyAdded.
    """
    if heard.status == Status.CLOSED:
        raise AlreadyOver
    masked = masking.hide(body, known=lambda: masking.known_on(ticket))
    if _is_repeat(ticket, body=masked.text, attachments=attachments):
        raise AlreadyAdded
    message = Message.objects.create(
        ticket=ticket, kind=MessageKind.REQUESTER, language=ticket.language, body=masked.text
    )
    masked.keep(ticket, source=SecretSource.MESSAGE)
    _attach(ticket, attachments, paths, message=message)
    lifecycle.record(ticket, EventKind.INFORMED, by=REQUESTER, message=message.pk)
    if heard.status in {Status.SELF_FIX, Status.PENDING, Status.RESOLVED}:
        lifecycle.put_in_queue(heard, because="requester_wrote", by=REQUESTER)
    _ring_for_screenshots(ticket)


def _is_repeat(ticket: Ticket, *, body: str, attachments: Sequence[Attachment]) -> bool:
    since = timezone.now() - REPEAT_WINDOW
    last = ticket.messages.filter(kind=MessageKind.REQUESTER, body=body, created_at__gt=since).last()
    if last is None:
        return False
    before = last.screenshots.values_list("sha256", flat=True)
    return sorted(before) == sorted(attachment.inspected.sha256 for attachment in attachments)


def _key_after(ticket: Ticket, parts: Sequence[str]) -> uuid.UUID:
    """Return the key of what is written after a ticket's end.

    Keyed: by a plain digest, a code that is masked in the text could be found by trying them all.
    """
    content = "\0".join([str(ticket.submission_key), *parts])
    return uuid.UUID(hex=digests.digest_of(content, purpose="tickets.follow-up")[:32])


def _create(
    submission: Submission, description: masking.Masked, paths: Sequence[str], *, signs: Sequence[str]
) -> Ticket:
    ticket = Ticket.objects.create(
        submission_key=submission.key,
        description=description.text,
        situation=submission.situation,
        channel=submission.channel,
        language=submission.language,
        registered_email=submission.registered_email,
        registered_phone=submission.registered_phone,
        reply_email=submission.reply_email,
        requester_key=requester_key(
            email=submission.registered_email,
            phone=submission.registered_phone,
            reply_email=submission.reply_email,
        ),
        signup_precision=submission.signup_precision,
        signed_up_at=submission.signed_up_at,
        signup_claim=submission.signup_claim,
        zone=submission.zone,
        tried_waiting=WAITED in submission.tried,
        tried_spam=SPAM in submission.tried,
        tried_resend=RESENT in submission.tried,
        tried_device=DEVICE in submission.tried,
        device=masking.blot(submission.device, limit=MAX_DEVICE),
        user_agent=submission.user_agent[:400],
        ip_address=submission.ip_address,
        network=wide_network_of(submission.ip_address),
        follows=submission.follows,
    )
    description.keep(ticket, source=SecretSource.DESCRIPTION)
    _attach(ticket, submission.attachments, paths)
    said = {"platform_error": submission.platform_error} if submission.platform_error else {}
    lifecycle.record(ticket, EventKind.SUBMITTED, by=REQUESTER, channel=ticket.channel, **said)
    if signs:
        lifecycle.suspend(ticket, signs=signs, by=SYSTEM)
    return ticket


def _attach(
    ticket: Ticket,
    attachments: Sequence[Attachment],
    paths: Sequence[str],
    *,
    message: Message | None = None,
) -> None:
    Screenshot.objects.bulk_create(
        Screenshot(
            ticket=ticket,
            message=message,
            name=masking.blot(screenshots.safe_name(attachment.name), limit=screenshots.MAX_NAME),
            original_path=path,
            format=attachment.inspected.format,
            width=attachment.inspected.width,
            height=attachment.inspected.height,
            size=attachment.inspected.size,
            sha256=attachment.inspected.sha256,
        )
        for attachment, path in zip(attachments, paths, strict=True)
    )


def _ring_for_screenshots(ticket: Ticket) -> None:
    pks = [*ticket.screenshots.waiting().values_list("pk", flat=True)]
    transaction.on_commit(lambda: ring(tasks.clean_screenshot, *pks), robust=True)


def _stored(attachments: Sequence[Attachment]) -> AbstractContextManager[list[str]]:
    return disk.kept_with_rows(
        attachments,
        store=lambda each: screenshots.store(each.file, each.inspected),
        discard=screenshots.discard,
    )
