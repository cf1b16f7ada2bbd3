"""The desk: one AdminSite for agents, leads and administrators."""

from django.contrib.admin import AdminSite


class DeskSite(AdminSite):
    pass
