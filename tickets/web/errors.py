"""Error pages that say what to do and what became of the text."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "tickets/web/csrf.html", status=403)
