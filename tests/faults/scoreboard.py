"""What a scenario did to the tickets, counted by the client, and the table of all scenarios."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pytest

from tests.mail_sink import MailSink
from tickets.models import Message, Ticket
from tickets.models.message import MessageKind
from tickets.models.ticket import Status

PROPERTY = "fault outcome"


@dataclass(frozen=True)
class Outcome:
    scenario: str
    submitted: int
    acknowledged: int
    # Acknowledged, but not a row any more, or one that nobody looks at, or without its picture.
    lost: int
    auto_replies: int  # rows, of the acknowledged tickets
    mailed: int  # of them, those that reached the mail server
    duplicates: int  # mails there beyond the first of each
    recovery: float  # seconds from the end of the fault until everything is finished
    # What a drill counts besides; see drill.py.
    faults: int = 1
    refused: int = 0  # answers that were not a thank-you
    unanswered: int = 0
    stored_though_refused: int = 0
    half_within: float = 0.0  # seconds to the answer: half of them, and 19 of 20
    most_within: float = 0.0
    memory: int = 0  # MiB, the most that one process had

    @property
    def is_clean(self) -> bool:
        """Nothing lost, one automatic reply per ticket, each mailed once."""
        found = (self.lost, self.auto_replies, self.mailed, self.duplicates)
        return found == (0, self.acknowledged, self.acknowledged, 0)


COLUMNS = tuple(field.name for field in fields(Outcome))


def count(
    scenario: str,
    *,
    submitted: int,
    references: list[str],
    sink: MailSink,
    recovery: float,
    without_picture: int = 0,
    **besides: float,
) -> Outcome:
    """Compare what clients were promised with rows and mails."""
    known = set(references)
    triaged = Ticket.objects.filter(reference__in=known).exclude(status=Status.NEW)
    replies = Message.objects.filter(ticket__reference__in=known, kind=MessageKind.AUTO_REPLY)
    mails = Counter(mail.message_id for mail in sink.taken if mail.ticket in known)
    return Outcome(
        scenario=scenario,
        submitted=submitted,
        acknowledged=len(known),
        lost=len(known) - triaged.count() + without_picture,
        auto_replies=replies.count(),
        mailed=len(mails),
        duplicates=sum(times - 1 for times in mails.values()),
        recovery=round(recovery, 1),
        **{name: round(value, 3) for name, value in besides.items()},  # type: ignore[arg-type]
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line per scenario; the outcomes travel in the reports, so that it works with xdist."""
    outcomes = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == PROPERTY and report.when == "call"
    ]
    if not outcomes:
        return
    terminalreporter.section("faults")
    widths = [max(len(str(row[name])) for row in [*outcomes, {name: name}]) for name in COLUMNS]
    for row in [dict(zip(COLUMNS, COLUMNS, strict=True)), *outcomes]:
        cells = [str(row[name]).rjust(width) for name, width in zip(COLUMNS, widths, strict=True)]
        cells[0] = cells[0].strip().ljust(widths[0])
        terminalreporter.write_line("  ".join(cells))
    file = terminalreporter.config.getoption("--outcomes")
    if file:
        tests = {
            state: sorted({report.nodeid for report in terminalreporter.stats.get(state, ())})
            for state in ("passed", "failed", "error")
        }
        Path(file).write_text(json.dumps({"outcomes": outcomes, **tests}, indent=1))


def as_property(outcome: Outcome) -> tuple[str, dict]:
    return PROPERTY, asdict(outcome)
