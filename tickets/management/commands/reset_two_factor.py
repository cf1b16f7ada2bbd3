"""Takes the second factor off an account: for the last administrator, whose telephone is lost."""

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from tickets import second_factor


class Command(BaseCommand):
    help = "Removes app, passkeys and recovery codes of a colleague, and signs them out everywhere."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *args, username, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"Nobody is called {username}.")
        # Who has a shell here has no account; the log names whose it is.
        if second_factor.remove(user, by=user):
            self.stdout.write(f"{username} signs in with the password alone now.")
        else:
            self.stdout.write(f"{username} had no second factor.")
