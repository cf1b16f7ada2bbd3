"""Hubungi Kami: the report of a registration issue."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets import fields
from tickets.forms.clock_words import parse_day, parse_hour
from tickets.forms.inputs import TypedField, WithScreenshots, contact
from tickets.models.ticket import SignupPrecision, Zone
from triage.report import DEVICE, RESENT, SPAM, WAITED

TODAY, YESTERDAY, OTHER, NOT_YET, UNKNOWN = "today", "yesterday", "other", "not_yet", "unknown"
DAYS = [
    (TODAY, _("Today")),
    (YESTERDAY, _("Yesterday")),
    (OTHER, _("Another date")),
    (NOT_YET, _("I could not register yet")),
    (UNKNOWN, _("I do not remember")),
]
TRIED = [
    (WAITED, _("Waited at least 10 minutes")),
    (SPAM, _("Looked in the spam and promotions folders")),
    (RESENT, _("Asked for the code or the link again")),
    (DEVICE, _("Tried another device, browser or connection")),
]
# What a phone's keyboard should do while an address is typed.
ADDRESS_KEYBOARD = {
    "inputmode": "email",
    "autocomplete": "email",
    "autocapitalize": "none",
    "spellcheck": "false",
}
# Midnight can pass while somebody types: for this long "today" is the day the form was opened.
TYPING = timedelta(hours=1)

MESSAGES = {
    "day": _("Choose when you registered. If you do not know, choose “I do not remember”."),
    "date": _("Write the date as day-month-year, for example 22-11-2026."),
    "date_missing": _("Write the date you registered, for example 22-11-2026."),
    "hour": _("Write the hour as on a clock, for example 14.30."),
    "hour_missing": _(
        "Write the hour you registered, for example 14.30, or tick “I do not remember the hour”."
    ),
}


class ReportForm(WithScreenshots):
    """A report as typed. `opened_at` is when the page was made, `now` is when it came back."""

    use_required_attribute = False

    description = TypedField(
        rule=fields.clean_description,
        label=_("What happened?"),
        help_text=_(
            "In your own words: what did you do, and what did the screen say? "
            "Never write an OTP or a password."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
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
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    signup_hour = TypedField(
        rule=fields.clean_line,
        label=_("Hour"),
        help_text=_("For example 14.30"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    signup_zone = TypedField(
        rule=fields.clean_zone,
        label=_("Time zone"),
        widget=forms.Select(choices=Zone.choices),
    )
    hour_unknown = forms.BooleanField(label=_("I do not remember the hour"), required=False)
    contact = TypedField(
        rule=contact,
        label=_("E-mail or phone number you registered with"),
        help_text=_("So that we can find your registration. Write it just as you did there."),
        widget=forms.TextInput(attrs=ADDRESS_KEYBOARD),
    )
    reply_email = TypedField(
        rule=fields.clean_email,
        label=_("Another e-mail address for our answer"),
        help_text=_(
            "Only if you cannot open the one above, or registered with a phone number. "
            "Our answer is always on your report's page too."
        ),
        widget=forms.TextInput(attrs={**ADDRESS_KEYBOARD, "type": "email"}),
    )
    tried = forms.MultipleChoiceField(
        label=_("What have you tried already?"),
        help_text=_("We will not ask you to do it again."),
        choices=TRIED,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    device = TypedField(
        rule=fields.clean_device,
        label=_("Device and browser"),
        help_text=_("Filled in for you. Change it if you registered on another device."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    # People cannot see it; a machine that fills in everything gives itself away.
    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    field_order = [
        "description", "signup_day", "signup_date", "signup_hour", "signup_zone", "hour_unknown",
        "contact", "reply_email", "tried", "device", "screenshots",
    ]  # fmt: skip

    def __init__(self, *args, opened_at: datetime | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = timezone.now()
        self.opened_at = opened_at or self.now
        self.signed_up_at: datetime | None = None
        self.signup_precision = SignupPrecision.UNKNOWN

    def clean(self) -> dict:
        data = super().clean() or self.cleaned_data
        if not self.errors.keys() & {"signup_day", "signup_date", "signup_hour", "signup_zone"}:
            self._clean_signup(data)
        email, phone = data.get("contact", ("", ""))
        data["registered_email"], data["registered_phone"] = email, phone
        data["reply_email"] = fields.second_address(data.get("reply_email", ""), registered_email=email)
        return data

    def _clean_signup(self, data: dict) -> None:
        chosen = data["signup_day"] or (OTHER if data["signup_date"] else "")
        if chosen == NOT_YET:
            self.signup_precision = SignupPrecision.NOT_YET
        elif not chosen and not data["hour_unknown"]:
            self.add_error("signup_day", MESSAGES["day"])
        elif chosen in {TODAY, YESTERDAY, OTHER}:
            self._clean_moment(chosen, data)

    def _clean_moment(self, chosen: str, data: dict) -> None:
        clock = self._clean_hour(data)
        day = self._clean_day(chosen, data)
        if day is None or (clock is None and not data["hour_unknown"]):
            return
        zone = data["signup_zone"]
        field = "signup_date" if chosen == OTHER else "signup_hour"
        try:
            if clock is None:
                self.signed_up_at = fields.clean_signup_day(day, zone=zone, now=self.now)
                self.signup_precision = SignupPrecision.DAY
            else:
                moment = datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
                # A phone's clock that runs minutes ahead: they have just registered.
                self.signed_up_at = min(fields.clean_signup_moment(moment, now=self.now), self.now)
                self.signup_precision = SignupPrecision.MINUTE
        except forms.ValidationError as error:
            self.add_error(field, error)

    def _clean_hour(self, data: dict) -> time | None:
        """The hour; one that was typed counts more than the tick that says it is forgotten."""
        typed = data["signup_hour"]
        if not typed:
            if not data["hour_unknown"]:
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

    def _clean_day(self, chosen: str, data: dict):
        opened = self.opened_at if self.now - self.opened_at < TYPING else self.now
        today = opened.astimezone(ZoneInfo(data["signup_zone"])).date()
        if chosen == TODAY:
            return today
        if chosen == YESTERDAY:
            return today - timedelta(days=1)
        if not data["signup_date"]:
            self.add_error("signup_date", MESSAGES["date_missing"])
            return None
        try:
            return parse_day(data["signup_date"], today=today)
        except ValueError:
            self.add_error("signup_date", MESSAGES["date"])
            return None
