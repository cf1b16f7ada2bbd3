"""Fetches mail from the mailbox in IMAP_URL, once or for as long as it runs."""

from django.core.management.base import BaseCommand, CommandError

from tickets.mail import mailbox


class Command(BaseCommand):
    help = "Fetches new mail from the mailbox in IMAP_URL. With --watch it stays and waits for more."

    def add_arguments(self, parser):
        parser.add_argument("--watch", action="store_true", help="stay connected (IDLE), and reconnect")

    def handle(self, *args, watch, **options):
        try:
            mailbox.place()
            if watch:
                mailbox.watch(until=lambda: False)
                return
            taken = mailbox.fetch()
        except (mailbox.BadMailbox, *mailbox.TROUBLE) as error:
            raise CommandError(f"The mailbox cannot be read: {error}") from error
        self.stdout.write(f"{taken} fetched.")
