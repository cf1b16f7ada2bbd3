"""Makes one weekly summary, to look at it: on the screen, or as mail to one address."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tickets import counting, weekly
from tickets.drift import WEEK, week_of
from tickets.mail.outgoing import new_message_id
from tickets.models.agent_profile import SummaryChoice
from tickets.models.figures import Grain


class Command(BaseCommand):
    help = "Shows the weekly summary, or mails it to one address. It counts for nobody as the one they get."

    def add_arguments(self, parser):
        parser.add_argument("--to", help="the address; without it, the text is printed")
        parser.add_argument("--week", type=date.fromisoformat, help="a day of it (default: last week)")
        parser.add_argument(
            "--language", choices=[SummaryChoice.INDONESIAN, SummaryChoice.ENGLISH], default="id"
        )

    def handle(self, *args, to, week, language, **options):
        week = week_of(week) if week else week_of(timezone.localdate()) - WEEK
        if week > timezone.localdate():
            raise CommandError("This week has not begun.")
        for start in weekly.days_of(week - WEEK) + weekly.days_of(week):
            if start <= timezone.now():
                counting.count(Grain.DAY, start)
        mail = weekly.compose(
            week, recipient=to or "", name="", language=language, message_id=new_message_id()
        )
        if to:
            mail.send()
            self.stdout.write(self.style.SUCCESS(f"Sent to {to}."))
        else:
            self.stdout.write(f"{mail.subject}\n\n{mail.body}")
