"""What the pages about texts call each text and setting, and when it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tickets.admin.queue_rows import label_of
from tickets.models.ticket import HoldThen, Priority
from triage import draft, general, places, reasons, thresholds
from triage.changes import GENERAL
from triage.contact import carrier_name, provider_name
from triage.places import Place
from triage.report import LANGUAGES
from triage.wording import span

Words = dict[str, str | Promise]

LANGUAGE_NAMES: Words = {"id": "Bahasa Indonesia", "en": "English"}
TITLES: Words = {
    places.LABEL: gettext_lazy("Name of the category"),
    places.SUBJECT: gettext_lazy("Subject"),
    places.CLOSING: gettext_lazy("Last sentences"),
    general.AGENT_OPENING: gettext_lazy("First sentence"),
    general.AGENT_CLOSING: gettext_lazy("Last sentences"),
    general.SECOND_ACCOUNT: gettext_lazy("To whose reports name two accounts"),
    f"{general.SILENCE}.queue": gettext_lazy("When silence brings it to the agents"),
    f"{general.SILENCE}.resolve": gettext_lazy("When silence counts as solved"),
    thresholds.PRIORITY: gettext_lazy("Priority"),
    thresholds.HOLD_MINUTES: gettext_lazy("Hold, in minutes"),
    thresholds.HOLD_THEN: gettext_lazy("What the end of the hold does"),
    thresholds.MIN: gettext_lazy("Certainty to name it, in percent"),
    thresholds.ADVICE: gettext_lazy("Certainty to advise, in percent"),
    thresholds.HOLD: gettext_lazy("Certainty to hold, in percent"),
}
NUMBERED: Words = {
    places.OPENINGS: gettext_lazy("First sentence %(number)s"),
    places.STEPS: gettext_lazy("Step %(number)s"),
    places.AGENT_STEPS: gettext_lazy("Agent's step %(number)s"),
    general.STANDING: gettext_lazy("Standing advice %(number)s"),
}
HINTS: Words = {
    places.LABEL: gettext_lazy("Agents see it on badges; requesters inside a sentence."),
    thresholds.HOLD_MINUTES: gettext_lazy("15 to 10080, a week. {silence} in the last sentences follows it."),
    thresholds.HOLD_THEN: gettext_lazy("Of a requester from whom nothing was heard."),
    thresholds.MIN: gettext_lazy("Below it the ticket goes to the agents without a category."),
    thresholds.ADVICE: gettext_lazy(
        "Below it only the agent is told the category; the requester gets what anybody gets."
    ),
    thresholds.HOLD: gettext_lazy("Below it the ticket goes to the agents at once. 100 holds next to none."),
}
GROUPS: Words = {
    places.LABEL: gettext_lazy("Name"),
    "answer": gettext_lazy("What the requester reads"),
    places.AGENT_STEPS: gettext_lazy("What the agent is told to do"),
    general.AGENT_OPENING: gettext_lazy("A fix that is not asked for: straight to the agents"),
    general.SILENCE: gettext_lazy("{silence}: what becomes of a held report"),
    general.STANDING: gettext_lazy("Said to everybody"),
    general.BECAUSE: gettext_lazy("First sentence when a fact decides; of several the first one speaks"),
}
GROUP_OF = {
    **dict.fromkeys((places.SUBJECT, places.OPENINGS, places.STEPS, places.CLOSING), "answer"),
    general.AGENT_CLOSING: general.AGENT_OPENING,
    general.SECOND_ACCOUNT: general.STANDING,
}
NEEDS: Words = {
    "elapsed": gettext_lazy("the signup time is known"),
    "tried": gettext_lazy("something was tried already"),
    "found_in_spam": gettext_lazy("it was found in spam"),
    "address_suggestion": gettext_lazy("the registered address looks misspelt"),
    "domain_unreachable": gettext_lazy("the registered domain takes no mail"),
    "address_unknown": gettext_lazy("a mail to the registered address came back"),
    "near_miss": gettext_lazy("registered and reply address are nearly the same"),
    "address_in_doubt": gettext_lazy("the registered address is in doubt"),
    "managed_mailbox": gettext_lazy("it is a mailbox of a campus, school or office"),
    "carrier": gettext_lazy("the phone's operator is known"),
    "email": gettext_lazy("the code comes by e-mail"),
    "sms": gettext_lazy("the code comes by SMS"),
}
UNLESS: Words = {
    "waited": gettext_lazy("they have waited"),
    "spam": gettext_lazy("they have looked in spam"),
    "resent": gettext_lazy("they have asked for a resend"),
    "device": gettext_lazy("they have tried another device or connection"),
    "data_right": gettext_lazy("they wrote that the data are right"),
    "has_screenshots": gettext_lazy("they have attached a screenshot"),
}
SLOTS: Words = {
    "elapsed": gettext_lazy("time since signup"),
    "tried": gettext_lazy("what was tried already"),
    "clock": gettext_lazy("the time to wait until"),
    "mail_places": gettext_lazy("where this mail provider puts unwanted mail"),
    "provider": gettext_lazy("name of the mail provider"),
    "carrier_check": gettext_lazy("what to look at with this phone operator"),
    "suggested_domain": gettext_lazy("the domain that was probably meant"),
    "category": gettext_lazy("name of the category"),
    "second": gettext_lazy("name of the second category"),
    "silence": gettext_lazy("what happens without word, and when"),
    "hold": gettext_lazy("how long it is held"),
}


def name_of(slug: str) -> str:
    return _("Texts of no category") if slug == GENERAL else label_of(slug)


def titles_for(slug: str) -> dict[str, str]:
    """What each text and setting is called, by the key of its place."""
    counted: dict[str, int] = {}
    titles = {}
    for place in draft.places_for(slug):
        counted[place.group] = counted.get(place.group, 0) + 1
        titles[place.key] = _title(place, number=counted[place.group])
    return titles | {name: str(TITLES[name]) for name in draft.settings_for(slug)}


def _title(place: Place, *, number: int) -> str:
    if place.group == general.BECAUSE:
        code = place.key.partition(".")[2]
        return re.sub(r"\{\w+\}", "…", reasons.texts()[code][get_language() or "id"])
    if place.group in NUMBERED:
        return str(NUMBERED[place.group]) % {"number": number}
    return str(TITLES[place.key])


def title_of(key: str, titles: dict[str, str]) -> str:
    """The title for the key of a change, its language with it; the bare key where the place is gone."""
    place_key, _, language = key.rpartition(".")
    if place_key in titles and language in LANGUAGES:
        return f"{titles[place_key]} · {LANGUAGE_NAMES[language]}"
    return titles.get(key, key)


def conditions(place: Place) -> Iterator[str]:
    """On which conditions a text is used, each in words."""
    needed = [*sorted(place.needs), *([place.when] if place.when else [])]
    named = [str(NEEDS.get(need) or provider_name(need) or carrier_name(need) or need) for need in needed]
    if named:
        yield _("Only when %(what)s.") % {"what": _(" and ").join(named)}
    elif place.group == places.OPENINGS:
        yield _("When no other fits.")
    if place.unless:
        yield _("Not when %(what)s.") % {"what": UNLESS.get(place.unless, place.unless)}


def in_words(key: str, value: Any) -> str:
    """A value of a text or setting as people read it."""
    if key == thresholds.PRIORITY and value in Priority:
        return str(Priority(value).label)
    if key == thresholds.HOLD_THEN and value in HoldThen:
        return str(HoldThen(value).label)
    if key == thresholds.HOLD_MINUTES and isinstance(value, int):
        return span(timedelta(minutes=value), language=get_language() or "id")
    if key in thresholds.CONFIDENCES and isinstance(value, (int, float)):
        return f"{100 * value:g} %"
    return str(value)
