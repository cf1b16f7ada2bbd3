"""Claimed mail becomes a ticket, an addition to one, or is kept: what it is decides, not who asks."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tickets import bounces, fields, intake, joining, lifecycle, meters, shared_clock
from tickets.actors import REQUESTER, SYSTEM
from tickets.mail import answering, attached, automatic, parsing, sealed_mail, threads
from tickets.mail.attached import Taken
from tickets.mail.parsing import Parsed
from tickets.models import IncomingMail, Message, Ticket
from tickets.models.event import EventKind
from tickets.models.incoming_mail import BY_HAND, MailState
from tickets.models.message import MessageKind
from tickets.models.ticket import Channel, Status
from tickets.people import mailbox_key
from tickets.submission import Submission
from triage.language import guess_language

logger = logging.getLogger(__name__)

RETRY_AFTER = timedelta(seconds=10)
# How an answer is marked in a subject, in the languages of the mail programs here.
MARKS = re.compile(
    r"^\s*(?:(?:re|bls|balas|fw|fwd|trs|terusan)\s*(?:\[\d+\])?\s*:\s*|\[KS-[0-9A-Z-]{9}\]\s*)+",
    re.IGNORECASE,
)
OTHER_SENDER = "other_sender"


@dataclass(frozen=True)
class Letter:
    """A person's mail, ready to be filed."""

    sender: str  # as fields.clean_email returns it
    text: str
    language: str
    taken: Taken
    unanswered_because: str = ""


def file_mail(pk: int) -> None:
    """File one mail if it is there to be claimed. What cannot be filed is never lost: it needs attention."""
    mail = IncomingMail.objects.claim(pk)
    if mail is None:
        return
    if mail.is_worn_out:
        _end(mail, state=MailState.UNREADABLE, reason="gave_up")
        return
    try:
        _file(mail)
    except sealed_mail.Gone:
        _end(mail, state=MailState.UNREADABLE, reason="gone")
    except Exception:
        # Whatever it was, the mail must not be lost for it: back in line, and counted.
        logger.exception("mail %s could not be filed, attempt %s", mail.pk, mail.attempts)
        later = shared_clock.now() + RETRY_AFTER * mail.attempts
        _mine(mail).update(lease_until=later)


def _file(mail: IncomingMail) -> None:
    raw = sealed_mail.read_raw(mail)
    parsed = parsing.parse(raw)
    _note_sender(mail, parsed)
    told = ""
    if mail.reason != BY_HAND:
        returned = bounces.take_report(raw, to=parsed.recipients[: threads.MAX_ADDRESSES])
        if returned:
            _keep_returned(mail, parsed, returned)
            return
        told = automatic.reason_of(parsed, ours=_ours(parsed))
    if told and told != automatic.NO_REPLY_WANTED:
        _keep_automatic(mail, parsed, reason=told)
        return
    sender = _sender(parsed)
    if parsed.problem or not sender:
        _end(mail, state=MailState.UNREADABLE, reason=parsed.problem or "no_sender")
        return
    thread = threads.thread_of(parsed)
    is_heard = thread is not None and thread.is_from(sender)
    letter = _letter(parsed, sender=sender, told=told, is_answer=is_heard)
    if not letter.text and not letter.taken.attachments:
        _end(mail, state=MailState.KEPT, reason="empty")
    elif thread and is_heard:
        _append(mail, letter, thread.ticket, how=thread.how)
    elif thread and thread.is_proved:
        _start_beside(mail, letter, thread.ticket)
    else:
        _start(mail, letter)


def _keep_returned(mail: IncomingMail, parsed: Parsed, returned: Message) -> None:
    """Keep what came back to a return path of ours, or with a mail of ours in it."""
    _end(
        mail,
        state=MailState.KEPT,
        reason=automatic.BOUNCE,
        is_automatic=True,
        status_code=parsed.status_code,
        ticket=returned.ticket,
        linked_message=returned,
    )


def _keep_automatic(mail: IncomingMail, parsed: Parsed, *, reason: str) -> None:
    """Keep what a machine sent; of a bounce, with the message of ours that came back."""
    thread = threads.by_answers(parsed)
    _end(
        mail,
        state=MailState.KEPT,
        reason=reason,
        is_automatic=True,
        status_code=parsed.status_code if reason == automatic.BOUNCE else "",
        ticket=thread.ticket if thread else None,
        linked_message=thread.message if thread else None,
    )


def _append(mail: IncomingMail, letter: Letter, ticket: Ticket, *, how: str) -> None:
    """Add to the ticket that its own requester answers; in one transaction, so that it is there once."""
    with transaction.atomic():
        body = letter.text or _without_text(letter.language)
        carrier = intake.add_information(ticket, body=body, attachments=letter.taken.attachments)
        _tell_refused(carrier, letter.taken)
        message = carrier.messages.filter(kind=MessageKind.REQUESTER).last()
        outcome = {"reason": how, "unanswered_because": letter.unanswered_because}
        if not _end(mail, state=MailState.FILED, ticket=carrier, linked_message=message, **outcome):
            transaction.set_rollback(True)  # another worker has added it


