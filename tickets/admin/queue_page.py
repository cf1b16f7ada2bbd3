"""The queue: tabs, filters and one page of tickets, or what a search found."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import User
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.admin.queue_filters import filter_choices, kept_query, menus, read_filters
from tickets.admin.queue_rows import rows_of
from tickets.admin.rights import StaffRequest, needs
from tickets.filters import Filters, narrowed
from tickets.models import Ticket
from tickets.queue import COUNT_CAP, TABS, Page, read_page, shown, tab_counts
from tickets.search import matching

RESULTS = 100


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


def shown_count(count: int | None) -> str:
    """Spell a capped count: 999+ from the cap on, nothing where none was made."""
    if count is None:
        return ""
    return f"{COUNT_CAP - 1}+" if count >= COUNT_CAP else str(count)
