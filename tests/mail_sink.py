"""A real SMTP server for tests: takes, refuses, hangs or hangs up, as it is told, and keeps what it got."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as SMTP_POLICY
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 OK"


@dataclass(frozen=True)
class Mail:
    """One mail as it came over the wire."""

    mail_from: str  # "" is the null return path
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def ticket(self) -> str:
        return self.message["X-KayaSupport-Ticket"]

    @property
    def message_id(self) -> str:
        return self.message["Message-ID"]

    def text(self, kind: str = "plain") -> str:
        part = self.message.get_body((kind,))
        return part.get_content() if part else ""


@dataclass(frozen=True)
class Say:
    """Answer with this line, at once."""

    line: str


@dataclass(frozen=True)
class Take:
    """Take the mail, do something, and only then say 250."""

    then: Callable[[], None]


class Hang:
    """Say nothing, until the client leaves."""


class HangUp:
    """Close the connection without a word."""


Answer = Say | Take | Hang | HangUp


@dataclass
class MailSink:
    """`answer` decides what is said after DATA, `recipient_answer` what after RCPT TO."""

    answer: Callable[[Mail], Answer] = lambda mail: Say(OK)
    recipient_answer: Callable[[str], str] = lambda address: OK
    tries: list[Mail] = field(default_factory=list)  # everything that reached the end of DATA
    taken: list[Mail] = field(default_factory=list)  # what the sink is responsible for
    port: int = 0
    sessions: int = 0  # connections so far

    def start(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.listen()

    def stop(self) -> None:
        self.go_away()
        self._run(self._leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def listen(self) -> None:
        """Take connections, after go_away on the same port as before."""
        self._server = self._run(self._loop.create_server(self._session, "127.0.0.1", self.port))
        self.port = self._server.sockets[0].getsockname()[1]

    def go_away(self) -> None:
        """Let connections be refused."""
        self._loop.call_soon_threadsafe(self._server.close)

    def of(self, ticket: str) -> list[Mail]:
        """The mails taken for one ticket, oldest first."""
        return [mail for mail in self.taken if mail.ticket == ticket]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self.recipient_answer(address)
        if said.startswith("2"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = Mail(
            (envelope.mail_from or "").removeprefix("<").removesuffix(">"),
            tuple(envelope.rcpt_tos),
            BytesParser(policy=SMTP_POLICY).parsebytes(envelope.content),  # type: ignore[arg-type]
        )
        self.tries.append(mail)
        match self.answer(mail):
            case Say(line):
                if line.startswith("2"):
                    self.taken.append(mail)
                return line
            case Take(then):
                self.taken.append(mail)
                await asyncio.to_thread(then)
                return OK
            case Hang():
                await asyncio.Event().wait()
            case HangUp():
                server.transport.close()
        return "421 bye"

    def _session(self) -> SMTP:
        self.sessions += 1
        return SMTP(self, hostname="sink.test", loop=self._loop, enable_SMTPUTF8=True)

    def _run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=10)

    async def _leave(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
