"""How an agent likes the queue to look."""

from collections.abc import Iterable

from django.contrib.auth.models import User

from tickets.models import AgentProfile
from tickets.models.agent_profile import Density


def set_display(user: User, *, density: Density, hidden_columns: Iterable[str]) -> None:
    """Keep the density of the rows, and the keys of the columns that are not wanted."""
    AgentProfile.objects.update_or_create(
        user=user, defaults={"density": density, "hidden_columns": sorted(hidden_columns)}
    )
