"""send_test_email: send one mail, and say in plain words what is wrong when it does not go."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.forms import ValidationError

from tickets.mail import trial


class Command(BaseCommand):
    help = "Send a test mail to an address; explain what is wrong with the way out and with the sender's DNS."

    def add_arguments(self, parser):
        parser.add_argument("address", help="a mailbox of yours")
        parser.add_argument("--no-dns", action="store_true", help="do not look at SPF and DMARC")

    def handle(self, *args, **options):
        try:
            validate_email(options["address"])
        except ValidationError as error:
            raise CommandError(f"{options['address']} is no mail address") from error
        self.stdout.write(trial.way_out())
        if not options["no_dns"]:
            for finding in trial.look_at_sender(settings.DEFAULT_FROM_EMAIL):
                self.stdout.write(f"- {finding}")
        try:
            sent = trial.send(options["address"])
        except trial.NotSent as error:
            raise CommandError(f"Not sent. {error}") from error
        self.stdout.write(self.style.SUCCESS(sent))
