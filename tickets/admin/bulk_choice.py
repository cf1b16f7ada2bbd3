"""Which tickets a bulk change is meant for, and in words what it does to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.translation import gettext as _

from tickets.admin.addresses import read_pk
from tickets.admin.queue_filters import all_choices, chips, incidents_for, kept_query, read_view
from tickets.admin.queue_rows import label_of
from tickets.bulk.work import LIMIT
from tickets.filters import narrowed
from tickets.models import BulkJob, Macro, Ticket
from tickets.models.bulk import BulkKind

EVERYBODYS = "tickets.assign_ticket"
MAX_CHOSEN = 200


@dataclass(frozen=True)
class Chosen:
    """Tickets that were ticked, or a whole list by its tab and filters."""

    count: int
    pks: list[int] = field(default_factory=list)
    query: dict[str, str] | None = None
    # What the list is, in words.
    words: list[str] = field(default_factory=list)

    @property
    def is_cut(self) -> bool:
        return self.count > LIMIT

    @property
    def shown_count(self) -> int:
        return min(self.count, LIMIT)

    @property
    def joined(self) -> str:
        """The ticked ones for one hidden field: a form may not have a field for each."""
        return ",".join(str(pk) for pk in self.pks)


def chosen_of(data: QueryDict, *, user: User) -> Chosen | None:
    """Read the choice from a query string or a form, without trust; None when nothing is chosen."""
    if data.get("whole"):
        return _list(data, user=user)
    ticked = [*data.getlist("ticket"), *data.get("tickets", "").split(",")]
    pks = list(dict.fromkeys(pk for each in ticked if (pk := read_pk(each))))[:MAX_CHOSEN]
    found = set(Ticket.objects.filter(pk__in=pks).values_list("pk", flat=True))
    pks = [pk for pk in pks if pk in found]
    return Chosen(len(pks), pks) if pks else None


def _list(data: Mapping[str, str], *, user: User) -> Chosen:
    choices = all_choices(user=user, incidents=incidents_for(data))
    # The order changes nothing of what the list holds, and a search is no list.
    asked = {name: value for name, value in data.items() if name not in {"q", "sort"}}
    view = read_view(asked, choices)
    tickets = narrowed(view.tab.of(user.pk), view.filters, user=user)
    count = tickets.order_by()[: LIMIT + 1].count()
    words = [f"{chip['label']}: {chip['value']}" for chip in chips(choices, view)]
    return Chosen(count, query=kept_query(view), words=[str(view.tab.label), *words])


def what_of(job: BulkJob) -> str:
    """Say in words what the job does."""
    if job.kind == BulkKind.CATEGORISE:
        return _("Change the category to “%(category)s”") % {"category": label_of(job.choice)}
    if job.kind == BulkKind.ASSIGN:
        return _("Assign to %(name)s") % {"name": _name_of(job.choice)} if job.choice else _("Give back")
    if job.kind == BulkKind.REPLY and (macro := Macro.objects.filter(pk=read_pk(job.choice) or 0).first()):
        return _("Send “%(title)s”") % {"title": macro.title}
    return str(BulkKind(job.kind).label)


def _name_of(pk: str) -> str:
    colleague = User.objects.filter(pk=read_pk(pk) or 0).first()
    return (colleague.get_full_name() or colleague.get_username()) if colleague else _("someone who has left")
