"""What was changed when and by whom, and the way back: to an earlier version, or to what is shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
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
from tickets.admin.texts_page import CHANGE, VIEW, row_of
from tickets.forms.texts import sentence_of
from tickets.models import PlaybookOverride
from triage import draft

PAGE = 20


@dataclass(frozen=True)
class Difference:
    """One text or setting before and after; "" is as shipped."""

    title: str
    before: str
    after: str
    shipped: str


@require_safe
@needs(VIEW)
def texts_history(request: StaffRequest, slug: str) -> HttpResponse:
    row = row_of(slug)
    versions = PlaybookOverride.history.filter(category=slug).select_related("history_user")
    until = read_pk(request.GET.get("until", ""))
    if until is not None:
        versions = versions.filter(version__lte=until)
    kept = list(versions.order_by("-version", "-history_id")[: PAGE + 1])
    # The first version follows the shipped one, which nobody wrote.
    earlier = [each.changes for each in kept[1:]] + [{}]
    context = {
        **admin.site.each_context(request),
        "title": _("History: %(name)s") % {"name": words.name_of(slug)},
        "slug": slug,
        "name": words.name_of(slug),
        "row": row,
        "entries": [
            {"kept": each, "differences": differences(slug, before, each.changes)}
            for each, before in zip(kept[:PAGE], earlier, strict=False)
        ],
        "older": kept[PAGE].version if len(kept) > PAGE else None,
        "may_change": request.user.has_perm(CHANGE),
    }
    return TemplateResponse(request, "tickets/desk/texts_history.html", context)


def differences(slug: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What lies between two sets of changes, in the order the texts are read."""
    titles, shipped = words.titles_for(slug), draft.shipped_values(slug)
    keys = [key for key in shipped if key in before or key in after]
    keys += sorted((before.keys() | after.keys()) - shipped.keys())
    return [
        Difference(
            title=words.title_of(key, titles),
            before=words.in_words(key, before[key]) if key in before else "",
            after=words.in_words(key, after[key]) if key in after else "",
            shipped=words.in_words(key, shipped.get(key, "")),
        )
        for key in keys
        if before.get(key) != after.get(key)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CHANGE)
def texts_return(request: StaffRequest, slug: str) -> HttpResponse:
    """Ask, then go back: `to` is a version, `key` one text; without either, all of the category."""
    row = row_of(slug)
    number, key = read_pk(request.GET.get("to", "")), request.GET.get("key", "")
    wanted = _wanted(row, number=number, key=key)
    if request.method != "POST":
        return _question(request, row, wanted, number=number, key=key)
    version = read_pk(request.POST.get("version", ""))
    version = -1 if version is None else version
    try:
        if number is not None:
            texts.return_to_version(slug, number=number, version=version, by=request.user)
        else:
            texts.return_to_shipped(slug, keys=[key] if key else None, version=version, by=request.user)
    except texts.Stale:
        again = _wanted(row, number=number, key=key)
        sentence = _("Somebody has changed these texts meanwhile. Look at what would happen now.")
        return _question(request, row, again, number=number, key=key, refusal=sentence, status=409)
    except texts.Refused as refused:
        sentence = _refusal(slug, refused)
        return _question(request, row, wanted, number=number, key=key, refusal=sentence, status=409)
    messages.success(request, _("Saved. It is in force everywhere within five seconds."))
    return HttpResponseRedirect(reverse("admin:tickets_playbookoverride_change", args=[slug]), status=303)


def _wanted(row: PlaybookOverride, *, number: int | None, key: str) -> dict[str, Any]:
    """The changes there would be afterwards."""
    if number is not None:
        try:
            return texts.usable_part(row.pk, texts.changes_at(row.pk, number))
        except texts.NoSuchVersion as error:
            raise Http404 from error
    return {each: value for each, value in row.changes.items() if key and each != key}


def _refusal(slug: str, refused: texts.Refused) -> str:
    titles, language = words.titles_for(slug), get_language() or "id"
    return " ".join(
        f"{words.title_of(key, titles)}: {sentence_of(complaint, key=key, language=language)}"
        for key, complaint in refused.complaints.items()
    )


def _question(
    request: StaffRequest,
    row: PlaybookOverride,
    wanted: Mapping[str, Any],
    *,
    number: int | None,
    key: str,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    if number is not None:
        title = _("Return to version %(number)s?") % {"number": number}
    else:
        title = _("Return to the shipped text?") if key else _("Return all of it to what is shipped?")
    context = {
        **admin.site.each_context(request),
        "title": title,
        "slug": row.pk,
        "name": words.name_of(row.pk),
        "row": row,
        "differences": differences(row.pk, row.changes, wanted),
        "refusal": refusal,
    }
    return TemplateResponse(request, "tickets/desk/texts_return.html", context, status=status)
