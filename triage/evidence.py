"""The facts of a report: time since signup, what was already tried, what the text says about itself."""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from triage.contact import (
    EMAIL,
    MANAGED,
    SMS,
    carrier_of,
    channel_of,
    kind_of_mailbox,
    provider_of,
)
from triage.language import guess_language, normalise
from triage.misspelling import is_near_miss, suggested_domain
from triage.reasons import Reason
from triage.report import DAY, MINUTE, NOT_YET, SPAM, TRIED, Report
from triage.wording import zone_of

# A lower bound counts as knowledge only when it alone makes a code overdue.
TELLING_BOUND = 15


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Facts with their reasons.

    `minutes` is None when the signup time is unknown, a lower bound with `at_least`. `address_suggestion` and
    `reply_suggestion` are domains of our own list that were probably meant, `near_miss` says that registered
    and reply address look like two spellings of one.
    """

    minutes: int | None
    at_least: bool
    tried: frozenset[str]
    found_in_spam: bool
    spam_unread: bool
    data_right: bool
    wants_human: bool
    restricted: bool
    earlier_tickets: int
    fix_failed: bool
    channel: str
    provider: str
    mailbox_kind: str
    carrier: str
    address_suggestion: str
    reply_suggestion: str
    near_miss: bool
    domain_unreachable: bool
    text_language: str
    reasons: tuple[Reason, ...]

    @property
    def sure_minutes(self) -> int | None:
        """Minutes since signup that a rule may rely on, else None."""
        if self.minutes is None or (self.at_least and self.minutes < TELLING_BOUND):
            return None
        return self.minutes

    @property
    def forbids_hold(self) -> bool:
        """Whoever wants a person, was restricted, or comes back, is not sent off to try something."""
        return self.fix_failed or self.earlier_tickets > 0 or self.wants_human or self.restricted

    @property
    def address_in_doubt(self) -> bool:
        """The registered address probably does not reach its owner.

        Of two that are nearly the same, the registered one is doubted unless the other is plainly misspelt.
        """
        return bool(
            self.address_suggestion
            or self.domain_unreachable
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
            "earlier_tickets": self.earlier_tickets,
            "fix_failed": self.fix_failed,
            "channel": self.channel,
            "provider": self.provider,
            "mailbox_kind": self.mailbox_kind,
            "managed_mailbox": self.mailbox_kind in MANAGED,
            "carrier": self.carrier,
            "address_suggestion": self.address_suggestion,
            "reply_suggestion": self.reply_suggestion,
            "near_miss": self.near_miss,
            "domain_unreachable": self.domain_unreachable,
            "address_in_doubt": self.address_in_doubt,
            "text_language": self.text_language,
        }


def gather(report: Report, *, now: datetime) -> Evidence:
    text = normalise(report.text)
    said = {group for group in rules()["phrases"] if phrase_in(text, group=group)}
    ticked, written = report.tried & TRIED, _tried_in(said)
    minutes, at_least, time_reason = _minutes_since_signup(report, now=now)
    flags: dict[str, Any] = {name: name in said for name in ("data_right", "wants_human", "restricted")}
    flags["fix_failed"] = report.fix_failed
    earlier = max(0, report.earlier_tickets)
    channel = _channel(text, report.contact)
    about_contact = _about_contact(report, channel=channel)
    return Evidence(
        minutes=minutes,
        at_least=at_least,
        tried=ticked | written,
        found_in_spam="found_in_spam" in said and "not_in_spam" not in said,
        spam_unread="spam_unread" in said and SPAM not in ticked | written,
        earlier_tickets=earlier,
        channel=channel,
        provider=provider_of(report.contact),
        text_language=guess_language(report.text),
        reasons=(
            time_reason,
            *(Reason("tried_box", {"what": key}) for key in sorted(ticked)),
            *(Reason("tried_phrase", {"what": key}) for key in sorted(written - ticked)),
            *(Reason(name) for name, is_true in flags.items() if is_true),
            *([Reason("earlier_tickets", {"ordinal": earlier + 1})] if earlier else []),
            *_reasons_of(about_contact),
        ),
        **flags,
        **about_contact,
    )


def _about_contact(report: Report, *, channel: str) -> dict[str, Any]:
    """What the addresses and the number tell by themselves."""
    suggestion = suggested_domain(report.contact)
    return {
        # yaho.co.id is no company.
        "mailbox_kind": "" if suggestion else kind_of_mailbox(report.contact),
        "carrier": carrier_of(report.contact) if channel == SMS else "",
        "address_suggestion": suggestion,
        "reply_suggestion": suggested_domain(report.reply_contact),
        "near_miss": is_near_miss(report.contact, report.reply_contact),
        "domain_unreachable": report.domain_accepts_mail is False,
    }


def _reasons_of(about_contact: dict[str, Any]) -> list[Reason]:
    """The doubts among them; whose number or mailbox it is, is no reason for anything."""
    suggestions = {name: about_contact[name] for name in ("address_suggestion", "reply_suggestion")}
    doubts = [name for name in ("near_miss", "domain_unreachable") if about_contact[name]]
    return [
        *(Reason(name, {"domain": domain}) for name, domain in suggestions.items() if domain),
        *(Reason(name) for name in doubts),
    ]


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
    named = [channel for channel in (EMAIL, SMS) if words & set(rules()["channels"][channel])]
    return named[0] if len(named) == 1 else channel_of(contact)


@cache
def rules() -> dict[str, Any]:
    """evidence.toml with its phrases compiled, by group."""
    data = tomllib.loads(Path(__file__).with_name("evidence.toml").read_text(encoding="utf-8"))
    denials, softeners = ("|".join(map(re.escape, data[name])) for name in ("denials", "softeners"))
    data["phrases"] = {
        group: [re.compile(_pattern(phrase, denials, softeners)) for phrase in phrases]
        for group, phrases in data["phrases"].items()
    }
    return data


def _pattern(phrase: str, denials: str, softeners: str) -> str:
    """The regular expression for one phrase of evidence.toml; see there for its notation."""
    gap = rf"(?:(?!(?:{denials}) )[\w']+ ){{0,3}}"
    forms = {"~": gap, "#": r"(?P<number>\d{1,6}) "}
    parts = [forms.get(word) or "(?:{}) ".format(word.replace("*", r"\w*")) for word in phrase.split()]
    return rf"(?<!\S)(?P<before>(?:{denials}) (?:(?:{softeners}) )?)?" + "".join(parts)


def phrase_in(text: str, *, group: str) -> bool:
    """Whether normalised text says one of the phrases of this group, and does not deny it."""
    return any(
        _counts(match) for pattern in rules()["phrases"][group] for match in pattern.finditer(f"{text} ")
    )


def _counts(match: re.Match[str]) -> bool:
    if match["before"]:
        return False
    number = match.groupdict().get("number")
    limits = (limit for unit, limit in rules()["waiting"]["enough"].items() if f" {unit} " in match.group())
    return number is None or int(number) >= next(limits, 0)
