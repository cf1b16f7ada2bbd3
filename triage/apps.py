"""The Django app that carries the triage checks and commands."""

from django.apps import AppConfig
from django.core.checks import register

from triage.checks import check_error_strings, check_lexicon, check_model, check_playbooks, check_rules


class TriageConfig(AppConfig):
    name = "triage"
    verbose_name = "Triage"

    def ready(self):
        register(check_playbooks)
        register(check_lexicon)
        register(check_rules)
        register(check_error_strings)
        register(check_model)
