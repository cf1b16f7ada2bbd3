"""The facts of a report: time since signup, what was already tried, what the text says about itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from triage.contact import EMAIL, MANAGED, SMS, channel_of, provider_of
from triage.contact_facts import about_contact, doubts_in
from triage.error_strings import Sighting, sightings, tells_tried
from triage.language import guess_language, normalise
from triage.phrases import groups_said, phrase_book
from triage.picked import hint_in, says_in_spam, says_missing
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
    `mailbox_full` that a mail of ours to the registered one came back, and why. `picked`: see picked.py.
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
    picked: str
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
            "picked": self.picked,
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
    # What the platform names counts like a message on the screen: that is where the person saw it.
    named = _seen((report.platform_error,)) if report.platform_error else ()
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
    picked = hint_in(report.situation)
    return Evidence(
        minutes=minutes,
        at_least=at_least,
        tried=tried,
        found_in_spam=says_in_spam(picked, said, tried),
        spam_unread="spam_unread" in said and SPAM not in tried,
        code_absent=says_missing(picked, said),
        picked=picked,
        earlier_tickets=earlier,
        has_screenshots=report.has_screenshots,
        sightings=tuple(dict.fromkeys((*seen, *named))),
        channel=channel,
        provider=provider_of(report.contact),
        text=text,
        text_language=guess_language(report.text[:LETTERS_THAT_TELL_A_LANGUAGE]),
        reasons=(
            time_reason,
            *([Reason("situation_picked", {"category": picked})] if picked else []),
            *(Reason("tried_box", {"what": key}) for key in sorted(ticked)),
            *(Reason("tried_phrase", {"what": key}) for key in sorted(written - ticked)),
            *(Reason("tried_screen", {"what": key}) for key in sorted(shown - ticked - written)),
            *(Reason("screen_shows", {"wording": s.wording, "category": s.category}) for s in seen),
            *([Reason("platform_error", {"error": report.platform_error})] if report.platform_error else []),
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
    if at_least := report.signup_precision == DAY:
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
