"""The ways of mail: the server that takes ours, what the DNS says of the sender, the mailbox we read."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

from django.conf import settings
from django.core.mail import get_connection

from kayasupport.doctor.finding import Finding, better, broken, well
from tickets.mail import mailbox, trial


def examine() -> Iterator[Finding]:
    yield _way_out()
    if settings.EMAIL_URL or settings.ANYMAIL_ESP:
        yield from _sender()
    if settings.IMAP_URL:
        yield _mailbox()


def _way_out() -> Finding:
    if settings.EMAIL_BACKEND != trial.SMTP:
        # Whether a provider takes mail, only a mail shows.
        return well("Mail", trial.way_out())
    line = get_connection()
    try:
        line.open()
        line.close()
    except (OSError, smtplib.SMTPException) as error:
        return broken(
            "Mail", trial.explain(error), fix="Set EMAIL_URL right, then try `manage.py send_test_email`."
        )
    return well("Mail", f"The server lets us in. {trial.way_out()}")


def _sender() -> Iterator[Finding]:
    for said in trial.look_at_sender(settings.DEFAULT_FROM_EMAIL):
        if said.startswith(("SPF:", "DMARC:")):
            yield well("Sender", said)
        else:
            yield better(
                "Sender", said, fix="Have the record published as docs/mail.md says, or look from elsewhere."
            )


def _mailbox() -> Finding:
    try:
        mailbox.reach()
    except (*mailbox.TROUBLE, mailbox.BadMailbox) as error:
        why = str(error) if isinstance(error, mailbox.BadMailbox) else type(error).__name__
        return broken(
            "Mailbox",
            f"We cannot sign in to it: {why}.",
            fix="Look at IMAP_URL (%-encode special letters) and its folder; the account must allow IMAP.",
        )
    return well("Mailbox", "We can sign in, and the folder is there.")
