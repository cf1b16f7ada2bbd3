"""Texts and thresholds: the list of categories, and one category to edit and try out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tickets import texts
from tickets.admin import texts_words as words
from tickets.admin.addresses import read_pk
from tickets.admin.rights import StaffRequest, needs
from tickets.admin.texts_boxes import sections_of
from tickets.admin.texts_trial import trial_of
from tickets.admin.wording import moment
from tickets.forms.texts import TextsForm, shown
from tickets.models import PlaybookOverride
from tickets.templatetags.desk import person
from triage import draft
from triage.changes import GENERAL
from triage.fit import places_by_key
from triage.playbooks import SELF_FIX, playbooks
from triage.report import LANGUAGES
from triage.thresholds import CONFIDENCES
from triage.wording import span

PARTS = {f"part-{code}" for code in (*LANGUAGES, "settings")}
VIEW, CHANGE = "tickets.view_playbookoverride", "tickets.change_playbookoverride"


@require_safe
@needs(VIEW)
def texts_list(request: StaffRequest) -> HttpResponse:
    rows = {row.pk: row for row in PlaybookOverride.objects.select_related("changed_by")}
    context = {
        **admin.site.each_context(request),
        "title": _("Texts and thresholds"),
        "lines": [_line(slug, rows.get(slug)) for slug in draft.slugs()],
    }
    return TemplateResponse(request, "tickets/desk/texts_list.html", context)


def _line(slug: str, row: PlaybookOverride | None) -> dict[str, Any]:
    changes = row.changes if row else {}
    unused = draft.unused(slug, changes)
    changed = changes.keys() - unused
    line: dict[str, Any] = {
        "slug": slug,
        "name": words.name_of(slug),
        "row": row,
        "texts": len(changed & places_by_key(draft.places_for(slug)).keys()),
        "settings": len(changed & draft.settings_for(slug).keys()),
        "unused": len(unused),
    }
    if slug == GENERAL:
        return line
    playbook = playbooks()[slug]
    return line | {
        "is_self_fix": playbook.route == SELF_FIX,
        "priority": words.in_words("priority", playbook.priority),
        "hold": span(playbook.hold, language=get_language() or "id") if playbook.hold else "",
        "hold_then": words.in_words("hold_then", playbook.hold_then),
        "certainties": [
            words.in_words(name, getattr(playbook, name))
            for name in CONFIDENCES
            if name in draft.settings_for(slug)
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW)
def texts_page(request: StaffRequest, slug: str) -> HttpResponse:
    row = row_of(slug)
    if request.method != "POST":
        return _page(request, row, TextsForm(slug=slug, values=row.changes))
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    form = TextsForm(request.POST, slug=slug, values=row.changes)
    if request.POST.get("action") == "try" or not form.is_valid():
        return _tried(request, row, form)
    return _saved(request, row, form)


def row_of(slug: str) -> PlaybookOverride:
    try:
        return texts.current(slug)
    except draft.UnknownSlug as error:
        raise Http404 from error


def _tried(request: StaffRequest, row: PlaybookOverride, form: TextsForm) -> HttpResponse:
    """Show what was typed, what is wrong with it, and how it would read."""
    if form.is_valid():
        form.mark(draft.complaints(row.pk, form.changes), language=get_language() or "id")
    is_wrong = bool(form.errors) and request.POST.get("action") != "try"
    return _page(request, row, form, status=422 if is_wrong else 200)


def _saved(request: StaffRequest, row: PlaybookOverride, form: TextsForm) -> HttpResponse:
    number = read_pk(request.POST.get("version", ""))
    try:
        stored = texts.change(row.pk, form.changes, version=-1 if number is None else number, by=request.user)
    except texts.Refused as refused:
        form.mark(refused.complaints, language=get_language() or "id")
        return _page(request, row, form, status=422)
    except texts.Stale as stale:
        return _overtaken(request, texts.current(stale.current.pk), form, since=number)
    if stored.version == number:
        messages.info(request, _("Nothing was changed."))
    else:
        messages.success(request, _("Saved. It is in force everywhere within five seconds."))
    part = request.POST.get("part", "")
    back = reverse("admin:tickets_playbookoverride_change", args=[row.pk])
    return HttpResponseRedirect(f"{back}#{part}" if part in PARTS else back, status=303)


def _overtaken(
    request: StaffRequest, row: PlaybookOverride, form: TextsForm, *, since: int | None
) -> HttpResponse:
    """Somebody saved first: keep what was typed, show theirs beside it, and take theirs where nothing was."""
    try:
        before = texts.changes_at(row.pk, since or 0)
    except texts.NoSuchVersion:
        before = {}
    theirs = _theirs(row, before)
    data = request.POST.copy()
    for key in theirs:
        if form.changes.get(key) == before.get(key):
            data[key] = shown(key, row.changes[key]) if key in row.changes else ""
    kept = TextsForm(data, slug=row.pk, values=row.changes)
    kept.is_valid()
    told = {key: value for key, value in theirs.items() if form.changes.get(key) != before.get(key)}
    return _page(request, row, kept, theirs=told, is_overtaken=True, status=409)


def _theirs(row: PlaybookOverride, before: Mapping[str, Any]) -> dict[str, Any]:
    """What the others have made of each text meanwhile: the shipped one where they have taken theirs back."""
    now = draft.shipped_values(row.pk) | texts.usable_part(row.pk, row.changes)
    then = draft.shipped_values(row.pk) | texts.usable_part(row.pk, before)
    return {key: value for key, value in now.items() if value != then[key]}


def _page(
    request: StaffRequest,
    row: PlaybookOverride,
    form: TextsForm,
    *,
    theirs: Mapping[str, Any] | None = None,
    is_overtaken: bool = False,
    status: int = 200,
) -> HttpResponse:
    titles = words.titles_for(row.pk)
    context = {
        **admin.site.each_context(request),
        "title": words.name_of(row.pk),
        "slug": row.pk,
        "row": row,
        "form": form,
        "sections": sections_of(
            row.pk, form, row=row, theirs=theirs or {}, settings_title=_("Hold and thresholds")
        ),
        "is_overtaken": is_overtaken,
        "overtaker": person(row.changed_by) if row.changed_by else _("Somebody"),
        "unused": [words.title_of(key, titles) for key in sorted(draft.unused(row.pk, row.changes))],
        "may_change": request.user.has_perm(CHANGE),
        "trial": trial_of(request, row.pk, form),
        "last": moment(row.changed_at) if row.version else "",
    }
    return TemplateResponse(request, "tickets/desk/texts.html", context, status=status)
