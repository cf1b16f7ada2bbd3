"""What every template may use."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from tickets import prefill, service_hours
from tickets.brand import brand_in
from tickets.web.frame import in_language, is_framed
from tickets.web.language import PARAMETER


def brand(request: HttpRequest) -> dict[str, Any]:
    """Whose pages these are. What costs something is asked for only by the templates that show it."""
    framed, language = is_framed(request), get_language() or settings.LANGUAGE_CODE
    return {
        "brand_name": settings.BRAND_NAME,
        "brand": SimpleLazyObject(lambda: brand_in(language)),
        "service_hours": service_hours.known,
        "service_zone": service_hours.zone_name,
        "privacy_path": in_language("privacy") if framed else reverse("privacy"),
        "same_page": _same_page(request),
        "is_framed": framed,
        "frame_parents": settings.EMBED_PARENTS,
        "solved_path": in_language("embed_solved") if framed else reverse("solved"),
        "form_url": in_language("embed") if framed else reverse("report"),
        "other_language": _same_page(request, **{PARAMETER: "en" if language == "id" else "id"}),
        # To append to the addresses that scripts ask: in a frame no cookie tells them the language.
        "in_language": f"?{PARAMETER}={language}" if framed or PARAMETER in request.GET else "",
    }


def _same_page(request: HttpRequest, **asked: str) -> str:
    """The address again, with what the platform has filled in."""
    filled_in = request.GET.get(prefill.PARAMETER, "")
    query = urlencode({**asked, **({prefill.PARAMETER: filled_in} if filled_in else {})})
    return f"{request.path}?{query}" if query else request.path
