"""HTTP clients for the load, as cheap as can be: they share the processor with the servers."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.processes import HOST
from benchmarks.submissions import BOUNDARY, Report, fields, multipart, next_report

TIMEOUT = 30.0  # seconds
TOKEN = re.compile(r'name="(form_token|csrfmiddlewaretoken)" value="([^"]+)"')
COOKIE = re.compile(r"^Set-Cookie: (csrftoken=[^;]+)", re.MULTILINE | re.IGNORECASE)
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
HEAD_END = b"\r\n\r\n"


@dataclass
class Target:
    """One server under load: its door, and the tokens a browser would have from its page."""

    port: int
    accepted: int  # the status that means "stored"
    tokens: dict[str, str] = field(default_factory=dict)
    cookie: str = ""

    def open_form(self) -> None:
        """Fetch the page once: its tokens serve for any number of different reports."""
        status, head, body = Connection(self.port).ask(_head("GET", 0, ip_address="10.255.255.1", cookie=""))
        if status != 200:
            raise RuntimeError(f"the form's page answers {status}")
        self.tokens = dict(TOKEN.findall(body.decode()))
        self.cookie = COOKIE.findall(head.decode())[0]

    def request(self, report: Report, *, png: bytes, **extra: str) -> bytes:
        body = multipart({**fields(report), **self.tokens, **extra}, png=png)
        return _head("POST", len(body), ip_address=report.ip_address, cookie=self.cookie) + body


class Connection:
    def __init__(self, port: int):
        self.port = port
        self.socket: socket.socket | None = None

    def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Return status, head and body; as a browser does, try a kept connection twice."""
        if self.socket is not None:
            try:
                return self._ask(self.socket, request)
            except ConnectionError:
                self.close()
        self.socket = socket.create_connection((HOST, self.port), timeout=TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._ask(self.socket, request)

    def _ask(self, connected: socket.socket, request: bytes) -> tuple[int, bytes, bytes]:
        connected.sendall(request)
        head, _, body = self._read_until(b"", HEAD_END).partition(HEAD_END)
        length = LENGTH.search(head)
        while length and len(body) < int(length[1]):
            body += self._receive()
        if b"connection: close" in head.lower() or not length:
            self.close()
        return int(head[9:12]), head, body

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def _read_until(self, data: bytes, mark: bytes) -> bytes:
        while mark not in data:
            data += self._receive()
        return data

    def _receive(self) -> bytes:
        assert self.socket is not None
        data = self.socket.recv(65536)
        if not data:
            self.close()
            raise ConnectionError("the server closed the connection")
        return data


@dataclass
class Tally:
    """What came of a stretch of load; moments are of time.monotonic(), latencies in seconds."""

    latencies: list[float] = field(default_factory=list)
    refusals: dict[str, int] = field(default_factory=dict)
    sent_at: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0  # of the web processes

    @property
    def accepted(self) -> int:
        return len(self.latencies)

    def note_refusal(self, why: str) -> None:
        self.refusals[why] = self.refusals.get(why, 0) + 1

    def add(self, other: Tally) -> None:
        self.latencies += other.latencies
        self.sent_at |= other.sent_at
        self.seconds += other.seconds
        self.cpu_seconds += other.cpu_seconds
        for why, count in other.refusals.items():
            self.refusals[why] = self.refusals.get(why, 0) + count


def submit(connection: Connection, target: Target, tally: Tally, *, png: bytes, **extra: str) -> None:
    """Send one new report and note how it went."""
    report = next_report()
    request = target.request(report, png=png, **extra)
    start = time.monotonic()
    tally.sent_at[report.email] = start
    try:
        status, _, _ = connection.ask(request)
    except OSError as error:
        connection.close()
        tally.note_refusal(type(error).__name__)
        return
    if status == target.accepted:
        tally.latencies.append(time.monotonic() - start)
    else:
        tally.note_refusal(str(status))


def load(target: Target, *, clients: int, seconds: float, png: bytes) -> Tally:
    """Have each client send one report after the other for so many seconds."""
    start = time.monotonic()

    def work(tally: Tally) -> None:
        connection = Connection(target.port)
        while time.monotonic() - start < seconds:
            submit(connection, target, tally, png=png)
        connection.close()

    total = _in_threads(work, clients)
    total.seconds = time.monotonic() - start
    return total


def paced(target: Target, *, per_second: float, seconds: float, clients: int, **extra: str) -> Tally:
    """Send reports at even intervals, whatever becomes of the earlier ones."""
    start = time.monotonic()
    moments = iter([start + number / per_second for number in range(int(per_second * seconds))])
    turn = threading.Lock()

    def work(tally: Tally) -> None:
        connection = Connection(target.port)
        while True:
            with turn:
                moment = next(moments, None)
            if moment is None:
                break
            time.sleep(max(0.0, moment - time.monotonic()))
            submit(connection, target, tally, png=b"", **extra)
        connection.close()

    total = _in_threads(work, clients)
    total.seconds = time.monotonic() - start
    return total


def _in_threads(work: Callable[[Tally], None], count: int) -> Tally:
    tallies = [Tally() for _ in range(count)]
    threads = [threading.Thread(target=work, args=(tally,), daemon=True) for tally in tallies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total


def _head(method: str, length: int, *, ip_address: str, cookie: str) -> bytes:
    lines = [
        f"{method} / HTTP/1.1",
        f"Host: {HOST}",
        "User-Agent: Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Chrome/126.0 Mobile",
        "Accept: text/html",
        "Accept-Language: id-ID,id;q=0.9",
        # As behind a reverse proxy: every requester has an address of their own.
        f"X-Forwarded-For: {ip_address}",
        f"Content-Length: {length}",
    ]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if method == "POST":
        lines.append(f"Content-Type: multipart/form-data; boundary={BOUNDARY}")
    return "\r\n".join([*lines, "", ""]).encode()
