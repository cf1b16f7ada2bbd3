"""Puts our AdminSite in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    default_site = "tickets.admin.site.DeskSite"
