"""A drill: the whole product under load, a fault in the midst of it, and what became of every report."""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import QuerySet

from tests.faults.load import Load
from tests.faults.scoreboard import Outcome, count
from tests.mail_sink import MailSink
from tests.processes import Process, until
from tests.product import Product
from tickets.models import Message, Screenshot, Ticket
from tickets.models.message import Delivery
from tickets.models.screenshot import ScreenshotState
from tickets.models.ticket import Status

RECOVERS_WITHIN = 60.0  # seconds after the end of a fault
SHOWN = 5
MIB = 1024  # KiB, as the kernel counts in /proc


@dataclass
class Drill:
    product: Product
    sink: MailSink
    total: int
    load: Load = field(init=False)
    memory: dict[str, int] = field(default_factory=dict)  # MiB, the most that one process of each kind had
    faults: int = 0
    _over_at: float = 0.0

    def begin(self, *, total: int = 0, **options: float) -> Load:
        self.load = Load(self.product.url, total or self.total, **options)  # type: ignore[arg-type]
        self._watch = threading.Event()
        threading.Thread(target=self._weigh, daemon=True).start()
        self.load.start()
        return self.load

    def hurt(self, fault: Callable[[], object], *, times: int = 1, every: float = 0.0) -> None:
        for _ in range(times):
            fault()
            self.faults += 1
            time.sleep(every)

    def keep_worker_up(self) -> None:
        """Start the worker again when it has ended, as docker-compose.yml does, until all is finished."""

        def keep() -> None:
            while not self._watch.wait(0.5):
                if not self.product.worker.is_running:
                    self.product.start_worker()

        threading.Thread(target=keep, daemon=True).start()

    def over(self) -> None:
        """The fault ends here, and the time to recover begins."""
        self._over_at = time.monotonic()

    def settle(self, scenario: str, *, within: float = RECOVERS_WITHIN) -> Outcome:
        """Wait until everybody was answered and everything is finished, and count."""
        self.load.finish()
        since = self._over_at or time.monotonic()
        try:
            until(is_finished, within=max(within - (time.monotonic() - since), 5.0), what="all is finished")
        except AssertionError as error:
            raise AssertionError("\n".join([str(error), *unfinished()])) from None
        recovery = time.monotonic() - since
        self._watch.set()
        return count(
            scenario,
            submitted=self.load.total,
            references=list(self.load.taken.values()),
            sink=self.sink,
            recovery=recovery,
            faults=self.faults,
            refused=len(self.load.refusals),
            unanswered=self.load.unanswered,
            without_picture=self._without_picture(),
            stored_though_refused=self._stored_though_refused(),
            half_within=statistics.median(self.load.waits),
            most_within=statistics.quantiles(self.load.waits, n=20)[-1],
            memory=max(self.memory.values()),
        )

    def _without_picture(self) -> int:
        """Tickets whose picture is no row, or no file."""
        rows = Screenshot.objects.values_list("ticket__reference", "original_path", "clean_path")
        folder = self.product.folder / "screenshots"
        there = {reference for reference, original, clean in rows if (folder / (clean or original)).is_file()}
        return len({self.load.taken[number] for number in self.load.with_picture()} - there)

    def _stored_though_refused(self) -> int:
        """Refusals of reports that were rows already: by their address, which is each person's own."""
        last = {each.number: each.at for each in self.load.refusals}
        written = Ticket.objects.values_list("registered_email", "created_at")
        at = {address: created_at.timestamp() for address, created_at in written}
        return sum(at.get(f"pelapor{number}@contoh.id", time.time()) < when for number, when in last.items())

    def _weigh(self) -> None:
        while not self._watch.wait(0.5):
            for process in list(self.product.processes):
                for pid in _pids(process):
                    self.memory[process.name] = max(self.memory.get(process.name, 0), _peak(pid))


def is_finished() -> bool:
    return not unfinished()


def unfinished() -> list[str]:
    """What is left to do: a line for each, and no more than SHOWN of a kind."""
    left: list[QuerySet] = [
        Ticket.objects.filter(status=Status.NEW),
        Message.objects.filter(delivery__in=[Delivery.QUEUED, Delivery.SENDING]),
        Screenshot.objects.filter(state=ScreenshotState.RECEIVED),
    ]
    try:
        return [
            f"{row._meta.model_name} {row.pk}: attempt {row.attempts}, leased until {row.lease_until}, "
            f"not before {getattr(row, 'deliver_after_at', None)}"
            for rows in left
            for row in rows.order_by("pk")[:SHOWN]
        ]
    except (DatabaseError, InterfaceError):  # the database of the test was hurt, and with it our own line
        connection.close()
        return ["the database is away"]


def said(load: Load) -> Counter[int]:
    """How often each status was answered to a report that was not taken."""
    return Counter(each.status for each in load.refusals)


def _pids(process: Process) -> list[int]:
    return [process.popen.pid, *process.children()] if process.is_running else []


def _peak(pid: int) -> int:
    """The most that a process ever had in memory: VmHWM of proc(5)."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // MIB
    return 0
