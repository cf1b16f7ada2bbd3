"""The columns of the queue, which of them an agent has hidden, and how dense the rows are."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tickets.admin.rights import StaffRequest, needs
from tickets.display import set_display
from tickets.models import AgentProfile
from tickets.models.agent_profile import Density

# In the order of the table; parts/rows.html has a cell for each.
COLUMNS: dict[str, str | Promise] = {
    "ticket": _("Ticket"),
    "category": _("Category"),
    "status": _("Status"),
    "sla": _("SLA"),
    "signup": _("Since signup"),
    "tried": _("Already tried"),
    "age": _("Age"),
    "agent": _("Agent"),
}
FIXED = {"ticket", "status"}


def profile_of(user: User) -> AgentProfile:
    """The agent's profile, or an unsaved one with what everybody begins with; read once per request."""
    try:
        return user.agent_profile
    except AgentProfile.DoesNotExist:
        return AgentProfile(user=user)


def shown_columns(profile: AgentProfile) -> dict[str, str]:
    """The columns to show, with their names."""
    hidden = set(profile.hidden_columns) - FIXED
    return {key: str(label) for key, label in COLUMNS.items() if key not in hidden}


def display_menu(profile: AgentProfile) -> dict[str, object]:
    """What the menu offers: densities, and the columns that can be hidden."""
    shown = shown_columns(profile)
    return {
        "densities": Density.choices,
        "density": profile.density,
        "columns": [(key, label, key in shown) for key, label in COLUMNS.items() if key not in FIXED],
    }


@require_POST
@needs("tickets.view_ticket")
def display_view(request: StaffRequest) -> HttpResponse:
    """Keep how the queue is to look, and go back to it."""
    chosen = request.POST.get("density", "")
    density = Density(chosen) if chosen in Density else Density.COMFORTABLE
    kept = set(request.POST.getlist("column"))
    set_display(request.user, density=density, hidden_columns=COLUMNS.keys() - FIXED - kept)
    query = QueryDict(request.POST.get("query", "")).urlencode()
    return HttpResponseRedirect(f"{reverse('admin:tickets_ticket_changelist')}?{query}", status=303)
