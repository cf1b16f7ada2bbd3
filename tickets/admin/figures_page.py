"""Numbers: the desk's figures of a period, and the work that is open now.

The page reads what tickets/counting.py and tickets/backlog.py have counted, and counts nothing itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tickets import figures, solved_before, weekly
from tickets.admin.figures_panels import MEDIAN, panels_of
from tickets.admin.open_work import OpenTable, open_table
from tickets.admin.queue_rows import label_of
from tickets.admin.rights import StaffRequest, needs
from tickets.admin.wording import age, percent_of
from tickets.durations import short_duration
from tickets.models import AgentDay, Figures, OpenWork
from tickets.models.agent_profile import SummaryChoice
from tickets.models.figures import ALL, Grain
from tickets.periods import latest
from tickets.sketch import Sketch, merged
from triage.playbooks import playbooks

# Counted every minute; older than this says that no worker or beat runs.
LATE = timedelta(minutes=10)
LATELY = 7  # days over which an agent's median is taken: one day has too few answers


class Choice(NamedTuple):
    label: str | Promise
    grain: Grain
    places: int


PERIODS = {
    "24h": Choice(gettext_lazy("24 hours"), Grain.HOUR, 24),
    "48h": Choice(gettext_lazy("48 hours"), Grain.HOUR, 48),
    "7d": Choice(gettext_lazy("7 days"), Grain.DAY, 7),
    "30d": Choice(gettext_lazy("30 days"), Grain.DAY, 30),
    "90d": Choice(gettext_lazy("90 days"), Grain.DAY, 90),
}
DEFAULT = "7d"


@dataclass(frozen=True)
class Tile:
    """One figure, large, with what it is of."""

    label: str
    figure: str
    beside: str = ""


@dataclass(frozen=True)
class AgentRow:
    user: User
    open: int
    pending: int
    answered: int  # today
    median: str  # of the first answers of the last days
    answered_lately: int


@require_safe
@needs("tickets.view_figures")
def figures_page(request: StaffRequest) -> HttpResponse:
    key, category = read_choice(request.GET)
    choice = PERIODS[key]
    rows = figures.read(choice.grain, latest(choice.grain, choice.places), category=category)
    stock = OpenWork.objects.first()
    total = figures.total(rows)
    context = {
        **admin.site.each_context(request),
        "title": _("Numbers"),
        "periods": [(name, each.label) for name, each in PERIODS.items()],
        "period": key,
        "categories": {slug: label_of(slug) for slug in playbooks()},
        "category": "" if category == ALL else category,
        "is_new": not stock and not any(row.pk for row in rows),
        "counted_at": counted_at(rows, stock),
        "is_late": is_late(rows, stock),
        "tiles": tiles_of(rows, total, stock, grain=choice.grain, category=category),
        "stock": stock,
        "open_table": open_table(stock, category=category) if stock else OpenTable([], []),
        "panels": panels_of(rows, grain=choice.grain),
        "agents": agents_of(request.user, stock),
        "sees_all_agents": sees_all_agents(request.user),
        "lately": LATELY,
        "weekly": weekly_of(request.user),
        "may_export": request.user.has_perm("tickets.export_ticket"),
        "solved": solved_of(rows[0].start, category=category),
        "triage": triage_of(request.user, rows[0].start, category=category),
    }
    return TemplateResponse(request, "tickets/desk/figures.html", context)


@require_POST
@needs("tickets.view_figures")
def weekly_choice(request: StaffRequest) -> HttpResponse:
    """A lead says whether and in which language the weekly summary comes."""
    choice = request.POST.get("choice", "")
    if choice not in SummaryChoice or not weekly.is_lead(request.user):
        raise Http404
    weekly.choose(request.user, choice)
    messages.success(request, _("Your choice about the weekly summary is kept."))
    return redirect(reverse("admin:tickets_figures_changelist") + "#weekly")


def weekly_of(user: User) -> dict[str, Any] | None:
    """The choice a lead has made, for the form that changes it."""
    if not weekly.is_lead(user):
        return None
    return {"choice": weekly.choice_of(user), "choices": SummaryChoice.choices, "email": user.email}


def read_choice(query: Mapping[str, str]) -> tuple[str, str]:
    """The period's key and the category, ALL for every one; what is not a choice counts as not asked for."""
    period, category = query.get("period", ""), query.get("category", "")
    return period if period in PERIODS else DEFAULT, category if category in playbooks() else ALL


