"""What the public pages have in common: headers, and the pages that say what went wrong."""

from __future__ import annotations

import math

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tickets.intake import RETRY_AFTER


def problem(request: HttpRequest, name: str, *, status: int) -> HttpResponse:
    """Render one of the pages named after what happened: what to do, and what became of the text."""
    response = render(request, f"{name}.html", status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def unavailable(request: HttpRequest) -> HttpResponse:
    return retry_after(problem(request, "503", status=503), RETRY_AFTER)


def retry_after(response: HttpResponse, seconds: float) -> HttpResponse:
    response["Retry-After"] = str(math.ceil(seconds))
    return response
