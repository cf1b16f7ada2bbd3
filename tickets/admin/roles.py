"""What each role may do, in words; read from the groups, so that the table cannot lie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ROLES = {
    "agent": gettext_lazy("Agent"),
    "lead": gettext_lazy("Lead"),
    "administrator": gettext_lazy("Administrator"),
}
ORDER = list(ROLES)

# In the order of a working day; a right that is not here is told by its model and its verb.
CAPABILITIES: dict[str, str | Promise] = {
    "tickets.view_ticket": gettext_lazy("See the queue and every ticket"),
    "tickets.view_screenshot": gettext_lazy("See screenshots; each look is recorded"),
    "tickets.change_ticket": gettext_lazy("Work on one's own tickets and on nobody's; leave notes on all"),
    "tickets.reveal_secret": gettext_lazy("Have masked codes, accounts and links shown, with a reason"),
    "tickets.reveal_identity": gettext_lazy("Have masked identity and card numbers shown, with a reason"),
    "tickets.ask_identity": gettext_lazy("Ask for proof of identity on tickets about restricted accounts"),
    "tickets.see_identity": gettext_lazy(
        "See proof of identity, each look recorded; decide; ask for it on any ticket"
    ),
    "tickets.add_bulkjob": gettext_lazy("Change many tickets at once"),
    "tickets.view_bulkjob": gettext_lazy("Follow and undo what was changed at once"),
    "tickets.assign_ticket": gettext_lazy("Work on everybody's tickets and hand them to anyone"),
    "tickets.share_view": gettext_lazy("Share views of the queue with everybody"),
    "tickets.view_message": gettext_lazy("See the outbox"),
    "tickets.view_pulse": gettext_lazy("See whether everything runs"),
    "tickets.view_erasure": gettext_lazy("See what is kept about one person, and receipts of erasures"),
    "tickets.add_erasure": gettext_lazy("Erase what is kept about one person, with a receipt"),
    "tickets.export_person": gettext_lazy("Export what is kept about one person"),
    "tickets.view_retention": gettext_lazy("See how long personal data is kept"),
    "tickets.view_triageweek": gettext_lazy("See how triage does"),
    "tickets.view_shadowassessment": gettext_lazy("Compare a candidate model with the one in use"),
    "tickets.decide_candidate": gettext_lazy("Put a candidate model in use or discard it"),
    "auth.view_user": gettext_lazy("See who works here"),
    "auth.add_user": gettext_lazy("Add colleagues"),
    "auth.change_user": gettext_lazy(
        "Change a colleague's role, password, second factor, or shut the account"
    ),
    "auth.delete_user": gettext_lazy("Delete an account that has done nothing yet"),
    "auth.view_group": gettext_lazy("See what roles may do"),
    "auth.add_group": gettext_lazy("Add roles"),
    "auth.change_group": gettext_lazy("Change what roles may do"),
    "auth.delete_group": gettext_lazy("Delete roles"),
}
VERBS = {
    "view": gettext_lazy("See: %(what)s"),
    "add": gettext_lazy("Add: %(what)s"),
    "change": gettext_lazy("Change: %(what)s"),
    "delete": gettext_lazy("Delete: %(what)s"),
}


@dataclass(frozen=True)
class Line:
    label: str
    held: list[str]  # in the order of the roles: see `extent`


def role_name(name: str) -> str:
    """The role's name in the reader's language; a group of the operator's own as it is called."""
    return str(ROLES.get(name, name))


def in_order(groups: Iterable[Group]) -> list[Group]:
    """Ours first, from the least rights to the most."""
    return sorted(groups, key=lambda g: (ORDER.index(g.name) if g.name in ROLES else len(ORDER), g.name))


def code_of(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"


def is_of_settings(permission: Permission) -> bool:
    """True for the plain rights to rows that have stock forms, which need no words of their own."""
    verb, _under, model = permission.codename.partition("_")
    is_plain = verb in VERBS and model == permission.content_type.model
    return (
        is_plain and code_of(permission) not in CAPABILITIES and bool(permission.content_type.model_class())
    )


def label_of(permission: Permission) -> str:
    if is_of_settings(permission):
        verb = permission.codename.partition("_")[0]
        return str(VERBS[verb]) % {"what": rows_of(permission)}
    return str(CAPABILITIES.get(code_of(permission)) or capfirst(_(permission.name)))


def rows_of(permission: Permission) -> str:
    """What the right is about, in the plural."""
    model = permission.content_type.model_class()
    return str(model._meta.verbose_name_plural) if model else permission.content_type.model


def position(permission: Permission) -> tuple[int, str, int]:
    """Sorts rights as CAPABILITIES has them, then by what they are about and what may be done to it."""
    known, verbs = list(CAPABILITIES), list(VERBS)
    if is_of_settings(permission):
        return len(known) + 1, rows_of(permission), verbs.index(permission.codename.partition("_")[0])
    code = code_of(permission)
    return (known.index(code) if code in CAPABILITIES else len(known)), label_of(permission), 0


def table(groups: list[Group]) -> list[Line]:
    """A line for every right that any of the roles has; the settings of one kind are one line."""
    holds = {group: set(group.permissions.all()) for group in groups}
    rights = sorted(set().union(*holds.values()) if holds else (), key=position)
    lines: dict[str, set[Permission]] = {}
    for right in rights:
        label = capfirst(rows_of(right)) if is_of_settings(right) else label_of(right)
        lines.setdefault(label, set()).add(right)
    return [
        Line(label, [extent(held & holds[group], of=held) for group in groups])
        for label, held in lines.items()
    ]


def extent(held: set[Permission], *, of: set[Permission]) -> str:
    """How far a line's rights go for one role: "yes", "see" for looking only, or "no"."""
    if not held:
        return "no"
    only_looks = all(right.codename.startswith("view_") for right in held)
    return "see" if only_looks and held != of else "yes"
