"""The agents: who holds how many open tickets, how many they may, and when they were here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import capacity, presence
from tickets.admin.action_inputs import assignable
from tickets.admin.rights import StaffRequest, needs


@dataclass(frozen=True)
class Row:
    user: User
    typed: str  # the limit as it stands in its field; "" is the general one
    limit: int
    is_here: bool
    seen_at: datetime | None
    is_wrong: bool = False

    @property
    def held(self) -> int:
        return self.user.open_tickets  # type: ignore[attr-defined]  # capacity.with_open_counts

    @property
    def is_full(self) -> bool:
        return self.limit != capacity.UNLIMITED and self.held >= self.limit


@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.view_agentprofile")
def agents_page(request: StaffRequest) -> HttpResponse:
    agents = list(capacity.with_open_counts(assignable()).select_related("agent_profile"))
    if request.method != "POST":
        return _page(request, agents)
    if not request.user.has_perm("tickets.change_agentprofile"):
        raise PermissionDenied
    typed = {agent.pk: _typed(request.POST, agent) for agent in agents}
    if any(_is_wrong(text) for text in typed.values()):
        return _page(request, agents, typed=typed, status=400)
    with transaction.atomic():
        for agent in agents:
            if typed[agent.pk] != _stored(agent):
                text = typed[agent.pk]
                capacity.set_limit(agent, limit=int(text) if text else None)
    messages.success(request, _("The limits are saved."))
    return HttpResponseRedirect(request.path, status=303)


def _page(
    request: StaffRequest, agents: list[User], *, typed: dict[int, str] | None = None, status: int = 200
) -> HttpResponse:
    rows = _rows(agents, typed or {})
    context = {
        **admin.site.each_context(request),
        "title": _("Agents"),
        "rows": rows,
        "has_errors": any(row.is_wrong for row in rows),
        "general": settings.AGENT_CAPACITY,
        "greatest": capacity.GREATEST,
        "may_change": request.user.has_perm("tickets.change_agentprofile"),
    }
    return TemplateResponse(request, "tickets/desk/agents.html", context, status=status)


def _rows(agents: list[User], typed: dict[int, str]) -> list[Row]:
    seen, here = presence.last_seen(), presence.now_here()
    return [
        Row(
            agent,
            typed=typed.get(agent.pk, _stored(agent)),
            limit=int(_stored(agent) or settings.AGENT_CAPACITY),
            is_here=agent.pk in here,
            seen_at=seen.get(agent.pk, agent.last_login),
            is_wrong=_is_wrong(typed.get(agent.pk, "")),
        )
        for agent in agents
    ]


def _stored(agent: User) -> str:
    """The agent's own limit as it stands in the field; whoever has no profile has none."""
    profile = getattr(agent, "agent_profile", None)
    return "" if profile is None or profile.capacity is None else str(profile.capacity)


def _typed(data: QueryDict, agent: User) -> str:
    # Whoever became an agent while the page was open has no field on it.
    return data.get(f"capacity-{agent.pk}", _stored(agent)).strip()


def _is_wrong(text: str) -> bool:
    if not text:
        return False
    return not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= capacity.GREATEST)
