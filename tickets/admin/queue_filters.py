"""The queue's filters as menus and chips, read from the address and written back to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tickets.admin.action_inputs import assignable
from tickets.admin.addresses import read_pk
from tickets.filters import (
    AGES,
    DOUBTFUL,
    HUMAN,
    LATE,
    ME,
    NO_INCIDENT,
    NOBODY,
    ON_TIME,
    SOON,
    UNCATEGORISED,
    UNSURE,
    Filters,
)
from tickets.models import Incident
from tickets.models.ticket import Channel, Status
from tickets.queue import QUEUE_ORDER, TABS, Tab, View
from triage.playbooks import playbooks

Choices = dict[str, dict[str, str]]

INCIDENTS = 30  # in the menu; more at once is no list of incidents any more
WORDS = 200  # characters of a search
LABELS = {
    "category": gettext_lazy("Category"),
    "channel": gettext_lazy("Channel"),
    "age": gettext_lazy("Age"),
    "status": gettext_lazy("Status"),
    "assignee": gettext_lazy("Agent"),
    "incident": gettext_lazy("Incident"),
    "confidence": gettext_lazy("Confidence"),
    "sla": gettext_lazy("SLA"),
}
FREQUENT = {"category", "channel", "age", "sla"}  # in the bar itself; the rest behind "More"
AGE_LABELS = {
    "30m": gettext_lazy("over 30 minutes"),
    "1h": gettext_lazy("over 1 hour"),
    "4h": gettext_lazy("over 4 hours"),
    "1d": gettext_lazy("over 1 day"),
    "3d": gettext_lazy("over 3 days"),
    "7d": gettext_lazy("over 7 days"),
}
CONFIDENCES = {
    UNSURE: gettext_lazy("triage is unsure"),
    DOUBTFUL: gettext_lazy("under 75 %"),
    HUMAN: gettext_lazy("set by an agent"),
}
SORT_LABELS = {
    "newest": gettext_lazy("Newest first"),
    "oldest": gettext_lazy("Oldest first"),
}


def all_choices(*, user: User, incidents: Iterable[Incident]) -> Choices:
    """Every value that a filter can have for this agent, with its words."""
    language = get_language() or "id"
    labels = {slug: playbook.label(language) for slug, playbook in playbooks().items()}
    return {
        "category": {**labels, UNCATEGORISED: _("Without category")},
        "channel": {channel.value: str(channel.label) for channel in Channel},
        "age": {key: str(AGE_LABELS[key]) for key in AGES},
        "status": {status.value: str(status.label) for status in Status},
        "assignee": {ME: _("Mine"), NOBODY: _("Nobody"), **_colleagues(user)},
        "incident": {**{str(each.pk): each.title for each in incidents}, NO_INCIDENT: _("No incident")},
        "confidence": {key: str(label) for key, label in CONFIDENCES.items()},
        "sla": {LATE: _("late"), SOON: _("due soon"), ON_TIME: _("on time")},
    }


def _colleagues(user: User) -> dict[str, str]:
    """For leads: whose work it is matters to who deals it out."""
    if not user.has_perm("tickets.assign_ticket"):
        return {}
    return {str(each.pk): each.get_full_name() or each.get_username() for each in assignable()}


def incidents_for(query: Mapping[str, str]) -> list[Incident]:
    """Those that run, and the one that is asked for although it is over."""
    chosen = read_pk(query.get("incident", ""))
    wanted = Incident.objects.filter(Q(ended_at=None) | Q(pk=chosen))
    return list(wanted.order_by("-started_at")[:INCIDENTS])


def choices_in(tab: Tab, choices: Choices) -> Choices:
    """The choices that make sense in this tab."""
    kept = dict(choices)
    if tab.is_mine:
        del kept["assignee"]
    if len(tab.statuses) == 1:
        del kept["status"]
    else:
        kept["status"] = {key: kept["status"][key] for key in tab.statuses}
    if Status.OPEN not in tab.statuses:  # elsewhere no clock runs
        del kept["sla"]
    if len(kept["incident"]) == 1:  # nothing to tell apart
        del kept["incident"]
    return kept


def read_view(query: Mapping[str, str], choices: Choices) -> View:
    """Read the address; what is not a choice counts as not asked for."""
    words = " ".join(query.get("q", "").replace("\0", " ").split())[:WORDS]
    tab = TABS["all"] if words else TABS.get(query.get("tab", ""), TABS["open"])
    possible = choices_in(tab, choices)
    asked = {name: query.get(name, "") for name in possible}
    filters = Filters(**{name: value for name, value in asked.items() if value in possible[name]})
    sort = query.get("sort", "")
    return View(tab=tab, filters=filters, words=words, sort=sort if sort in tab.sorts and not words else "")


def gone(query: Mapping[str, str], choices: Choices, view: View) -> list[str]:
    """The filters, by name, whose value is no choice (any more): a category that was retired, say."""
    possible = choices_in(view.tab, choices)
    asked = {name: query.get(name, "") for name in possible}
    return [str(LABELS[name]) for name, value in asked.items() if value and value not in possible[name]]


def kept_query(view: View) -> dict[str, str]:
    """What links to other pages of this list must carry."""
    carried = {"q": view.words} if view.words else {"tab": view.tab.slug}
    return carried | dict(_set(view)) | ({"sort": view.sort} if view.sort else {})


def spelt(view: View) -> str:
    """The one spelling of a view as an address: what saved views are kept in, and compared by."""
    return urlencode(kept_query(view))


def menus(choices: Choices, view: View) -> list[dict]:
    return [
        {
            "name": name,
            "label": LABELS[name],
            "options": options.items(),
            "chosen": _chosen(view, name),
            "is_frequent": name in FREQUENT,
        }
        for name, options in choices_in(view.tab, choices).items()
    ]


def sorts(view: View) -> Iterable[tuple[str, str]]:
    """The orders to choose from, the tab's own first; none for results of a search."""
    if view.words:
        return []
    own = _("Most urgent first") if view.tab.order == QUEUE_ORDER else str(SORT_LABELS["newest"])
    return [("", own), *((name, str(SORT_LABELS[name])) for name in view.tab.sorts)]


def chips(choices: Choices, view: View) -> list[dict[str, str]]:
    """What is set, each with the address of the same list without it."""
    possible = choices_in(view.tab, choices)
    chosen = [
        (name, str(LABELS[name]), possible[name][value]) for name, value in _set(view) if name in possible
    ]
    if view.sort:
        chosen.append(("sort", _("Order"), str(SORT_LABELS[view.sort])))
    query = kept_query(view)
    return [
        {
            "label": label,
            "value": value,
            "without": urlencode({key: kept for key, kept in query.items() if key != name}),
        }
        for name, label, value in chosen
    ]


def cleared(view: View) -> str:
    """The address of the same tab, or search, with nothing set."""
    return spelt(View(tab=view.tab, filters=Filters(), words=view.words))


def _chosen(view: View, name: str) -> str:
    return getattr(view.filters, name)


def _set(view: View) -> list[tuple[str, str]]:
    return [(name, value) for name, value in vars(view.filters).items() if value]
