"""How a message of ours becomes an e-mail: headers, plain text and HTML from one source."""

from email.utils import make_msgid, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from tickets.missing import missing_from
from tickets.models import Message
from tickets.models.message import MessageKind
from triage.advice import Advice

# RFC 3834 section 5 and what Exchange listens to: nobody's auto-responder may answer ours.
AUTOMATIC = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
    "Precedence": "auto_reply",
}


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
            "missing": missing_from(message.ticket) if message.advice else (),
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
    if message.kind == MessageKind.AUTO_REPLY:
        mail.extra_headers["From"] = settings.DEFAULT_FROM_EMAIL
        mail.from_email = ""  # the null return path, RFC 3834 section 3.3: a bounce has nowhere to go
    return mail


def _subject(message: Message) -> str:
    return f"[{message.ticket.reference}] {message.subject}"


def _headers(message: Message) -> dict[str, str]:
    headers = {"Message-ID": message.message_id, "X-KayaSupport-Ticket": message.ticket.reference}
    if message.kind == MessageKind.AUTO_REPLY:
        headers |= AUTOMATIC
    return headers
