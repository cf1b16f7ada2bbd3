"""When somebody signed up: asked in parts, read as people write it, asked about when it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets import fields
from tickets.forms.clock_words import parse_day, parse_hour
from tickets.forms.inputs import TypedField
from tickets.forms.questions import needed_in
from tickets.models.ticket import SignupPrecision, Zone
from tickets.moments import in_full, written_as
from triage.on_form import SIGNUP

TODAY, YESTERDAY, OTHER, NOT_YET, UNKNOWN = "today", "yesterday", "other", "not_yet", "unknown"
DAYS = [
    (TODAY, _("Today")),
    (YESTERDAY, _("Yesterday")),
    (OTHER, _("Another date")),
    (NOT_YET, _("I could not register yet")),
    (UNKNOWN, _("I do not remember")),
]
# Midnight can pass while somebody types: for this long "today" is the day the form was opened.
TYPING = timedelta(hours=1)
MAX_KEY = 60  # characters of Written.key

MESSAGES = {
    "day": _("Choose when you registered. If you do not know, choose “I do not remember”."),
    "date": _("Write the date as day-month-year, for example 22-11-2026."),
    "date_missing": _("Write the date you registered, for example 22-11-2026."),
    "hour": _("Write the hour as on a clock, for example 14.30."),
    "hour_missing": _(
        "Write the hour you registered, for example 14.30, or tick “I do not remember the hour”."
    ),
}
# A time at which nobody can have registered, by the code of the rule it breaks.
QUESTIONS = {
    "signup_in_future": _("That time has not come yet: %(moment)s. Is it right?"),
    "signup_too_old": _("That is very long ago: %(moment)s. Is it right?"),
}


@dataclass(frozen=True)
class Written:
    """The time as it was written, on the clock of its zone; `clock` is None when the hour is forgotten."""

    day: date
    clock: time | None
    zone: Zone

    @property
    def words(self) -> str:
        return in_full(self.day, self.clock, zone=self.zone)

    @property
    def claim(self) -> str:
        return written_as(self.day, self.clock)

    @property
    def key(self) -> str:
        """What the tick that confirms it says: another time needs another tick."""
        return f"{self.claim} {self.zone}"


def _as_ticked(text: str) -> str:
    """Never an error: a tick that no page of ours offers confirms nothing, and has no place for one."""
    return fields.clean_line(text[:MAX_KEY])


class WithSignup(forms.Form):
    """The part of a form that asks when they signed up. `opened_at` is when the page was made.

    A time that cannot be is asked about. Said to be right all the same it is kept as `signup_claim`, for the
    agent to see, and counts as a time we do not know: nobody is told to wait for it.
    """

    signup_day = forms.ChoiceField(
        label=_("When did you register?"),
        help_text=_("The time decides what helps: a code can take up to 10 minutes."),
        choices=DAYS,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": MESSAGES["day"]},
    )
    signup_date = TypedField(
        rule=fields.clean_line,
        label=_("Date"),
        help_text=_("Day-month-year, for example 22-11-2026"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    signup_hour = TypedField(
        rule=fields.clean_line,
        label=_("Hour"),
        help_text=_("For example 14.30"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    signup_zone = TypedField(
        rule=fields.clean_zone,
        label=_("Time zone"),
        widget=forms.Select(choices=Zone.choices),
    )
    hour_unknown = forms.BooleanField(label=_("I do not remember the hour"), required=False)
    signup_sure = TypedField(rule=_as_ticked, label=_("Yes, that is right"))

    def __init__(self, *args, opened_at: datetime | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = timezone.now()
        self.opened_at = opened_at or self.now
        self.signed_up_at: datetime | None = None
        self.signup_precision = SignupPrecision.UNKNOWN
        self.signup_claim = ""
        self.written: Written | None = None
        # Why the time cannot be: a code of QUESTIONS, or "".
        self.signup_doubt = ""

    @property
    def signup_question(self) -> str:
        """What is asked about the time, or ""."""
        if not self.signup_doubt or self.written is None:
            return ""
        return QUESTIONS[self.signup_doubt] % {"moment": self.written.words}

    @property
    def is_sure_of_signup(self) -> bool:
        return self.written is not None and self.cleaned_data.get("signup_sure") == self.written.key

    def clean(self) -> dict:
        data = super().clean() or self.cleaned_data
        self.is_signup_needed = SIGNUP in needed_in(data.get("situation", ""))
        if not self.errors.keys() & {"signup_day", "signup_date", "signup_hour", "signup_zone"}:
            self._clean_signup(data)
        return data

    def _clean_signup(self, data: dict) -> None:
        chosen = data["signup_day"] or (OTHER if data["signup_date"] else "")
        if chosen == NOT_YET:
            self.signup_precision = SignupPrecision.NOT_YET
        elif not chosen and self.is_signup_needed and not data["hour_unknown"]:
            self.add_error("signup_day", MESSAGES["day"])
        elif chosen in {TODAY, YESTERDAY, OTHER}:
            clock, day = self._clean_hour(data), self._clean_day(chosen, data)
            if day is not None and not self.errors.keys() & {"signup_date", "signup_hour"}:
                self.written = Written(day, clock, data["signup_zone"])
                self._clean_written(self.written)

    def _clean_written(self, written: Written) -> None:
        try:
            self.signed_up_at, self.signup_precision = self._moment_of(written)
        except forms.ValidationError as error:
            self.signup_doubt = error.code or ""
            if self.is_sure_of_signup:
                self.signup_claim = written.claim
            else:
                self.add_error("signup_sure", self.signup_question)

    def _moment_of(self, written: Written) -> tuple[datetime, SignupPrecision]:
        if written.clock is None:
            day = fields.clean_signup_day(written.day, zone=written.zone, now=self.now)
            return day, SignupPrecision.DAY
        moment = datetime.combine(written.day, written.clock, tzinfo=ZoneInfo(written.zone))
        # A phone's clock that runs minutes ahead: they have just registered.
        return min(fields.clean_signup_moment(moment, now=self.now), self.now), SignupPrecision.MINUTE

    def _clean_hour(self, data: dict) -> time | None:
        """The hour; one that was typed counts more than the tick that says it is forgotten."""
        typed = data["signup_hour"]
        if not typed:
            if self.is_signup_needed and not data["hour_unknown"]:
                self.add_error("signup_hour", MESSAGES["hour_missing"])
            return None
        try:
            clock, zone = parse_hour(typed)
        except ValueError:
            self.add_error("signup_hour", MESSAGES["hour"])
            return None
        if zone:
            data["signup_zone"] = Zone[zone]
        return clock

    def _clean_day(self, chosen: str, data: dict) -> date | None:
        opened = self.opened_at if self.now - self.opened_at < TYPING else self.now
        today = opened.astimezone(ZoneInfo(data["signup_zone"])).date()
        if chosen == TODAY:
            return today
        if chosen == YESTERDAY:
            return today - timedelta(days=1)
        if not data["signup_date"]:
            if self.is_signup_needed:
                self.add_error("signup_date", MESSAGES["date_missing"])
            return None
        try:
            return parse_day(data["signup_date"], today=today)
        except ValueError:
            self.add_error("signup_date", MESSAGES["date"])
            return None
