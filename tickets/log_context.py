"""What the log lines of this moment are about: request, task, ticket; ids and codes, never texts."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType

# In the order in which a line shows them. Kept per thread; whoever begins something new begins anew here.
FIELDS = ("request_id", "task", "task_id", "ticket")

_NOTHING: Mapping[str, str] = MappingProxyType({})
_fields: ContextVar[Mapping[str, str]] = ContextVar("log_fields", default=_NOTHING)
# The request that asked for each row of a bell: several requests share one.
_asked_by: ContextVar[Mapping[str, str]] = ContextVar("asked_by", default=_NOTHING)


def begin(**fields: str) -> None:
    """From here on it is about something else: a request, or a task."""
    _fields.set({name: value for name, value in fields.items() if value})
    _asked_by.set(_NOTHING)


def begin_task(*, name: str, task_id: str, asked_by: Mapping[str, str]) -> None:
    """A task begins. `asked_by` has the id of a request for each row (as text) that the bell names."""
    requests = set(asked_by.values())
    begin(task=name, task_id=task_id, request_id=requests.pop() if len(requests) == 1 else "")
    _asked_by.set(asked_by)


def turn_to_row(pk: int) -> None:
    """The task goes on with this row of its bell."""
    kept = {name: value for name, value in _fields.get().items() if name not in {"ticket", "request_id"}}
    asked = _asked_by.get().get(str(pk), "")
    _fields.set({**kept, "request_id": asked} if asked else kept)


def turn_to_ticket(reference: str) -> None:
    """From here on it is about this ticket."""
    _fields.set({**_fields.get(), "ticket": reference})


def request_id() -> str:
    return _fields.get().get("request_id", "")


def current() -> dict[str, str]:
    fields = _fields.get()
    return {name: fields[name] for name in FIELDS if name in fields}
