"""What somebody reads who has tried too often: how long to wait."""

from __future__ import annotations

import math
from http import HTTPStatus

from django.template.response import TemplateResponse
from django.utils.translation import ngettext

from tickets.counters import TooMany


def sentence(refusal: TooMany) -> str:
    minutes = math.ceil(refusal.wait / 60)
    return ngettext(
        "Too many tries. Wait %(minutes)d minute, then try again.",
        "Too many tries. Wait %(minutes)d minutes, then try again.",
        minutes,
    ) % {"minutes": minutes}


def refuse(response: TemplateResponse, refusal: TooMany) -> TemplateResponse:
    """Make the page that is being answered with say how long to wait: 429 (RFC 6585, 4)."""
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response["Retry-After"] = str(refusal.wait)
    response.context_data = {**(response.context_data or {}), "refusal": sentence(refusal)}
    return response
