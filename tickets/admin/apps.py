"""Puts our AdminSite in the place of Django's."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    default_site = "tickets.admin.site.DeskSite"

    def ready(self):
        super().ready()
        # Not from tickets/admin/__init__.py, where autodiscover looks: that is imported to find
        # this class, when there are no models yet.
        import_module("tickets.admin.registration")