def _start(mail: IncomingMail, letter: Letter) -> None:
    """Make a new ticket of it, once: its key is the mail's."""
    # Before the ticket: triage may be quicker than we are.
    because = letter.unanswered_because or answering.cap_reached(
        digest=mail.sender_digest, domain=mail.from_domain
    )
    _mine(mail).update(unanswered_because=because)
    ticket = intake.submit_ticket(_submission(mail, letter))
    with transaction.atomic():
        if _end(mail, state=MailState.FILED, reason="new", ticket=ticket):
            _tell_refused(lifecycle.lock(ticket), letter.taken)


def _start_beside(mail: IncomingMail, letter: Letter, other: Ticket) -> None:
    """Somebody else answers a mail of that ticket: a ticket of their own, linked, for an agent to judge.

    Nothing of theirs goes on the other one, and no automatic reply goes to whoever it is.
    """
    with transaction.atomic():
        # Not screened: an agent judges it in any case.
        submission = replace(_submission(mail, letter), is_trusted=True)
        ticket = lifecycle.lock(intake.submit_ticket(submission))
        if ticket.status == Status.NEW:
            joining.link(ticket, to=other, because=["mail"])
            lifecycle.flag(ticket, attention=OTHER_SENDER)
            lifecycle.put_in_queue(ticket, because=OTHER_SENDER, by=SYSTEM)
        if _end(mail, state=MailState.FILED, reason=OTHER_SENDER, ticket=ticket):
            _tell_refused(ticket, letter.taken)


def _submission(mail: IncomingMail, letter: Letter) -> Submission:
    return Submission(
        key=mail.key,
        description=letter.text or _without_text(letter.language),
        channel=Channel.EMAIL,
        language=letter.language,
        registered_email=letter.sender,
        attachments=letter.taken.attachments,
    )


def _letter(parsed: Parsed, *, sender: str, told: str, is_answer: bool) -> Letter:
    """An answer's subject is ours; a report's says what it is about. "Ya" answers, and reports nothing."""
    subject = "" if is_answer else MARKS.sub("", parsed.subject).strip()
    parts = [subject, parsed.new_text]
    text = _cut(_clean("\n\n".join(part for part in parts if part)))
    return Letter(
        sender=sender,
        text=text if is_answer or len(text) >= fields.MIN_DESCRIPTION else "",
        language=guess_language(text),
        taken=attached.take(parsed.files),
        unanswered_because=told,
    )


def _tell_refused(ticket: Ticket, taken: Taken) -> None:
    if taken.refused:
        lifecycle.record(ticket, EventKind.ATTACHMENTS_REFUSED, by=REQUESTER, files=list(taken.refused))


def _sender(parsed: Parsed) -> str:
    """The address in From, or "" when it is none that can be written to. Never another's Reply-To."""
    try:
        return fields.clean_email(parsed.sender[: 2 * fields.MAX_EMAIL])
    except ValidationError:
        return ""


def _note_sender(mail: IncomingMail, parsed: Parsed) -> None:
    domain = parsed.sender.rpartition("@")[2].lower()
    mail.from_domain = re.sub(r"[^a-z0-9.-]", "", domain)[:100]
    mail.sender_digest = answering.digest_of(parsed.sender) if parsed.sender else ""
    _mine(mail).update(from_domain=mail.from_domain, sender_digest=mail.sender_digest)


def _ours(parsed: Parsed) -> automatic.Ours:
    addresses = [parseaddr(settings.DEFAULT_FROM_EMAIL)[1], settings.SUPPORT_MAILBOX, settings.BOUNCE_ADDRESS]
    known = Message.objects.filter(message_id=parsed.message_id).exists() if parsed.message_id else False
    keys = {mailbox_key(address) for address in addresses} - {""}
    return automatic.Ours(addresses=keys, message_ids={parsed.message_id} if known else ())


def _clean(text: str) -> str:
    return fields.clean_text(text[: fields.MAX_TYPED])


def _cut(text: str) -> str:
    """What is longer than a report may be ends in a sign of it; the source has the rest."""
    return text if len(text) <= fields.MAX_DESCRIPTION else text[: fields.MAX_DESCRIPTION - 1] + "…"


def _without_text(language: str) -> str:
    with translation.override(language):
        return _("(The mail has no text.)")


def _end(mail: IncomingMail, **columns: Any) -> bool:
    """Write the outcome if the lease is still ours."""
    won = bool(_mine(mail).update(ended_at=timezone.now(), lease_until=None, **columns))
    if won:
        meters.count(
            "kayasupport_incoming_mails_total", state=str(columns["state"]), reason=columns.get("reason", "")
        )
    return won


def _mine(mail: IncomingMail):
    return IncomingMail.objects.waiting().filter(pk=mail.pk, attempts=mail.attempts)
