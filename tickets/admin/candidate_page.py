"""The candidate model beside the one in use: where they differ, and the decision."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tickets import shadow
from tickets.admin.queue_rows import label_of
from tickets.admin.rights import StaffRequest, needs
from tickets.admin.wording import percent_of
from tickets.csp import policy
from tickets.models import ShadowAssessment, Ticket
from triage import versions
from triage.playbooks import playbooks

DECISIONS_SHOWN = 10
DECISIONS: dict[str, tuple[Callable[[Path, str], None], str | Promise]] = {
    "promote": (versions.promote_candidate, gettext_lazy("The candidate is now the model in use.")),
    "discard": (versions.discard_candidate, gettext_lazy("The candidate is discarded.")),
}
# What the log keeps is a code; this says it in the reader's language.
DECIDED: dict[str, str | Promise] = {
    "promote": gettext_lazy("put in use"),
    "discard": gettext_lazy("discarded"),
}


@require_safe
@needs("tickets.view_shadowassessment")
def candidate_page(request: StaffRequest) -> HttpResponse:
    directory = Path(settings.TRIAGE_MODEL_DIR)
    version = versions.candidate(directory)
    comparison = shadow.compare(version) if version else None
    context = {
        **admin.site.each_context(request),
        "title": _("Models of triage"),
        "place": "candidate",
        "models": models_of(directory),
        "candidate": version,
        "comparison": comparison,
        "shares": shares_of(comparison) if comparison and comparison.count else [],
        "table": table_of(comparison) if comparison and comparison.count else None,
        "differing": differing_of(comparison) if comparison else [],
        "window": shadow.WINDOW,
        "may_decide": request.user.has_perm("tickets.decide_candidate"),
        "decisions": decisions(),
    }
    return TemplateResponse(request, "tickets/desk/candidate.html", context)


@require_POST
@needs("tickets.decide_candidate")
def decision(request: StaffRequest) -> HttpResponse:
    """Promote or discard the candidate that the page showed, and log who did."""
    version, name = request.POST.get("version", ""), request.POST.get("decision", "")
    if name not in DECISIONS:
        raise Http404
    decide, done = DECISIONS[name]
    try:
        decide(Path(settings.TRIAGE_MODEL_DIR), version)
    except versions.NoCandidate:
        messages.error(request, _("This is no longer the candidate. Look again, then decide."))
    except OSError:
        messages.error(request, _("The folder of the models cannot be written. Nothing was changed."))
    else:
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(ShadowAssessment),
            object_id=version,
            object_repr=version,
            action_flag=CHANGE,
            change_message=name,
        )
        messages.success(request, str(done))
    return redirect("admin:tickets_candidate")


@require_safe
@needs("tickets.view_shadowassessment")
def model_page(request: HttpRequest, version: str) -> HttpResponse:
    """The page that training wrote about a version; its styles are its own, so its policy is too."""
    directory = Path(settings.TRIAGE_MODEL_DIR)
    if version not in {*versions.listed(directory), versions.candidate(directory)}:
        raise Http404
    try:
        response = HttpResponse((directory / version / versions.PAGE).read_bytes())
    except OSError as error:
        raise Http404 from error
    response["Content-Security-Policy"] = policy(
        {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "sandbox": []}
    )
    return response


def models_of(directory: Path) -> list[dict[str, Any]]:
    standing = versions.standing(directory)
    in_use = standing.version if standing else ""
    tried = versions.candidate(directory)
    names = versions.listed(directory)
    return [
        _model(directory, name, in_use=in_use, tried=tried) for name in [*names, *({tried} - {"", *names})]
    ]


def _model(directory: Path, name: str, *, in_use: str, tried: str) -> dict[str, Any]:
    card = versions.read_card(directory, name)
    return {
        "version": name,
        "is_in_use": name == in_use,
        "is_candidate": name == tried,
        "is_broken": not versions.is_usable(directory, name),
        "trained_at": parse_datetime(str(card.get("trained_at", ""))),
        "examples": sum(card.get("examples", {}).values()),
        "corrections": card.get("corrections", 0),
        "has_page": (directory / name / versions.PAGE).exists(),
    }


def shares_of(comparison: shadow.Comparison) -> list[dict[str, Any]]:
    verdicts = comparison.verdicts
    return [
        {"label": _("Tickets both have read"), "figure": comparison.count},
        {"label": _("Same category"), "figure": _percent(comparison.agreed, comparison.count)},
        {"label": _("Same way"), "figure": _percent(comparison.same_route, comparison.count)},
        {"label": _("Agents sided with the candidate"), "figure": verdicts["candidate"]},
        {"label": _("Agents sided with the model in use"), "figure": verdicts["live"]},
        {"label": _("Agents sided with neither"), "figure": verdicts["neither"]},
    ]


def table_of(comparison: shadow.Comparison) -> dict[str, Any]:
    """Counts by what was said (rows) and what the candidate would have said (columns)."""
    pairs = comparison.pairs
    used = {slug for pair in pairs for slug in pair}
    slugs = [slug for slug in playbooks() if slug in used] + sorted(used - playbooks().keys())
    return {
        "columns": [label_of(slug) for slug in slugs],
        "rows": [
            {
                "label": label_of(live),
                "cells": [{"count": pairs[live, tried], "is_same": live == tried} for tried in slugs],
            }
            for live in slugs
        ],
    }


def differing_of(comparison: shadow.Comparison) -> list[dict[str, Any]]:
    rows = comparison.differing
    tickets = Ticket.objects.in_bulk([row.ticket_pk for row in rows])
    return [
        {
            "ticket": tickets[row.ticket_pk],
            "live": label_of(row.live),
            "candidate": label_of(row.candidate),
            "human": label_of(row.human) if row.human else "",
        }
        for row in rows
        if row.ticket_pk in tickets
    ]


def decisions() -> list[dict[str, Any]]:
    logged = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(ShadowAssessment))
    return [
        {
            "version": entry.object_repr,
            "what": str(DECIDED.get(entry.change_message, entry.change_message)),
            "user": entry.user,
            "at": entry.action_time,
        }
        for entry in logged.select_related("user").order_by("-action_time")[:DECISIONS_SHOWN]
    ]


def _percent(part: int, whole: int) -> str:
    return f"{percent_of(part / whole)} %"
