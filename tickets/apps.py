"""The tickets application."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from tickets import checks


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self):
        for check in checks.ALWAYS:
            register(check)
        for check in checks.IN_DEPLOYMENT:
            register(check, deploy=True)
