"""How long each kind of personal data is kept, when it was last looked through, and how much has gone."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tickets.admin.rights import StaffRequest, needs
from tickets.models import Retention
from tickets.privacy.rules import RULES, Rule


@require_safe
@needs("tickets.view_retention")
def retention_page(request: StaffRequest) -> HttpResponse:
    rows = {row.rule: row for row in Retention.objects.filter(rule__in=RULES)}
    context = {
        **admin.site.each_context(request),
        "title": _("How long data is kept"),
        "rules": [(rule, kept_for(rule), rows.get(name)) for name, rule in RULES.items()],
    }
    return TemplateResponse(request, "tickets/desk/retention.html", context)


def kept_for(rule: Rule) -> str:
    kept = rule.kept()
    if not kept:
        return _("for ever")
    if kept.days:
        return ngettext("%(count)s day", "%(count)s days", kept.days) % {"count": kept.days}
    hours = kept.seconds // 3600
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
