"""The facts of a report: time since signup, what was already tried, what the text says about itself."""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from triage.contact import EMAIL, MANAGED, SMS, channel_of, provider_of
from triage.contact_facts import about_contact, doubts_in
from triage.error_strings import Sighting, sightings, tells_tried
from triage.language import END, guess_language, normalise
from triage.reasons import Reason
from triage.report import DAY, MINUTE, NOT_YET, SPAM, TRIED, Report
from triage.rules import REPORT_FLAGS, minute
from triage.wording import zone_of

# A lower bound counts as knowledge only when it alone makes a code overdue.
TELLING_BOUND = 15
LETTERS_THAT_TELL_A_LANGUAGE = 1_000
# What the text says about itself, by the name of its phrases in evidence.toml, and shown to the agent.
SAID = ("data_right", "wants_human", "restricted", "code_refused", "code_late")
# What else is known of the report, by its field, and shown to the agent too.
TOLD = ("fix_failed", "with_agent", "second_account")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Facts with their reasons.

    `minutes` is None when the signup time is unknown, a lower bound with `at_least`. `text` is the normalised
    report. `address_suggestion` and `reply_suggestion` are domains of our own list that were probably meant,
    `near_miss` says that registered and reply address look like two spellings of one, `address_unknown` and
    `mailbox_full` that a mail of ours to the registered one came back, and why.
    """

    minutes: int | None
    at_least: bool
    tried: frozenset[str]
    found_in_spam: bool
    spam_unread: bool
    data_right: bool
    wants_human: bool
    restricted: bool
    code_refused: bool
    code_absent: bool
    code_late: bool
    earlier_tickets: int
    second_account: bool
    fix_failed: bool
    with_agent: bool
    has_screenshots: bool
    sightings: tuple[Sighting, ...]
    channel: str
    provider: str
    mailbox_kind: str
    carrier: str
    address_suggestion: str
    reply_suggestion: str
    near_miss: bool
    domain_unreachable: bool
    address_unknown: bool
    mailbox_full: bool
    text: str
    text_language: str
    reasons: tuple[Reason, ...]

    @property
    def sure_minutes(self) -> int | None:
        """Minutes since signup that a rule may rely on, else None."""
        if self.minutes is None or (self.at_least and self.minutes < TELLING_BOUND):
            return None
        return self.minutes

    @property
    def screens(self) -> tuple[str, ...]:
        """The categories whose messages were seen on the screenshots, in the order they were seen."""
        return tuple(dict.fromkeys(sighting.category for sighting in self.sightings))

    def for_rules(self) -> dict[str, Any]:
        """The facts by the names that rules.toml uses."""
        flags = {name: getattr(self, name) for name in REPORT_FLAGS - {"came_back"}}
        return {
            **flags,
            "came_back": self.earlier_tickets > 0,
            "minutes": minute(self.sure_minutes),
            "tried": self.tried,
            "channel": self.channel,
        }

    @property
    def address_in_doubt(self) -> bool:
        """The registered address probably does not reach its owner.

        Of two that are nearly the same, the registered one is doubted unless the other is plainly misspelt.
        """
        return bool(
            self.address_suggestion
            or self.domain_unreachable
            or self.address_unknown
            or (self.near_miss and not self.reply_suggestion)
        )

    def as_facts(self) -> dict[str, Any]:
        """The facts as JSON-able values, for the record and the agent."""
        return {
            "minutes_since_signup": self.minutes,
            "minutes_at_least": self.at_least,
            "tried": sorted(self.tried),
            "found_in_spam": self.found_in_spam,
            "spam_unread": self.spam_unread,
            "data_right": self.data_right,
            "wants_human": self.wants_human,
            "restricted": self.restricted,
            "code_refused": self.code_refused,
            "code_absent": self.code_absent,
            "code_late": self.code_late,
            "earlier_tickets": self.earlier_tickets,
            "second_account": self.second_account,
            "fix_failed": self.fix_failed,
            "with_agent": self.with_agent,
            "has_screenshots": self.has_screenshots,
            "screens": [[sighting.category, sighting.wording] for sighting in self.sightings],
            "channel": self.channel,
            "provider": self.provider,
            "mailbox_kind": self.mailbox_kind,
            "managed_mailbox": self.mailbox_kind in MANAGED,
            "carrier": self.carrier,
            "address_suggestion": self.address_suggestion,
            "reply_suggestion": self.reply_suggestion,
            "near_miss": self.near_miss,
            "domain_unreachable": self.domain_unreachable,
            "address_unknown": self.address_unknown,
            "mailbox_full": self.mailbox_full,
            "address_in_doubt": self.address_in_doubt,
            "text_language": self.text_language,
        }


def gather(report: Report, *, now: datetime) -> Evidence:
    text = normalise(report.text)
    said = groups_said(text)
    seen = _seen(report.screens)
    shown = frozenset(tells_tried(sighting.wording) for sighting in seen) & TRIED
    ticked, written = report.tried & TRIED, _tried_in(said)
    tried = ticked | written | shown
    minutes, at_least, time_reason = _minutes_since_signup(report, now=now)
    flags: dict[str, Any] = {name: name in said for name in SAID}
    told = {name: getattr(report, name) for name in TOLD}
    known = {**flags, **told}
    earlier = max(0, report.earlier_tickets)
    channel = _channel(text, report.contact)
    contact = about_contact(report, channel=channel)
    return Evidence(
        minutes=minutes,
        at_least=at_least,
        tried=tried,
        found_in_spam="found_in_spam" in said and "not_in_spam" not in said,
        spam_unread="spam_unread" in said and SPAM not in tried,
        code_absent="code_absent" in said and "code_here" not in said,
        earlier_tickets=earlier,
        has_screenshots=report.has_screenshots,
        sightings=seen,
        channel=channel,
        provider=provider_of(report.contact),
        text=text,
        text_language=guess_language(report.text[:LETTERS_THAT_TELL_A_LANGUAGE]),
        reasons=(
            time_reason,
            *(Reason("tried_box", {"what": key}) for key in sorted(ticked)),
            *(Reason("tried_phrase", {"what": key}) for key in sorted(written - ticked)),
            *(Reason("tried_screen", {"what": key}) for key in sorted(shown - ticked - written)),
            *(Reason("screen_shows", {"wording": s.wording, "category": s.category}) for s in seen),
            *(Reason(name) for name, is_true in known.items() if is_true),
            *([Reason("earlier_tickets", {"ordinal": earlier + 1})] if earlier else []),
            *doubts_in(contact),
        ),
        **known,
        **contact,
    )


def _seen(screens: tuple[str, ...]) -> tuple[Sighting, ...]:
    """Every message on the screenshots once, however many of them show it."""
    seen = {sighting.wording: sighting for text in screens for sighting in sightings(text)}
    return tuple(seen.values())


def signed_up_by(report: Report, *, now: datetime) -> datetime | None:
    """The moment of signup when it is known to the minute, never later than `now`."""
    if report.signup_precision != MINUTE or report.signed_up_at is None:
        return None
    return min(_aware(report.signed_up_at, report), now)


def _minutes_since_signup(report: Report, *, now: datetime) -> tuple[int | None, bool, Reason]:
    if report.signup_precision == NOT_YET:
        return None, False, Reason("signup_not_yet")
    if report.signed_up_at is None or report.signup_precision not in (MINUTE, DAY):
        return None, False, Reason("signup_unknown")
    signed_up_at = _aware(report.signed_up_at, report)
    if signed_up_at > now:
        # Somebody's clock is wrong, or the hour was mistyped; either way it cannot have been long ago.
        return 0, report.signup_precision == DAY, Reason("signup_in_future")
    at_least = report.signup_precision == DAY
    if at_least:
        signed_up_at = min(signed_up_at + timedelta(days=1), now)
    minutes = int((now - signed_up_at).total_seconds() // 60)
    return minutes, at_least, Reason("signup_known", {"minutes": minutes, "at_least": at_least})


def _aware(moment: datetime, report: Report) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone_of(report.zone))


def _tried_in(said: set[str]) -> frozenset[str]:
    written = said & TRIED
    return frozenset(written | {SPAM} if said & {"found_in_spam", "not_in_spam"} else written)


def _channel(text: str, contact: str) -> str:
    """What the text names, if it names one only; otherwise what the contact is."""
    words = set(text.split())
    named = [channel for channel in (EMAIL, SMS) if words & set(phrase_book()["channels"][channel])]
    return named[0] if len(named) == 1 else channel_of(contact)


@dataclass(frozen=True)
class Phrase:
    """One phrase of evidence.toml: its pattern, and the words a sentence needs for it to be worth trying."""

    pattern: re.Pattern[str]
    needed: tuple[frozenset[str], ...]

    def is_said(self, sentence: str, words: set[str]) -> bool:
        return self.may_be_said(words) and any(_counts(match) for match in self.pattern.finditer(sentence))

    def may_be_said(self, words: set[str]) -> bool:
        return not any(words.isdisjoint(any_of) for any_of in self.needed)


@cache
def phrase_book() -> dict[str, Any]:
    """evidence.toml with its phrases compiled, by group."""
    data = tomllib.loads(Path(__file__).with_name("evidence.toml").read_text(encoding="utf-8"))
    denials, softeners = ("|".join(map(re.escape, data[name])) for name in ("denials", "softeners"))
    data["phrases"] = {
        group: [_phrase(phrase, denials, softeners) for phrase in phrases]
        for group, phrases in data["phrases"].items()
    }
    return data


def _phrase(phrase: str, denials: str, softeners: str) -> Phrase:
    """One phrase of evidence.toml compiled; see there for its notation."""
    gap = rf"(?:(?!(?:{denials}) )[\w']+ ){{0,3}}"
    forms = {"~": gap, "#": r"(?P<number>\d{1,6}) "}
    slots = phrase.split()
    parts = [
        forms.get(slot) or "(?:{}) ".format(slot.replace("*", r"\w*").replace("#", r"\d{1,6}"))
        for slot in slots
    ]
    pattern = rf"(?<!\S)(?P<before>(?:{denials}) (?:(?:{softeners}) )?)?" + "".join(parts)
    needed = tuple(frozenset(slot.split("|")) for slot in slots if not set("~#*") & set(slot))
    return Phrase(re.compile(pattern), needed)


def groups_said(text: str) -> set[str]:
    """The groups of which normalised text says a phrase, and does not deny it."""
    words = set(text.split())
    # No phrase reaches over the end of a sentence, and most sentences of a long text need no pattern.
    sentences = [(f"{sentence} ", set(sentence.split())) for sentence in text.split(f" {END} ")]
    return {
        group
        for group, phrases in phrase_book()["phrases"].items()
        if not words.isdisjoint(phrase_book()["about"].get(group, words))
        and any(
            phrase.is_said(sentence, own)
            for phrase in phrases
            if phrase.may_be_said(words)
            for sentence, own in sentences
        )
    }


def _counts(match: re.Match[str]) -> bool:
    if match["before"]:
        return False
    number = match.groupdict().get("number")
    limits = (
        limit for unit, limit in phrase_book()["waiting"]["enough"].items() if f" {unit} " in match.group()
    )
    return number is None or int(number) >= next(limits, 0)
