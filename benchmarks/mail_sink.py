"""A mail relay that takes everything and notes for whom and when: `python -m benchmarks.mail_sink`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.processes import HOST


class Sink:
    def __init__(self, *, notes: Path, delay: float):
        self.notes = notes.open("a", buffering=1)
        self.delay = delay

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.delay)
        # The clock is the machine's own: comparable between processes.
        self.notes.write(f"{time.monotonic():.6f} {' '.join(envelope.rcpt_tos)}\n")
        return "250 OK"


def arrivals(notes: Path) -> dict[str, list[float]]:
    """Return when mail came for each address."""
    found: dict[str, list[float]] = {}
    for line in notes.read_text().splitlines() if notes.exists() else []:
        moment, *addresses = line.split()
        for address in addresses:
            found.setdefault(address, []).append(float(moment))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--notes", type=Path, required=True)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each 250")
    options = parser.parse_args()
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # before the thread, which inherits it
    controller = Controller(Sink(notes=options.notes, delay=options.delay), hostname=HOST, port=options.port)
    controller.start()
    signal.sigwait(signals)
    controller.stop(no_assert=True)


if __name__ == "__main__":
    main()
