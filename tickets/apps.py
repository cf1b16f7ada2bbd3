"""The tickets application."""

from importlib import import_module

from anymail.signals import inbound, tracking
from celery.signals import task_prerun
from django.apps import AppConfig
from django.core.checks import Tags, register
from django.core.signals import request_started
from django.utils.translation import gettext_lazy as _

from triage import changes


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self):
        # Not at the top: they need the models, which are not there yet.
        checks, texts = import_module("tickets.checks"), import_module("tickets.texts")
        of_brand = import_module("tickets.brand_checks")
        for check in [*checks.ALWAYS, *of_brand.ALWAYS]:
            register(check)
        for check in checks.IN_DEPLOYMENT:
            register(check, deploy=True)
        for check in checks.OF_ROWS:
            register(check, Tags.database)
        changes.override_with(texts.Desk())
        request_started.connect(texts.keep_current)
        task_prerun.connect(texts.keep_current)
        mail_events = import_module("tickets.web.mail_events")
        tracking.connect(mail_events.heed)
        inbound.connect(mail_events.take_in)
