"""The queue: tabs, filters and one page of tickets, or what a search found."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import admin
from django.contrib.auth.models import User
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.admin.queue_rows import rows_of
from tickets.admin.rights import StaffRequest, needs
from tickets.models import Ticket
from tickets.models.ticket import Channel, Status
from tickets.queue import (
    AGES,
    COUNT_CAP,
    ME,
    NOBODY,
    TABS,
    UNCATEGORISED,
    Filters,
    Page,
    Tab,
    narrowed,
    read_page,
    shown,
    tab_counts,
)
from tickets.search import matching
from triage.playbooks import playbooks

RESULTS = 100
AGE_LABELS = {
    "1h": gettext_lazy("over 1 hour"),
    "4h": gettext_lazy("over 4 hours"),
    "1d": gettext_lazy("over 1 day"),
    "3d": gettext_lazy("over 3 days"),
    "7d": gettext_lazy("over 7 days"),
}


@require_safe
@needs("tickets.view_ticket")
def queue_page(request: StaffRequest) -> TemplateResponse:
    tab = TABS.get(request.GET.get("tab", ""), TABS["open"])
    words = " ".join(request.GET.get("q", "").split())[:200]
    if words:
        tab = TABS["all"]
    choices = filter_choices(tab)
    filters = read_filters(request.GET, choices)
    if words:
        page = found(words, filters, user=request.user)
    else:
        after, before = request.GET.get("after", ""), request.GET.get("before", "")
        page = read_page(tab, filters, user=request.user, after=after, before=before)
    counts = tab_counts(request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("Search: %(words)s") % {"words": words} if words else tab.label,
        "tab": tab,
        "tabs": [{"tab": each, "count": shown_count(counts.get(each.slug))} for each in TABS.values()],
        "words": words,
        "menus": menus(choices, filters),
        "filters": filters,
        "page": page,
        "rows": rows_of(page.tickets),
        "is_cut": words and len(page.tickets) == RESULTS,
        "results_limit": RESULTS,
        "untriaged": shown_count(counts["untriaged"]) if counts["untriaged"] else "",
        "query": kept_query(tab, filters, words),
    }
    return TemplateResponse(request, "tickets/desk/queue.html", context)


def found(words: str, filters: Filters, *, user: User) -> Page:
    """What a search finds among all tickets, the most relevant first."""
    tickets = narrowed(shown(Ticket.objects.all()), filters, user=user)
    return Page(list(matching(tickets, words)[:RESULTS]))


def filter_choices(tab: Tab) -> dict[str, dict[str, str]]:
    """The values of each filter that make sense in this tab, with their words."""
    language = get_language() or "id"
    labels = {slug: playbook.label(language) for slug, playbook in playbooks().items()}
    choices: dict[str, dict[str, str]] = {
        "category": {**labels, UNCATEGORISED: _("Without category")},
        "channel": {channel.value: str(channel.label) for channel in Channel},
        "assignee": {ME: _("Mine"), NOBODY: _("Nobody")},
        "age": {key: str(AGE_LABELS[key]) for key in AGES},
        "status": {status.value: str(status.label) for status in Status},
    }
    if tab.is_mine:
        del choices["assignee"]
    if len(tab.statuses) == 1:
        del choices["status"]
    else:
        choices["status"] = {key: choices["status"][key] for key in tab.statuses}
    return choices


def read_filters(query: Mapping[str, str], choices: dict[str, dict[str, str]]) -> Filters:
    """Read the filters from the address; what is not a choice counts as not asked for."""
    asked = {name: query.get(name, "") for name in choices}
    return Filters(**{name: value for name, value in asked.items() if value in choices[name]})


def menus(choices: dict[str, dict[str, str]], filters: Filters) -> list[dict]:
    labels = {
        "category": _("Category"),
        "channel": _("Channel"),
        "assignee": _("Agent"),
        "age": _("Age"),
        "status": _("Status"),
    }
    return [
        {"name": name, "label": labels[name], "options": options.items(), "chosen": getattr(filters, name)}
        for name, options in choices.items()
    ]


def kept_query(tab: Tab, filters: Filters, words: str) -> dict[str, str]:
    """What links to other pages of this list must carry."""
    carried = {"q": words} if words else {"tab": tab.slug}
    return carried | {name: value for name, value in vars(filters).items() if value}


def shown_count(count: int | None) -> str:
    """Spell a capped count: 999+ from the cap on, nothing where none was made."""
    if count is None:
        return ""
    return f"{COUNT_CAP - 1}+" if count >= COUNT_CAP else str(count)
