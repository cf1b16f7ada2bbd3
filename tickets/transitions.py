"""From which state of a ticket to which: read by tickets/lifecycle.py, which makes the changes."""

from typing import Any

from tickets.models.ticket import Status

TRANSITIONS: dict[str, frozenset[str]] = {
    Status.NEW: frozenset(
        {
            Status.SELF_FIX,
            Status.OPEN,
            Status.PENDING,
            Status.RESOLVED,
            Status.SUSPENDED,
            Status.SPAM,
        }
    ),
    Status.SUSPENDED: frozenset({Status.NEW, Status.SPAM}),
    Status.SELF_FIX: frozenset({Status.OPEN, Status.PENDING, Status.RESOLVED, Status.MERGED, Status.SPAM}),
    Status.OPEN: frozenset({Status.SELF_FIX, Status.PENDING, Status.RESOLVED, Status.MERGED, Status.SPAM}),
    Status.PENDING: frozenset({Status.SELF_FIX, Status.OPEN, Status.RESOLVED, Status.MERGED, Status.SPAM}),
    Status.RESOLVED: frozenset({Status.OPEN, Status.PENDING, Status.CLOSED}),
    Status.CLOSED: frozenset(),
    Status.MERGED: frozenset(),  # what leads out of it is the undoing of the merge, see joining.py
    Status.SPAM: frozenset({Status.OPEN}),
}

# Columns that say something about one state only: emptied on leaving it.
STATE_COLUMNS: dict[str, Any] = {
    "suspended_at": None,
    "hold_until": None,
    "hold_then": "",
    "pending_since_at": None,
    "due_at": None,
    "resolved_at": None,
    "resolution": "",
    "closed_at": None,
    "merged_into": None,
}
