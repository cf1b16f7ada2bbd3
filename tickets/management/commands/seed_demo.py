"""Fills the product with a believable queue, for trying it out."""

import random
import secrets

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from tickets import backlog, capacity, counting, drift
from tickets.demo.desk_habits import add_habits
from tickets.demo.people import COLLEAGUES, FORMER
from tickets.demo.proofs import add_proofs
from tickets.demo.queue import add_ticket
from tickets.demo.repeats import add_repeat
from tickets.demo.texts import change_texts

# Every so many tickets, one of somebody who has reported before.
REPEATED = 12


class Command(BaseCommand):
    help = "Adds made-up tickets in every state and category, and the agents rina, andi and dewi."

    def add_arguments(self, parser):
        parser.add_argument("--tickets", type=int, default=240, help="how many (default: 240)")
        parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same queue")
        parser.add_argument("--yes", action="store_true", help="also on a shared database")

    def handle(self, *args, tickets, seed, yes, **options):
        if not settings.EMBEDDED and not yes:
            raise CommandError("DATABASE_URL is set: add --yes to put made-up tickets into that database.")
        call_command("prepare_triage", stdout=self.stdout)
        password = secrets.token_urlsafe(9)
        agents = [self.colleague(colleague, password) for colleague in COLLEAGUES]
        former = self.colleague(FORMER, None)
        User.objects.filter(pk=former.pk).update(is_active=False)
        # A seed for the same queue each time; secrets do not come from here.
        chance = random.Random(f"{seed}-{User.objects.count()}")  # noqa: S311
        capacity.set_limit(agents[1], limit=15)
        for number in range(1, tickets + 1):
            is_repeat = number % REPEATED == 0 and add_repeat(agents=agents, chance=chance)
            if not is_repeat:
                add_ticket(agents=agents, chance=chance)
        change_texts(by=next(user for user in agents if user.has_perm("tickets.change_playbookoverride")))
        lead = next(agent for agent, who in zip(agents, COLLEAGUES, strict=True) if who.role == "lead")
        add_habits(agents=agents, lead=lead)
        add_proofs(lead=lead, chance=chance)
        drift.count_weeks()
        counting.count_shown()
        backlog.take_stock()
        self.stdout.write(self.style.SUCCESS(f"{tickets} tickets added."))
        names = ", ".join(f"{c.username} ({c.role})" for c in COLLEAGUES)
        self.stdout.write(f"Agents: {names}. Password of all three: {password}")

    def colleague(self, colleague, password):
        user, _ = User.objects.get_or_create(
            username=colleague.username,
            defaults={
                "first_name": colleague.name,
                "email": f"{colleague.username}@kantor.example",
                "is_staff": True,
            },
        )
        user.set_password(password)
        user.save(update_fields=["password"])
        user.groups.add(Group.objects.get(name=colleague.role))
        return user
