"""The project as an application: what begins when Django is ready."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class KayaSupportConfig(AppConfig):
    name = "kayasupport"

    def ready(self):
        if settings.SENTRY_DSN:
            # Not at the top: a library that nobody asked for is not loaded.
            import_module("kayasupport.error_reports").begin(
                settings.SENTRY_DSN, environment=settings.SENTRY_ENVIRONMENT, release=settings.RELEASE
            )
