"""What the report form shows filled in of what the platform has said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from tickets.forms.signup import OTHER, TODAY, YESTERDAY
from tickets.models.ticket import Zone
from tickets.prefill import Prefill


def prefilled_by(said: Prefill) -> dict[str, Any]:
    """Return initial values; the requester may change each, and nothing else is known of them."""
    values: dict[str, Any] = {}
    if contact := said.email or said.phone:
        values["contact"] = contact
    if said.signed_up_at:
        values |= _moment(said.signed_up_at, said.zone)
    return values


def _moment(moment: datetime, zone: Zone) -> dict[str, Any]:
    local = moment.astimezone(ZoneInfo(zone))
    today = timezone.now().astimezone(ZoneInfo(zone)).date()
    days = {today: TODAY, today - timedelta(days=1): YESTERDAY}
    day = days.get(local.date(), OTHER)
    date = {"signup_date": f"{local:%d-%m-%Y}"} if day == OTHER else {}
    return {"signup_day": day, **date, "signup_hour": f"{local:%H.%M}", "signup_zone": zone}
