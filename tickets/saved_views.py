"""Ways of looking at the queue that agents keep: saved, renamed, put in order, shared, deleted."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from tickets.models import SavedView

MOST = 20  # per agent


class NameTaken(Exception):
    """The agent has a view of this name already."""


class TooManyViews(Exception):
    """The agent has MOST views."""


class MayNotShare(Exception):
    """What everybody sees is for leads to say."""


def may_share(user: User) -> bool:
    return user.has_perm("tickets.share_view")


@transaction.atomic
def save(*, name: str, query: str, by: User, is_shared: bool = False) -> SavedView:
    """Keep a view as the agent's last; raises NameTaken, TooManyViews and MayNotShare."""
    views = _own(by)
    _refuse_taken(name, views)
    if len(views) >= MOST:
        raise TooManyViews
    if is_shared and not may_share(by):
        raise MayNotShare
    position = max((view.position for view in views), default=-1) + 1
    return SavedView.objects.create(user=by, name=name, query=query, position=position, is_shared=is_shared)


@transaction.atomic
def rename(view: SavedView, *, to: str, by: User) -> None:
    """Call the view something else; raises NameTaken."""
    views = _own(by)
    _refuse_taken(to, [other for other in views if other != view])
    _change(view, by=by, name=to)


@transaction.atomic
def move(view: SavedView, *, steps: int, by: User) -> None:
    """Put the view so many places later among the agent's own, or earlier; at most to an end."""
    views = _own(by)
    if view not in views:
        return
    place = views.index(view)
    views.insert(max(0, place + steps), views.pop(place))
    for position, each in enumerate(views):
        each.position = position
    SavedView.objects.bulk_update(views, ["position"])


@transaction.atomic
def share(view: SavedView, *, with_all: bool, by: User) -> None:
    """Show the view to everybody, or to its agent alone again; raises MayNotShare."""
    if with_all and not may_share(by):
        raise MayNotShare
    _change(view, by=by, is_shared=with_all)


def delete(view: SavedView, *, by: User) -> None:
    SavedView.objects.filter(pk=view.pk, user=by).delete()


def _own(user: User) -> list[SavedView]:
    """The agent's views in order, none of which changes, or comes along, until the transaction ends."""
    User.objects.select_for_update().get(pk=user.pk)
    return list(SavedView.objects.filter(user=user))


def _refuse_taken(name: str, views: list[SavedView]) -> None:
    if any(view.name.casefold() == name.casefold() for view in views):
        raise NameTaken


def _change(view: SavedView, *, by: User, **columns: str | bool) -> None:
    SavedView.objects.filter(pk=view.pk, user=by).update(**columns)
