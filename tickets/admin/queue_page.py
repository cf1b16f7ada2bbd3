"""The queue: tabs, filters and one page of tickets, or what a search found; and whether there is news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tickets import promises
from tickets.admin.addresses import read_pk
from tickets.admin.presence_view import row_marks
from tickets.admin.promise_badge import in_opening_time
from tickets.admin.queue_columns import display_menu, profile_of, shown_columns
from tickets.admin.queue_filters import (
    Choices,
    all_choices,
    chips,
    cleared,
    gone,
    incidents_for,
    kept_query,
    menus,
    read_view,
    sorts,
    spelt,
)
from tickets.admin.queue_rows import rows_of
from tickets.admin.rights import StaffRequest, needs
from tickets.admin.saved_views_page import counted_views, saved_chips
from tickets.admin.wording import shown_count
from tickets.filters import LATE, SOON, narrowed
from tickets.identity.asking import SEE
from tickets.models import IdentityRequest, SavedView, Ticket
from tickets.queue import TABS, Page, View, read_page, shown
from tickets.queue_counts import SMALL_CAP, count_all, count_arrivals
from tickets.search import matching

RESULTS = 50
NOTICES = 3  # incidents told of above the rows
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEWEST_LOOK = timedelta(days=1)  # a page that was open longer is told of a day's news


@require_safe
@needs("tickets.view_ticket")
def queue_page(request: StaffRequest) -> HttpResponse:
    now = timezone.now()  # before the rows are read: nothing falls between them and the news
    incidents = incidents_for(request.GET)
    choices = all_choices(user=request.user, incidents=incidents)
    view = read_view(request.GET, choices)
    profile = profile_of(request.user)
    page = _page(request, view)
    rows = rows_of(page.tickets, words=view.words)
    context = {
        **admin.site.each_context(request),
        **_around(request, view, choices),
        "title": _("Search: %(words)s") % {"words": view.words} if view.words else view.tab.label,
        "running": [each for each in incidents if each.is_running][:NOTICES],
        "tab": view.tab,
        "words": view.words,
        "filters": view.filters,
        "page": page,
        "rows": rows,
        **row_marks(page.tickets, request=request),
        "columns": shown_columns(profile),
        "density": profile.density,
        "display": display_menu(profile),
        "is_cut": view.words and len(page.tickets) == RESULTS,
        "query": kept_query(view),
        "here": spelt(view),
        "is_beyond": bool({"after", "before"} & request.GET.keys()),
        "news_since": (now - EPOCH) // timedelta(microseconds=1) if _has_news(request, view) else "",
    }
    return TemplateResponse(request, "tickets/desk/queue.html", context)


@require_safe
@needs("tickets.view_ticket")
def news(request: StaffRequest) -> JsonResponse:
    """How many tickets have come into this view since the page was read, and the sentence that says so."""
    choices = all_choices(user=request.user, incidents=incidents_for(request.GET))
    view = read_view(request.GET, choices)
    since = EPOCH + timedelta(microseconds=min(read_pk(request.GET.get("since", "")) or 0, 10**16))
    since = max(since, timezone.now() - NEWEST_LOOK)
    count = count_arrivals(view, user=request.user, since=since)
    said = shown_count(count, cap=SMALL_CAP)
    text = ngettext("%(count)s new ticket, load", "%(count)s new tickets, load", count) % {"count": said}
    return JsonResponse({"count": count, "text": text})


def _page(request: StaffRequest, view: View) -> Page:
    if view.words:
        return found(view, user=request.user)
    return read_page(
        view.tab,
        view.filters,
        user=request.user,
        sort=view.sort,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )


def _around(request: StaffRequest, view: View, choices: Choices) -> dict[str, object]:
    """What stands above the rows: tabs and saved views with counts, filters, what runs and what is amiss."""
    saved = list(SavedView.objects.open_to(request.user.pk))
    counts = count_all(request.user, views=counted_views(saved, choices))
    return {
        "tabs": [{"tab": each, "count": shown_count(counts.get(each.slug))} for each in TABS.values()],
        "saved": saved_chips(saved, counts, user=request.user, here=spelt(view)),
        "menus": menus(choices, view),
        "sorts": sorts(view),
        "sort": view.sort,
        "chips": chips(choices, view),
        "clear": cleared(view),
        "gone": gone(request.GET, choices, view),
        "untriaged": shown_count(counts["untriaged"]) if counts["untriaged"] else "",
        **_due_line(counts),
        "proofs_to_decide": _proofs_to_decide(request.user),
    }


def _proofs_to_decide(user: User) -> int:
    """How many proofs of identity wait for a lead; only leads are told."""
    return IdentityRequest.objects.to_decide().count() if user.has_perm(SEE) else 0


def _due_line(counts: dict[str, int]) -> dict[str, object]:
    """How many promises are about to be missed, and how many were."""
    numbers = {name: counts[name] for name in (SOON, LATE) if counts[name]}
    shown = {name: {"number": number, "shown": shown_count(number)} for name, number in numbers.items()}
    return {**shown, "due_within": in_opening_time(promises.current().due_soon)}


def _has_news(request: StaffRequest, view: View) -> bool:
    """On the first page only: further down nobody waits for what comes in at the top."""
    return bool(view.tab.arrival) and not view.words and not {"after", "before"} & request.GET.keys()


def found(view: View, *, user: User) -> Page:
    """What a search finds among all tickets, the most relevant first."""
    tickets = narrowed(shown(Ticket.objects.all()), view.filters, user=user)
    return Page(list(matching(tickets, view.words)[:RESULTS]))
