"""The queue's filters as menus, read from the address and written back to it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tickets.filters import AGES, ME, NOBODY, UNCATEGORISED, Filters
from tickets.models.ticket import Channel, Status
from tickets.queue import Tab
from triage.playbooks import playbooks

AGE_LABELS = {
    "1h": gettext_lazy("over 1 hour"),
    "4h": gettext_lazy("over 4 hours"),
    "1d": gettext_lazy("over 1 day"),
    "3d": gettext_lazy("over 3 days"),
    "7d": gettext_lazy("over 7 days"),
}


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
