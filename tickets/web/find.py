"""Cari laporan: the link to a report, asked for by its number and an address of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tickets import intake, sharing
from tickets.forms import FindForm
from tickets.throttling import FindThrottle, seconds_to_wait
from tickets.web.pages import retry_after

# Where the answer stands: an address of its own, so that to reload it asks nothing again.
ASKED = "terkirim"
MAX_NUMBER = 40


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Take the question, and say the same whatever the answer is (docs/adr/0025)."""
    if request.method == "POST":
        return _receive(request)
    number = request.GET.get("nomor", "")[:MAX_NUMBER]
    return _page(request, FindForm(initial={"reference": number}), is_asked=ASKED in request.GET)


def show_again(request: HttpRequest) -> HttpResponse:
    """Show the form after a failed CSRF check, with what was typed."""
    return _page(request, FindForm(request.POST), notice="expired", status=403)


def _receive(request: HttpRequest) -> HttpResponse:
    form = FindForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    wait = seconds_to_wait(FindThrottle(), request)
    if wait is not None:
        return retry_after(_page(request, form, notice="throttled", status=429), wait)
    try:
        sharing.ask_for_link(reference=form.cleaned_data["reference"], address=form.cleaned_data["address"])
    except intake.AWAY:
        return retry_after(_page(request, form, notice="unavailable", status=503), intake.RETRY_AFTER)
    return HttpResponseRedirect(f"{reverse('find')}?{ASKED}=1", status=303)


def _page(
    request: HttpRequest, form: FindForm, *, is_asked: bool = False, notice: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "is_asked": is_asked, "notice": notice}
    response = render(request, "tickets/web/find.html", context, status=status)
    response["Cache-Control"] = "private, no-cache"
    return response
