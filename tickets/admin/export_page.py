"""Export: which days, as CSV; who has exported what, and when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tickets.admin.figures_page import PERIODS, read_choice
from tickets.admin.queue_rows import label_of
from tickets.admin.rights import StaffRequest, needs
from tickets.export import Export, Selection, export_figures, export_tickets
from tickets.models import Figures
from tickets.models.figures import ALL, Grain
from triage.playbooks import playbooks

LOGGED = 20  # exports shown
TICKETS, FIGURES = "tickets", "figures"
WHAT: dict[str, str | Promise] = {
    TICKETS: gettext_lazy("Tickets, by the day they came in"),
    FIGURES: gettext_lazy("Figures, a row for each day"),
}
EXPORTS = {TICKETS: export_tickets, FIGURES: export_figures}
FILES = {TICKETS: gettext_lazy("tickets"), FIGURES: gettext_lazy("figures")}


class ExportForm(forms.Form):
    what = forms.ChoiceField(label=gettext_lazy("What"), choices=list(WHAT.items()))
    first = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = [(slug, label_of(slug)) for slug in playbooks()]
        self.fields["category"].choices = [("", _("all")), *categories]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last day is before the first one."))
        return cleaned

    @property
    def selection(self) -> Selection:
        cleaned = self.cleaned_data
        # Tomorrow has no tickets, and each of many tomorrows would be a query.
        last = min(cleaned["last"], timezone.localdate())
        return Selection(first=cleaned["first"], last=last, category=cleaned["category"] or ALL)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.export_ticket")
def export_page(request: StaffRequest) -> HttpResponseBase:
    form = ExportForm(request.POST) if request.method == "POST" else ExportForm(initial=asked_for(request))
    if form.is_bound and form.is_valid():
        return sent(form, request)
    context = {
        **admin.site.each_context(request),
        "title": _("Export"),
        "form": form,
        "exports": exports(),
    }
    return TemplateResponse(
        request, "tickets/desk/export.html", context, status=400 if form.is_bound else 200
    )


def asked_for(request: StaffRequest) -> dict[str, Any]:
    """The period and category of the page the reader comes from."""
    period, category = read_choice(request.GET)
    choice = PERIODS[period]
    days = choice.places if choice.grain == Grain.DAY else choice.places // 24 + 1
    today = timezone.localdate()
    return {
        "what": TICKETS,
        "first": today - timedelta(days=days - 1),
        "last": today,
        "category": "" if category == ALL else category,
    }


def sent(form: ExportForm, request: StaffRequest) -> StreamingHttpResponse:
    what, selection = form.cleaned_data["what"], form.selection
    entry = log(request, what, selection)
    export = EXPORTS[what](selection)
    response = StreamingHttpResponse(counted(export, entry), content_type="text/csv; charset=utf-8")
    name = f"{FILES[what]}_{selection.first}_{selection.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def log(request: StaffRequest, what: str, selection: Selection) -> LogEntry:
    """Write down who asks for what, before anything is sent."""
    details = {
        "what": what,
        "first": selection.first.isoformat(),
        "last": selection.last.isoformat(),
        "category": selection.category,
    }
    return LogEntry.objects.create(
        user=request.user,
        content_type=ContentType.objects.get_for_model(Figures),
        object_id=what,
        object_repr=what,
        action_flag=CHANGE,
        change_message=json.dumps(details),
    )


def counted(export: Export, entry: LogEntry) -> Iterator[str]:
    """Send the export, and add to its log entry how many rows went out, and whether those were all."""
    is_whole = False
    try:
        yield from export
        is_whole = True
    finally:
        details = {**json.loads(entry.change_message), "rows": export.rows, "is_whole": is_whole}
        LogEntry.objects.filter(pk=entry.pk).update(change_message=json.dumps(details))


def exports() -> list[dict[str, Any]]:
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Figures))
    return [
        {"user": entry.user, "at": entry.action_time, **details_of(json.loads(entry.change_message))}
        for entry in entries.select_related("user").order_by("-action_time")[:LOGGED]
    ]


def details_of(logged: dict[str, Any]) -> dict[str, Any]:
    category = logged["category"]
    return {
        "what": str(FILES.get(logged["what"], logged["what"])),
        "first": date.fromisoformat(logged["first"]),
        "last": date.fromisoformat(logged["last"]),
        "category": "" if category == ALL else label_of(category),
        "rows": logged.get("rows"),
        "is_whole": logged.get("is_whole", False),
    }
