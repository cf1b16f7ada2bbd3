"""The indexes of the tickets' table: each for the order of a list, or for open work that a sweep finds."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

# A category of less confidence than this is worth a second look; part of an index, hence no setting.
SURE_FROM = 0.75

# Open, and it is not in the history yet that the promise which is owed was missed.
UNTOLD_BREACH = Q(status="open") & (
    Q(first_agent_reply_at__isnull=True, breached="")
    | Q(first_agent_reply_at__isnull=False, breached__in=["", "response"])
)

# What says from where and with which program somebody wrote; see tickets/privacy/retention.py.
HAS_TECHNICAL = Q(ip_address__isnull=False) | ~Q(user_agent="")

INDEXES = [
    # The queue's order within each tab; see tickets/queue.py.
    models.Index(fields=["status", "priority", "due_at", "id"], name="ticket_queue_idx"),
    models.Index(fields=["due_at"], name="ticket_breach_idx", condition=UNTOLD_BREACH),
    models.Index(fields=["status", "-created_at", "-id"], name="ticket_status_idx"),
    models.Index(fields=["status", "category", "-created_at", "-id"], name="ticket_category_idx"),
    models.Index(fields=["status", "channel", "-created_at", "-id"], name="ticket_channel_idx"),
    models.Index(fields=["assignee", "status", "-created_at", "-id"], name="ticket_assignee_idx"),
    # PostgreSQL takes no order from IS NULL: by the index above it would read and sort them all.
    models.Index(
        fields=["status", "-created_at", "-id"],
        name="ticket_nobodys_idx",
        condition=Q(assignee__isnull=True),
    ),
    models.Index(
        fields=["incident", "status", "-created_at", "-id"],
        name="ticket_incident_idx",
        condition=Q(incident__isnull=False),
    ),
    # How sure triage was. Partial, because a planner that takes the parts of such a condition for
    # independent of each other would read the whole table in hope of an early end.
    models.Index(
        fields=["status", "-created_at", "-id"],
        name="ticket_unsure_idx",
        condition=Q(is_unsure=True),
    ),
    models.Index(
        fields=["status", "-created_at", "-id"],
        name="ticket_doubtful_idx",
        condition=Q(confidence__lt=SURE_FROM),
    ),
    models.Index(
        fields=["status", "-created_at", "-id"],
        name="ticket_human_idx",
        condition=Q(confidence__isnull=True) & ~Q(category=""),
    ),
    # What has come into the queue since an agent looked.
    models.Index(fields=["queued_at"], name="ticket_arrival_idx", condition=Q(status="open")),
    # The next ticket: the head of these is locked, whichever of them is asked for.
    *(
        models.Index(
            fields=[*by, "priority", "due_at", "id"],
            name="_".join(["ticket_next", *by, "idx"]),
            condition=Q(status="open", assignee__isnull=True),
        )
        for by in ([], ["category"], ["channel"])
    ),
    models.Index(fields=["requester_key", "-id"], name="ticket_person_idx"),
    # The sweep's open work: small however many tickets there are.
    models.Index(fields=["lease_until"], name="ticket_untriaged_idx", condition=Q(status="new")),
    models.Index(fields=["hold_until"], name="ticket_hold_idx", condition=Q(status="self_fix")),
    models.Index(fields=["pending_since_at"], name="ticket_pending_idx", condition=Q(status="pending")),
    models.Index(fields=["resolved_at"], name="ticket_resolved_idx", condition=Q(status="resolved")),
    # Promises that were kept or broken in an hour or a day; see tickets/measures.py.
    models.Index(
        fields=["resolved_at"],
        name="ticket_promise_idx",
        condition=Q(resolved_at__isnull=False, resolution_due_at__isnull=False),
    ),
    models.Index(
        fields=["response_due_at"],
        name="ticket_response_idx",
        condition=Q(response_due_at__isnull=False),
    ),
    models.Index(
        fields=["resolution_due_at"],
        name="ticket_resolution_idx",
        condition=Q(resolution_due_at__isnull=False),
    ),
    # What retention looks for, the oldest first, and what is left of it once it is gone: nothing.
    models.Index(fields=["closed_at"], name="ticket_closed_idx", condition=Q(status="closed")),
    models.Index(fields=["updated_at"], name="ticket_spam_idx", condition=Q(status="spam")),
    models.Index(fields=["suspended_at"], name="ticket_suspended_idx", condition=Q(status="suspended")),
    models.Index(fields=["created_at"], name="ticket_technical_idx", condition=HAS_TECHNICAL),
    # Somebody's tickets, also where no trace was left; the registered mailbox has ticket_person_idx.
    models.Index(Upper("reply_email"), name="ticket_reply_idx", condition=~Q(reply_email="")),
    models.Index(fields=["registered_phone"], name="ticket_phone_idx", condition=~Q(registered_phone="")),
]
