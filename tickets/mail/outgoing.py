"""How a message of ours becomes an e-mail: headers, plain text and HTML from one source."""

from email.utils import make_msgid, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from tickets.mail.reply_token import reply_address
from tickets.mail.return_path import return_path
from tickets.models import Message
from tickets.models.message import Delivery, MessageKind
from triage.advice import Advice

# RFC 3834 section 5 and what Exchange listens to: nobody's auto-responder may answer ours.
AUTOMATIC = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
    "Precedence": "auto_reply",
}

# Of an endless ticket: mails that are looked at, and the latest that are named beside the first.
LONGEST_THREAD = 200
KEPT = 9


def new_message_id() -> str:
    """Return a Message-ID made once and kept, so that a repeated send is recognised."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return make_msgid(domain=domain or "localhost")


def compose_mail(message: Message, *, link: str) -> EmailMultiAlternatives:
    """Build the e-mail of one outbox row, with `link` to the status page; the caller sends it."""
    with translation.override(message.language):
        context = {
            "message": message,
            "ticket": message.ticket,
            "advice": Advice.from_json(message.advice) if message.advice else None,
            "status_url": link,
            "brand_name": settings.BRAND_NAME,
            "language": message.language,
        }
        mail = EmailMultiAlternatives(
            subject=_subject(message),
            body=render_to_string("tickets/mail/message.txt", context),
            to=[message.recipient],
            headers=_headers(message),
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
    headers |= _thread(message)
    if answer_to := reply_address(message.ticket):
        headers["Reply-To"] = answer_to
    if message.kind == MessageKind.AUTO_REPLY:
        headers |= AUTOMATIC
    return headers


def _thread(message: Message) -> dict[str, str]:
    """Chain the mails of one ticket to one mailbox, RFC 5322 section 3.6.4: the first, and the latest few."""
    if not message.pk:
        return {}  # only tried out
    before = message.ticket.messages.filter(
        delivery__in=[Delivery.QUEUED, Delivery.SENDING, Delivery.SENT],
        pk__lt=message.pk,
        recipient_key=message.recipient_key,
    ).exclude(message_id="")
    ids = list(before.order_by("pk").values_list("message_id", flat=True)[:LONGEST_THREAD])
    if not ids:
        return {}
    return {"In-Reply-To": ids[-1], "References": " ".join([ids[0], *ids[1:][-KEPT:]])}
