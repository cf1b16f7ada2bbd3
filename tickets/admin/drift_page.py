"""Week by week: what triage abstained from, and what agents corrected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets import drift
from tickets.admin.chart import Chart, draw_lines, shares
from tickets.admin.queue_rows import label_of
from tickets.admin.rights import StaffRequest, needs
from tickets.admin.wording import percent_of
from tickets.models import TriageWeek
from triage.playbooks import playbooks


@dataclass(frozen=True)
class Week:
    monday: date
    triaged: int = 0
    abstained: int = 0
    corrected: int = 0

    @property
    def label(self) -> str:
        return date_format(self.monday, "j M Y", use_l10n=False)

    @property
    def abstained_share(self) -> float | None:
        return self.abstained / self.triaged if self.triaged else None

    @property
    def corrected_share(self) -> float | None:
        """Of those that were named: where triage said nothing, there is nothing to correct."""
        named = self.triaged - self.abstained
        return self.corrected / named if named else None

    @property
    def abstained_percent(self) -> int | None:
        return None if self.abstained_share is None else percent_of(self.abstained_share)

    @property
    def corrected_percent(self) -> int | None:
        return None if self.corrected_share is None else percent_of(self.corrected_share)


@require_safe
@needs("tickets.view_triageweek")
def drift_page(request: StaffRequest) -> HttpResponse:
    chosen = request.GET.get("category", "")
    chosen = chosen if chosen in playbooks() else ""
    mondays = drift.latest_weeks(drift.WEEKS)
    counted = _counted(since=mondays[0])
    weeks = _weeks(mondays, counted[chosen])
    context = {
        **admin.site.each_context(request),
        "title": _("Triage week by week"),
        "place": "drift",
        "chosen": chosen,
        "chosen_label": label_of(chosen) if chosen else _("All categories"),
        "categories": {slug: label_of(slug) for slug in playbooks()},
        "chart": chart_of(weeks, has_ticks=True),
        "weeks": [week for week in reversed(weeks) if week.triaged],
        "total": _sum(weeks),
        "small": [
            {
                "slug": slug,
                "label": label_of(slug),
                "chart": chart_of(own, has_ticks=False),
                "total": _sum(own),
            }
            for slug in playbooks()
            if _sum(own := _weeks(mondays, counted[slug])).triaged
        ],
    }
    return TemplateResponse(request, "tickets/desk/drift.html", context)


def chart_of(weeks: Sequence[Week], *, has_ticks: bool) -> Chart:
    series = {
        "abstained": [week.abstained_share for week in weeks],
        "corrected": [week.corrected_share for week in weeks],
    }
    ticks = [week.label for week in weeks] if has_ticks else []
    return draw_lines(series, scale=shares(series), ticks=ticks)


def _counted(*, since: date) -> dict[str, list[TriageWeek]]:
    """The rows by category, and all of them under ""."""
    rows: dict[str, list[TriageWeek]] = defaultdict(list)
    for row in TriageWeek.objects.filter(week__gte=since):
        rows[row.category].append(row)
        rows[""].append(row)
    return rows


def _weeks(mondays: Iterable[date], rows: Iterable[TriageWeek]) -> list[Week]:
    by_week: dict[date, list[TriageWeek]] = defaultdict(list)
    for row in rows:
        by_week[row.week].append(row)
    return [_sum(by_week[monday], monday=monday) for monday in mondays]


def _sum(rows: Sequence[Any], *, monday: date = date.min) -> Week:
    return Week(
        monday,
        triaged=sum(row.triaged for row in rows),
        abstained=sum(row.abstained for row in rows),
        corrected=sum(row.corrected for row in rows),
    )
