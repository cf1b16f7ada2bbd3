"""Changes to many tickets: choose what to do, watch it being done, stop it, take it back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tickets.admin.bulk_choice import EVERYBODYS, Chosen, chosen_of, what_of
from tickets.admin.bulk_form import BulkForm
from tickets.admin.rights import StaffRequest, needs
from tickets.bulk import jobs
from tickets.bulk.work import LIMIT
from tickets.models import BulkJob
from tickets.models.bulk import BulkState, ItemState

JOBS_SHOWN = 30
LEFT_SHOWN = 50  # tickets that were not changed

REASONS = {
    "not_yours": gettext_lazy("a colleague works on it"),
    "status": gettext_lazy("not possible from its status"),
    "gone": gettext_lazy("what was chosen is not there any more"),
    "secrets": gettext_lazy("the text would carry a secret"),
    "no_right": gettext_lazy("the role no longer allows it"),
    "changed": gettext_lazy("somebody has decided otherwise since"),
    "failed": gettext_lazy("it could not be done; see the log"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.add_bulkjob")
def new_page(request: StaffRequest) -> HttpResponse:
    """What to do with the chosen tickets; the POST starts the job."""
    chosen = chosen_of(request.POST if request.method == "POST" else request.GET, user=request.user)
    if chosen is None:
        messages.warning(request, _("Tick the tickets to change first."))
        return HttpResponseRedirect(reverse("admin:tickets_ticket_changelist"))
    if chosen.query is not None and not request.user.has_perm(EVERYBODYS):
        raise PermissionDenied(_("Changing a whole list is for leads. Tick the tickets one by one."))
    form = BulkForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        job = _start(chosen, form, by=request.user)
        return HttpResponseRedirect(reverse("admin:tickets_bulkjob_job", args=[job.pk]), status=303)
    context = {
        **admin.site.each_context(request),
        "title": _("Change many tickets"),
        "chosen": chosen,
        "form": form,
        "limit": LIMIT,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "tickets/desk/bulk_new.html", context, status=status)


def _start(chosen: Chosen, form: BulkForm, *, by: Any) -> BulkJob:
    kind, choice = form.cleaned_data["kind"], form.cleaned_data["choice"]
    if chosen.query is not None:
        return jobs.start_on_list(kind=kind, choice=choice, query=chosen.query, by=by)
    return jobs.start(kind=kind, choice=choice, pks=chosen.pks, by=by)


@require_safe
@needs("tickets.add_bulkjob")
def list_page(request: StaffRequest) -> HttpResponse:
    shown = list(_jobs(request)[:JOBS_SHOWN])
    context = {
        **admin.site.each_context(request),
        "title": _("Bulk changes"),
        "jobs": [{"job": job, "what": what_of(job)} for job in shown],
    }
    return TemplateResponse(request, "tickets/desk/bulk_list.html", context)


@require_safe
@needs("tickets.add_bulkjob")
def job_page(request: StaffRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(_jobs(request), pk=pk)
    left = job.items.filter(state__in=[ItemState.REFUSED, ItemState.KEPT]).select_related("ticket")
    context = {
        **admin.site.each_context(request),
        "title": what_of(job),
        "job": job,
        "progress": progress_of(job),
        "reasons": reasons_of(job),
        "left": [{"item": item, "because": REASONS.get(item.because, "")} for item in left[:LEFT_SHOWN]],
        "may_undo": jobs.can_undo(job),
    }
    return TemplateResponse(request, "tickets/desk/bulk_job.html", context)


@require_safe
@needs("tickets.add_bulkjob")
def progress(request: StaffRequest, pk: int) -> JsonResponse:
    """The figures of a job, for the page that shows it."""
    job = get_object_or_404(_jobs(request), pk=pk)
    return JsonResponse({**progress_of(job), "at_work": job.is_at_work})


@require_POST
@needs("tickets.add_bulkjob")
def decision(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop the job, or take it back."""
    job = get_object_or_404(_jobs(request), pk=pk)
    name = request.POST.get("decision", "")
    if name == "stop":
        jobs.stop(job)
        messages.success(request, _("Stopped. What was changed until now can be undone."))
    elif name == "undo":
        try:
            jobs.undo(job, by=request.user)
        except jobs.NotUndoable:
            messages.error(request, _("This cannot be undone (any more). Nothing was changed."))
    else:
        raise Http404
    return HttpResponseRedirect(reverse("admin:tickets_bulkjob_job", args=[job.pk]), status=303)


def progress_of(job: BulkJob) -> dict[str, int]:
    """How many tickets there are, how many have been seen to, and what became of them."""
    counted = dict(job.items.order_by().values_list("state").annotate(Count("pk")))
    total = sum(counted.values())
    to_do = ItemState.DONE if job.state == BulkState.UNDOING else ItemState.WAITING
    figures = {state.value: counted.get(state.value, 0) for state in ItemState}
    return {**figures, "total": total, "seen": total - figures[to_do]}


def reasons_of(job: BulkJob) -> list[tuple[str, int]]:
    """Why tickets were left as they were, and how many each time."""
    left = job.items.filter(state__in=[ItemState.REFUSED, ItemState.KEPT]).order_by()
    counted = left.values_list("because").annotate(number=Count("pk")).order_by("-number")
    return [(str(REASONS.get(code, code)), number) for code, number in counted]


def _jobs(request: StaffRequest) -> QuerySet[BulkJob]:
    """One's own; a lead's are everybody's."""
    found = BulkJob.objects.select_related("started_by", "undone_by")
    return found if request.user.has_perm(EVERYBODYS) else found.filter(started_by=request.user)
