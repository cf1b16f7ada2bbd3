"""Help while somebody reports: what fits so far, and the way out for whom it has helped already."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from tickets import advising, intake, solved_before
from tickets.forms import ReportForm
from tickets.throttling import AdviceThrottle
from tickets.web.form_token import read_token
from tickets.web.origin import is_from_us, takes_form_token
from triage.beforehand import Beforehand
from triage.playbooks import OTHER, playbooks

logger = logging.getLogger(__name__)


@require_POST
@takes_form_token
def advise(request: HttpRequest) -> HttpResponse:
    """Answer with what the form says so far, in pieces of the page; nothing is stored, no text is logged."""
    if not AdviceThrottle().allow_request(request, None):
        return HttpResponse(status=429, headers={"Cache-Control": "no-store"})
    opening = read_token(request.POST.get("form_token", ""))
    form = ReportForm(request.POST, opened_at=opening.opened_at if opening else None)
    response = render(request, "tickets/web/parts/so_far.html", {"form": form, **help_context(form)})
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt  # It knows nobody; the form's signed token says that it was opened.
def solved(request: HttpRequest) -> HttpResponse:
    """Count that the advice helped, and show a page that can be loaded again without counting twice."""
    if request.method == "POST":
        _count(request)
        return redirect(request.get_full_path())
    response = render(request, "tickets/web/solved.html")
    response["Cache-Control"] = "private, no-cache"
    return response


def help_context(form: ReportForm) -> dict[str, Any]:
    """What templates show of a form as it stands: the help that fits, and where it belongs."""
    report = form.so_far()
    found = advising.help_with(report)
    return {
        "help": found,
        "help_steps": _steps(found) if found else [],
        # Under the question that led to it: the situations, or the words.
        "help_place": "situation" if report.situation else "description",
    }


def _steps(found: Beforehand) -> list[tuple[str, str, str]]:
    """Each step in three: what comes before the clock time it names, that time, the rest."""
    return [step.partition(found.clock) if found.clock else (step, "", "") for step in found.steps]


def _count(request: HttpRequest) -> None:
    opening = read_token(request.POST.get("form_token", ""))
    category = request.POST.get("category", "")
    is_known = category in playbooks() and category != OTHER
    if opening is None or not is_known or not is_from_us(request):
        return
    if not AdviceThrottle().allow_request(request, None):
        return
    try:
        solved_before.count(opening.key, category=category, language=get_language() or "id")
    except intake.AWAY:
        # Somebody who was helped is not told that our counting failed.
        logger.exception("a success could not be counted")
