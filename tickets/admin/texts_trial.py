"""The trial beside the form: a situation or a ticket, and what its requester would read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tickets import rehearsal
from tickets.admin.queue_rows import label_of
from tickets.admin.rights import StaffRequest
from tickets.admin.texts_words import LANGUAGE_NAMES
from tickets.forms.texts import TextsForm
from tickets.models import Ticket
from tickets.rehearsal import SITUATIONS, Rehearsal
from tickets.search import read_reference
from triage.changes import GENERAL
from triage.classifier import ModelMissing
from triage.draft import with_draft
from triage.otp import YOUNG
from triage.playbooks import SELF_FIX, playbooks
from triage.report import LANGUAGES
from triage.wording import span

FIRST = next(iter(SITUATIONS))


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What was chosen, and what came of it: a rehearsal, or a sentence why there is none."""

    situation: str
    number: str
    language: str
    category: str
    rehearsal: Rehearsal | None = None
    sentence: str = ""
    is_of_another: str = ""  # the category whose texts are shown instead

    @property
    def situations(self) -> dict[str, Any]:
        return {code: each.label for code, each in SITUATIONS.items()}

    @property
    def categories(self) -> dict[str, str]:
        return {slug: label_of(slug) for slug in playbooks()}

    @property
    def languages(self) -> dict[str, Any]:
        return LANGUAGE_NAMES

    @property
    def outcome(self) -> str:
        """Where the ticket goes and for how long, in a sentence."""
        if self.rehearsal is None:
            return ""
        assessment = self.rehearsal.assessment
        if assessment.route != SELF_FIX or assessment.hold is None:
            return _("Goes to the agents at once.")
        length = span(assessment.hold, language=get_language() or "id")
        if assessment.hold_then == "resolve":
            return _("Held for %(length)s, then assumed resolved.") % {"length": length}
        return _("Held for %(length)s, then to the agents.") % {"length": length}


def trial_of(request: StaffRequest, slug: str, form: TextsForm) -> Trial:
    """What the form's draft makes of what was chosen; of what is in force when nothing was typed."""
    typed = request.POST
    chosen, language = typed.get("situation", FIRST), typed.get("language", "")
    trial = Trial(
        situation=chosen if chosen in SITUATIONS else FIRST,
        number=typed.get("number", "")[:40],
        language=language if language in LANGUAGES else LANGUAGES[0],
        category=_category(slug, typed.get("category", "")),
    )
    if form.is_bound and form.errors:
        return replace(trial, sentence=_("Mend what is marked, then it can be shown."))
    changes = form.changes if form.is_bound else form.values
    try:
        return _rehearsed(request, trial, slug=slug, changes=changes)
    except ModelMissing:
        return replace(trial, sentence=_("Triage has no model yet, so no ticket can be tried."))


def _category(slug: str, chosen: str) -> str:
    """Whose texts a situation brings out: the ones being edited, or any for the texts of no category."""
    if slug != GENERAL:
        return slug
    return chosen if chosen in playbooks() else YOUNG


def _rehearsed(request: StaffRequest, trial: Trial, *, slug: str, changes: Any) -> Trial:
    if not trial.number.strip():
        shown = rehearsal.of_situation(
            SITUATIONS[trial.situation],
            category=trial.category,
            draft=with_draft(slug, changes),
            language=trial.language,
        )
        return replace(trial, rehearsal=shown)
    reference = read_reference(trial.number)
    ticket = Ticket.objects.filter(reference=reference).first() if reference else None
    if ticket is None or not request.user.has_perm("tickets.view_ticket"):
        return replace(trial, sentence=_("There is no ticket with this number."))
    shown = rehearsal.of_ticket(ticket, draft=with_draft(slug, changes), language=trial.language)
    other = shown.assessment.category
    is_of_another = "" if other == slug or slug == GENERAL else label_of(other)
    return replace(trial, rehearsal=shown, is_of_another=is_of_another)
