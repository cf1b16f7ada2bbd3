"""Sign what the form is to show filled in, as the platform would, and print the addresses that carry it."""

from urllib.parse import urlencode

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from tickets import prefill


class Command(BaseCommand):
    help = "Print an address of the form with signed values, for a test; see docs/embedding.md."

    def add_arguments(self, parser):
        parser.add_argument("--email", help="the registered e-mail address")
        parser.add_argument("--phone", help="or the registered phone number")
        parser.add_argument("--signed-up-at", help='such as "2026-11-22T14:30:00+07:00"')
        parser.add_argument("--error", help="the error code that the platform showed")
        parser.add_argument("--lang", choices=list(dict(settings.LANGUAGES)))
        parser.add_argument("--token-only", action="store_true", help="print nothing but the token")

    def handle(self, *args, **options):
        if not settings.PREFILL_KEYS:
            raise CommandError("Set PREFILL_KEYS first.")
        names = ("email", "phone", "signed_up_at", "error", "lang")
        values = {name: options[name] for name in names if options[name]}
        token = prefill.sign(values, key=settings.PREFILL_KEYS[0], now=timezone.now())
        if options["token_only"]:
            self.stdout.write(token)
            return
        for route in ("report", "embed"):
            query = urlencode({prefill.PARAMETER: token})
            self.stdout.write(f"{settings.SITE_URL}{reverse(route)}?{query}")
