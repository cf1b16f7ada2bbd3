"""The words of the page Operations: what each check is called, and what its states mean and ask for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.readiness import FAILED, OK, WARNING

CHECKS: dict[str, Promise] = {
    "database": _("Database"),
    "migrations": _("Tables"),
    "broker": _("Broker"),
    "worker": _("Workers"),
    "beat": _("Beat"),
    "sweep": _("Sweep"),
    "untriaged": _("Triage"),
    "unsent": _("Outgoing mail"),
    "disk": _("Disk space"),
}

SAID: dict[str, dict[str, Promise]] = {
    "database": {
        OK: _("It answers."),
        FAILED: _("It does not answer. No report can be taken until it does."),
    },
    "migrations": {
        OK: _("They fit the program."),
        FAILED: _("They are behind the program. Run manage.py migrate."),
    },
    "broker": {
        OK: _("It carries bells to the workers."),
        WARNING: _("It does not answer. Reports are taken all the same, and triaged when it is back."),
    },
    "worker": {
        OK: _("At least one is at work."),
        WARNING: _(
            "None has given a sign of life lately: nothing is triaged and no mail goes. Start a worker."
        ),
    },
    "beat": {
        OK: _("It rings in time."),
        WARNING: _(
            "It has given no sign of life lately: lost bells are not made up for, and no hold ends. Start it,"
            " once."
        ),
    },
    "sweep": {
        OK: _("What no worker has heard of is found again."),
        WARNING: _(
            "No round has ended lately. Beat, broker and workers make it together: look at those three."
        ),
    },
    "untriaged": {
        OK: _("Reports are triaged within seconds."),
        WARNING: _("A report waits too long. Look at workers and broker."),
    },
    "unsent": {
        OK: _("Mail goes out."),
        WARNING: _("A message waits too long. Look at the outbox and at the mail server."),
    },
    "disk": {
        OK: _("There is room for screenshots."),
        WARNING: _(
            "There is little room left for screenshots. Make room, or a report will come without them."
        ),
    },
}

STATES: dict[str, tuple[Promise, str, str]] = {
    # The word, the colour of its badge, the icon before it.
    OK: (_("Works"), "green", "check"),
    WARNING: (_("Look here"), "amber", "alert"),
    FAILED: (_("Out of order"), "red", "alert"),
}

QUEUES: dict[str, Promise] = {
    "tickets": _("Reports to be triaged"),
    "messages": _("Messages to be mailed"),
    "screenshots": _("Screenshots to be cleaned"),
    "readings": _("Screenshots to be read"),
    "incoming_mails": _("Incoming mail to be filed"),
    "webhooks": _("Webhooks to be delivered"),
    "bulk_jobs": _("Changes of many tickets"),
    "suspended": _("Possible spam, for an agent to decide"),
}

ROUNDS: dict[str, Promise] = {
    "sweep": _("Sweep of tickets, messages and screenshots"),
    "sweep_mail": _("Sweep of incoming mail"),
    "sweep_webhooks": _("Sweep of webhooks"),
    "sweep_bulk_jobs": _("Sweep of changes of many tickets"),
    "mailbox": _("Look into the mailbox"),
    "close_silent_tickets": _("Closing of silent tickets"),
    "count_figures": _("Counting of the numbers"),
    "count_triage_weeks": _("Counting of triage's weeks"),
    "queue_weekly_summaries": _("Weekly summaries"),
    "tidy_desk": _("Tidying of the desk"),
    "discard_old_data": _("Discarding of what is kept no longer"),
    "discard_orphan_files": _("Discarding of files without a report"),
}

CAPS: dict[str, Promise] = {
    "reports": _("Reports"),
    "automatic_mail": _("Automatic mail"),
    "mails_answered": _("Answers to incoming mail"),
}
