"""Lengkapi laporan: what a report that came by mail still lacks."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from tickets.completing import Completion
from tickets.forms.report import ReportForm
from tickets.forms.signup import NOT_YET, OTHER
from tickets.models import Ticket
from tickets.models.ticket import SignupPrecision


class CompletionForm(ReportForm):
    """The questions of the report form that a mail does not answer by itself."""

    situation = None  # type: ignore[assignment]  # Django's way to leave a field out
    description = None  # type: ignore[assignment]
    reply_email = None  # type: ignore[assignment]
    screenshots = None  # type: ignore[assignment]
    website = None  # type: ignore[assignment]
    field_order = [
        "signup_day", "signup_date", "signup_hour", "signup_zone", "hour_unknown", "signup_sure",
        "contact", "tried", "device",
    ]  # fmt: skip

    @property
    def completion(self) -> Completion:
        data = self.cleaned_data
        return Completion(
            registered_email=data["registered_email"],
            registered_phone=data["registered_phone"],
            signup_precision=self.signup_precision,
            signed_up_at=self.signed_up_at,
            signup_claim=self.signup_claim,
            zone=data["signup_zone"],
            tried=frozenset(data["tried"]),
            device=data["device"],
        )


def known_of(ticket: Ticket, *, device: str) -> dict[str, Any]:
    """Return what the form shows filled in: what the report says already, and the device in hand."""
    known: dict[str, Any] = {
        "contact": ticket.contact or ticket.reply_email,
        "device": ticket.device or device,
        "tried": sorted(ticket.tried),
        "signup_zone": ticket.zone,
    }
    if ticket.signup_precision == SignupPrecision.NOT_YET:
        known["signup_day"] = NOT_YET
    elif ticket.signed_up_at:
        moment = ticket.signed_up_at.astimezone(ZoneInfo(ticket.zone))
        known |= {"signup_day": OTHER, "signup_date": f"{moment:%d-%m-%Y}"}
        if ticket.signup_precision == SignupPrecision.MINUTE:
            known["signup_hour"] = f"{moment:%H.%M}"
        else:
            known["hour_unknown"] = True
    return known