def counted_at(rows: list[Figures], stock: OpenWork | None) -> datetime | None:
    """The older of both: what is shown is at least as new."""
    times = [
        each for each in (rows[-1].counted_at if rows[-1].pk else None, stock and stock.taken_at) if each
    ]
    return min(times, default=None)


def is_late(rows: list[Figures], stock: OpenWork | None) -> bool:
    at = counted_at(rows, stock)
    return at is not None and timezone.now() - at > LATE


def tiles_of(
    rows: list[Figures], total: Figures, stock: OpenWork | None, *, grain: Grain, category: str
) -> list[Tile]:
    settled = figures.total(figures.settled(rows, grain=grain))
    human = Sketch(total.first_human)
    table = open_table(stock, category=category) if stock else None
    return [
        *([_open_tile(table, stock, category=category)] if stock and table else []),
        Tile(_("Came in"), str(total.arrived)),
        Tile(_("Resolved"), str(total.resolved)),
        Tile(
            _("First answer by an agent"),
            short_duration(human.quantile(MEDIAN)),
            _("median of %(number)s") % {"number": human.count} if human.count else "",
        ),
        _share_tile(_("First answers as promised"), total.response_met, total.responses_promised),
        _share_tile(_("Self-help confirmed"), total.fix_confirmed, total.fixes),
        _share_tile(_("Came back within 72 hours"), settled.came_back, settled.resolved),
    ]


def _open_tile(table: OpenTable, stock: OpenWork, *, category: str) -> Tile:
    oldest = ""
    if stock.oldest_at and category == ALL:
        oldest = _("the oldest for %(age)s") % {"age": age(timezone.now() - stock.oldest_at)}
    return Tile(_("Needs an agent now"), str(table.total), oldest)


def _share_tile(label: str, part: int, whole: int) -> Tile:
    if not whole:
        return Tile(label, "–", _("nothing to count yet"))
    of = _("%(part)s of %(whole)s") % {"part": part, "whole": whole}
    return Tile(label, f"{percent_of(part / whole)} %", of)


def sees_all_agents(user: User) -> bool:
    return user.has_perm("tickets.assign_ticket")


def agents_of(user: User, stock: OpenWork | None) -> list[AgentRow]:
    """Everybody's load for a lead, one's own for an agent, the busiest first."""
    load: dict[str, dict[str, int]] = stock.by_agent if stock else {}
    days = latest(Grain.DAY, LATELY)
    rows = AgentDay.objects.filter(start__gte=days[0])
    shown = User.objects.filter(is_active=True, groups__permissions__codename="change_ticket").distinct()
    if not sees_all_agents(user):
        rows, shown = rows.filter(agent=user), User.objects.filter(pk=user.pk)
    worked: dict[int, list[AgentDay]] = defaultdict(list)
    for row in rows:
        worked[row.agent_id].append(row)
    found = [_agent(each, load.get(str(each.pk), {}), worked[each.pk], today=days[-1]) for each in shown]
    return sorted(found, key=lambda row: (-row.open, -row.answered_lately, row.user.username))


def _agent(user: User, load: Mapping[str, int], days: list[AgentDay], *, today: datetime) -> AgentRow:
    return AgentRow(
        user,
        open=load.get("open", 0),
        pending=load.get("pending", 0),
        answered=sum(day.answered for day in days if day.start == today),
        median=short_duration(merged(day.first_human for day in days).quantile(MEDIAN)),
        answered_lately=sum(day.answered for day in days),
    )


def solved_of(since: datetime, *, category: str) -> dict[str, Any]:
    """Who needed no report: advised beside the form, and helped; in whole days."""
    named = "" if category == ALL else category
    found = solved_before.since(timezone.localdate(since), category=named)
    return {
        "since": since,
        "number": sum(number for _slug, number in found),
        "rows": [(label_of(slug), number) for slug, number in found],
    }


def triage_of(user: User, since: datetime, *, category: str) -> dict[str, Any] | None:
    """How often triage was right where it named a category; for who may see the page about it."""
    if not user.has_perm("tickets.view_triageweek"):
        return None
    said = figures.triage_since(since, category=category)
    named = said["triaged"] - said["abstained"]
    return {
        **said,
        "named": named,
        "right_percent": percent_of(1 - said["corrected"] / named) if named else None,
        "abstained_percent": percent_of(said["abstained"] / said["triaged"]) if said["triaged"] else None,
    }
