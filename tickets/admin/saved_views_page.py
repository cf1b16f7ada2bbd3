"""Saved views of the queue: chips above the rows, and the page where an agent keeps them in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tickets import saved_views
from tickets.admin.queue_filters import Choices, all_choices, incidents_for, read_view, spelt
from tickets.admin.rights import StaffRequest, needs
from tickets.admin.wording import shown_count
from tickets.models import SavedView
from tickets.queue import View
from tickets.queue_counts import SMALL_CAP
from tickets.saved_views import MayNotShare, NameTaken, TooManyViews

MAX_NAME = SavedView._meta.get_field("name").max_length or 0


class Refusal(Exception):
    """The view is not changed; `str()` says why, in the agent's language."""


def counted_views(saved: Iterable[SavedView], choices: Choices) -> dict[str, View]:
    """Those that can be counted without reading much, by the name of their count."""
    views = {_count_name(each): read_view(QueryDict(each.query), choices) for each in saved}
    return {name: view for name, view in views.items() if not view.words and view.filters.are_cheap_to_count}


def saved_chips(
    saved: Iterable[SavedView], counts: Mapping[str, int], *, user: User, here: str
) -> list[dict[str, object]]:
    """The views as links, the agent's own before what leads share."""
    return [
        {
            "view": each,
            "is_here": each.query == here,
            "count": shown_count(counts.get(_count_name(each)), cap=SMALL_CAP),
        }
        for each in sorted(saved, key=lambda each: each.user_id != user.pk)
    ]


def _count_name(saved: SavedView) -> str:
    return f"view_{saved.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.view_ticket")
def saved_views_page(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return _shown(request)
    query = _checked(request.POST.get("query", ""), user=request.user)
    try:
        name = _name(request.POST.get("name", ""))
        is_shared = "is_shared" in request.POST
        _tried(lambda: saved_views.save(name=name, query=query, is_shared=is_shared, by=request.user))
    except Refusal as refusal:
        typed = {"name": request.POST.get("name", "")[:MAX_NAME], "query": query}
        return _shown(request, refusal=str(refusal), typed=typed)
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": name})
    return HttpResponseRedirect(f"{reverse('admin:tickets_ticket_changelist')}?{query}", status=303)


@require_POST
@needs("tickets.view_ticket")
def saved_view_change(request: StaffRequest, pk: int) -> HttpResponse:
    """One button of one view: rename, move, share, delete."""
    view = get_object_or_404(SavedView, pk=pk, user=request.user)
    change = CHANGES.get(request.POST.get("action", ""))
    if change is None:
        raise Http404
    try:
        _tried(lambda: change(view, request))
    except Refusal as refusal:
        return _shown(request, refusal=str(refusal))
    return HttpResponseRedirect(reverse("admin:tickets_saved_views"), status=303)


CHANGES: dict[str, Callable[[SavedView, StaffRequest], None]] = {
    "rename": lambda view, request: saved_views.rename(
        view, to=_name(request.POST.get("name", "")), by=request.user
    ),
    "up": lambda view, request: saved_views.move(view, steps=-1, by=request.user),
    "down": lambda view, request: saved_views.move(view, steps=1, by=request.user),
    "share": lambda view, request: saved_views.share(view, with_all=True, by=request.user),
    "unshare": lambda view, request: saved_views.share(view, with_all=False, by=request.user),
    "delete": lambda view, request: saved_views.delete(view, by=request.user),
}


def _checked(query: str, *, user: User) -> str:
    """The address as this product spells it: nothing else is ever stored, or linked to."""
    asked = QueryDict(query[:4000])
    return spelt(read_view(asked, all_choices(user=user, incidents=incidents_for(asked))))


def _name(typed: str) -> str:
    name = " ".join(typed.replace("\0", " ").split())
    if not name:
        raise Refusal(_("Give the view a name."))
    if len(name) > MAX_NAME:
        raise Refusal(_("The name is longer than %(limit)s characters.") % {"limit": MAX_NAME})
    return name


def _tried(verb: Callable[[], object]) -> None:
    try:
        verb()
    except NameTaken as error:
        raise Refusal(_("You have a view of this name already. Choose another name.")) from error
    except TooManyViews as error:
        message = _("You have %(most)s saved views; more do not fit. Delete one first.")
        raise Refusal(message % {"most": saved_views.MOST}) from error
    except MayNotShare as error:
        raise Refusal(_("Only leads share views with everybody. Nothing was changed.")) from error


def _shown(request: StaffRequest, *, refusal: str = "", typed: dict[str, str] | None = None) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Saved views"),
        "own": SavedView.objects.filter(user=request.user),
        "shared": SavedView.objects.filter(is_shared=True).exclude(user=request.user).select_related("user"),
        "may_share": saved_views.may_share(request.user),
        "max_name": MAX_NAME,
        "most": saved_views.MOST,
        "refusal": refusal,
        "typed": typed,
    }
    status = 409 if refusal else 200
    return TemplateResponse(request, "tickets/desk/saved_views.html", context, status=status)
