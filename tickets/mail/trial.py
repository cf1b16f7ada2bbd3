"""A mail to try the way out, and what its failures mean in plain words."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from email.utils import parseaddr

import dns.exception
import dns.resolver
from django.conf import settings
from django.core.mail import EmailMessage

from tickets.mail import line
from tickets.mail.outgoing import new_message_id

PATIENCE = 3.0  # seconds for one question to the DNS
SMTP = "tickets.mail.smtp.EmailBackend"


# The first that fits, so a kind stands before what it is a kind of.
MEANINGS: list[tuple[type[Exception], str]] = [
    (
        line.ProviderFailed,
        "The provider did not take it: {said}. Look at ANYMAIL_ESP and ANYMAIL_SETTINGS.",
    ),
    (
        smtplib.SMTPAuthenticationError,
        "The server does not know this user or password: {said} Look at EMAIL_URL; %-encode special letters.",
    ),
    (
        smtplib.SMTPNotSupportedError,
        "The server does not offer what EMAIL_URL asks for: {said}. It is smtp+tls://…:587 for STARTTLS, "
        "smtp+ssl://…:465 for TLS, and smtp://… without a user where there is no sign-in.",
    ),
    (
        smtplib.SMTPSenderRefused,
        "The server does not let us send as this sender: {said} Set DEFAULT_FROM_EMAIL to a sender of its "
        "domain, or sign in.",
    ),
    (smtplib.SMTPRecipientsRefused, "The server refuses the address: {said}"),
    (
        smtplib.SMTPDataError,
        "The server refuses the mail itself, mostly for the sender's domain or our name: {said}",
    ),
    (
        smtplib.SMTPServerDisconnected,
        "{host}:{port} hangs up. Mostly the port wants TLS (smtp+ssl://…:465), or speaks no SMTP.",
    ),
    (smtplib.SMTPException, "The mail server answers: {said}"),
    (
        ssl.SSLCertVerificationError,
        "The certificate of {host} is not for this name, or not signed by whom we trust: {said}.",
    ),
    (
        ssl.SSLError,
        "{host}:{port} speaks no TLS at once: {said}. smtp+tls://…:587 begins in the clear, "
        "smtp+ssl://…:465 with TLS.",
    ),
    (
        ConnectionRefusedError,
        "Nothing listens at {host}:{port}. Look at EMAIL_URL, and whether the server runs.",
    ),
    (
        TimeoutError,
        "{host}:{port} does not answer within {seconds} s: a firewall, or a network that blocks the port.",
    ),
    (socket.gaierror, "There is no host {host}, or no DNS to ask. Look at EMAIL_URL."),
]


class NotSent(Exception):
    """The mail did not go; `str()` says why and what to do."""


def way_out() -> str:
    if settings.ANYMAIL_ESP:
        return f"By the provider {settings.ANYMAIL_ESP}, as {settings.DEFAULT_FROM_EMAIL}."
    if settings.EMAIL_BACKEND != SMTP:
        return f"No EMAIL_URL is set: mail is kept by {settings.EMAIL_BACKEND} and not sent."
    kind = "TLS" if settings.EMAIL_USE_SSL else "STARTTLS" if settings.EMAIL_USE_TLS else "no encryption"
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    return f"By {server} with {kind}, as {settings.DEFAULT_FROM_EMAIL}."


def send(address: str) -> str:
    """Send it; return what was said to be done. Raises NotSent."""
    mail = EmailMessage(
        subject=f"[{settings.BRAND_NAME}] Test",
        body="A test of the way our mail takes. In its headers SPF, DKIM and DMARC should all three pass.\n",
        to=[address],
        headers={"Message-ID": new_message_id(), "Auto-Submitted": "auto-generated"},
    )
    try:
        line.send(mail)
    except line.Unreachable as error:
        raise NotSent(explain(error.because)) from error
    except (OSError, ValueError) as error:
        raise NotSent(explain(error)) from error
    finally:
        line.hang_up()
    return f"Taken over. Whether it arrives, the mailbox of {address} shows; look into its spam folder too."


def explain(error: Exception) -> str:
    """Say what an error of smtplib, of the network or of a provider means, and what to look at."""
    text = next((text for kind, text in MEANINGS if isinstance(error, kind)), "{name}: {said}")
    return text.format(
        name=type(error).__name__,
        said=_said(error),
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        seconds=settings.EMAIL_TIMEOUT,
    )


def _said(error: Exception) -> str:
    code: int
    answer: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, answer = error.smtp_code, error.smtp_error
    else:
        return str(error)
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    why = " It wants us to sign in, or to be on its list." if "relay" in text.lower() else ""
    return f"{code} {text}.{why}"


def look_at_sender(sender: str) -> Iterator[str]:
    """Say whether the sender's domain has SPF and DMARC; DKIM is the relay's, and shows in a mail only."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    if "." not in domain:
        yield f"{sender} is no sender that anybody can answer: set DEFAULT_FROM_EMAIL."
        return
    try:
        spf = [text for text in _texts(domain) if text.lower().startswith("v=spf1")]
        dmarc = [text for text in _texts(f"_dmarc.{domain}") if text.lower().startswith("v=dmarc1")]
    except (dns.exception.DNSException, OSError) as error:
        yield f"SPF and DMARC of {domain} were not looked at: no DNS answers here ({type(error).__name__})."
        return
    if len(spf) > 1:
        yield f"{domain} has {len(spf)} SPF records, which counts as none: make one of them (RFC 7208, 3.2)."
    else:
        yield f"SPF: {spf[0]}" if spf else f"{domain} has no SPF record: many will take our mail for forged."
    yield f"DMARC: {dmarc[0]}" if dmarc else f"{domain} has no DMARC record; Gmail and Yahoo ask for one."


def _texts(name: str) -> list[str]:
    try:
        answer = dns.resolver.resolve(f"{name}.", "TXT", lifetime=PATIENCE, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode(errors="replace") for record in answer]
