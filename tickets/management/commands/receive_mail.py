"""Takes one mail from standard input: for a pipe from a mail server."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand

from tickets.mail.incoming import receive
from tickets.models.incoming_mail import MailSource

# sysexits.h: the mail server keeps the mail, and tries again.
EX_TEMPFAIL = 75


class Command(BaseCommand):
    help = "Stores one mail from standard input. Ends with 75 where the mail server should try again."

    def handle(self, *args, **options):
        # Much of it cannot be: the server stops what is larger than its own limit.
        raw = sys.stdin.buffer.read(settings.INCOMING_MAX_BYTES + 1)
        while sys.stdin.buffer.read(1024 * 1024):
            pass  # a server whose pipe breaks would send a bounce
        if not raw.strip():
            self.stderr.write("There is no mail on standard input.")
            sys.exit(EX_TEMPFAIL)
        try:
            mail = receive(raw, source=MailSource.COMMAND)
        except Exception as error:  # whatever it is, the mail must not be lost for it
            self.stderr.write(f"The mail could not be stored: {type(error).__name__}")
            sys.exit(EX_TEMPFAIL)
        self.stdout.write(f"mail {mail.pk}")
