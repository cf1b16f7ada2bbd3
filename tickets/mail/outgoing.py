"""How a message of ours becomes an e-mail: headers, plain text and HTML from one source."""

from collections.abc import Sequence
from email.utils import make_msgid, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from tickets.brand import shades
from tickets.mail.answering import digest_of
from tickets.mail.reply_token import reply_address
from tickets.mail.return_path import return_path
from tickets.missing import missing_from
from tickets.models import IncomingMail, Message
from tickets.models.incoming_mail import MailState
from tickets.models.message import Delivery, MessageKind
from triage.advice import Advice

# RFC 3834 section 5 and what Exchange listens to: nobody's auto-responder may answer ours.
AUTOMATIC = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
    "Precedence": "auto_reply",
}

KEPT = 9  # Message-IDs that are named beside the first one of a thread


def new_message_id() -> str:
    """Return a Message-ID made once and kept, so that a repeated send is recognised."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return make_msgid(domain=domain or "localhost")


def threads_of(messages: Sequence[Message]) -> dict[int, list[str]]:
    """Return, by message, the Message-IDs of what its mailbox and we have written about its ticket before."""
    tickets = {message.ticket_id for message in messages}
    mailed = Message.objects.filter(
        ticket__in=tickets, delivery__in=[Delivery.QUEUED, Delivery.SENDING, Delivery.SENT]
    ).exclude(message_id="")
    came = IncomingMail.objects.filter(ticket__in=tickets, message_id__startswith="<", state=MailState.FILED)
    known = sorted(
        [
            *mailed.values_list("created_at", "message_id", "ticket_id", "recipient_key"),
            *came.values_list("received_at", "message_id", "ticket_id", "sender_digest"),
        ]
    )
    threads = {}
    for message in messages:
        mailbox = {message.recipient_key, digest_of(message.recipient)}
        threads[message.pk] = [
            message_id
            for moment, message_id, ticket, who in known
            if moment < message.created_at and ticket == message.ticket_id and who in mailbox
        ]
    return threads


def compose_mail(
    message: Message, *, link: str, identity_link: str = "", thread: Sequence[str] = ()
) -> EmailMultiAlternatives:
    """Build the e-mail of one outbox row, with `link` to the status page; the caller sends it.

    `identity_link` is where a mail that asks for proof of identity has it sent. `thread` are the
    Message-IDs that it follows, by which a mail program puts them together.
    """
    with translation.override(message.language):
        context = {
            "message": message,
            "ticket": message.ticket,
            "advice": Advice.from_json(message.advice) if message.advice else None,
            "status_url": link,
            "identity_url": identity_link,
            "missing": missing_from(message.ticket) if message.advice else (),
            "brand_name": settings.BRAND_NAME,
            **shades(),
            "language": message.language,
        }
        mail = EmailMultiAlternatives(
            subject=_subject(message),
            body=render_to_string("tickets/mail/message.txt", context),
            to=[message.recipient],
            headers={**_headers(message), **_thread(thread)},
        )
        mail.attach_alternative(render_to_string("tickets/mail/message.html", context), "text/html")
    if settings.ANYMAIL_ESP:
        return mail  # the provider has return paths of its own, and tells of bounces by webhook
    if message.kind == MessageKind.AUTO_REPLY or settings.BOUNCE_ADDRESS:
        # "" is the null return path (RFC 3834 section 3.3): a bounce has nowhere to go.
        mail.extra_headers["From"] = settings.DEFAULT_FROM_EMAIL
        mail.from_email = return_path(message)
    return mail


def _subject(message: Message) -> str:
    return f"[{message.ticket.reference}] {message.subject}"


def _headers(message: Message) -> dict[str, str]:
    headers = {"Message-ID": message.message_id, "X-KayaSupport-Ticket": message.ticket.reference}
    if answer_to := reply_address(message.ticket):
        headers["Reply-To"] = answer_to
    if message.kind == MessageKind.AUTO_REPLY:
        headers |= AUTOMATIC
    return headers


def _thread(ids: Sequence[str]) -> dict[str, str]:
    """RFC 5322 section 3.6.4: the first, and the latest few."""
    if not ids:
        return {}
    return {"In-Reply-To": ids[-1], "References": " ".join([ids[0], *ids[1:][-KEPT:]])}
