"""A small real IMAP server on loopback: the commands that a fetch needs, messages in memory."""

from __future__ import annotations

import asyncio
import base64
import re
import threading
from dataclasses import dataclass, field

PATIENCE = 10  # seconds


@dataclass
class Stored:
    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


class ImapServer:
    """`user` and `password` open it; `break_off` closes the next connection where it stands."""

    user, password, token = "bantuan@contoh.id", "rahasia:/@", "kunci-sementara"

    def __init__(self) -> None:
        self.folders: dict[str, list[Stored]] = {"INBOX": [], "Selesai": []}
        self.said: list[str] = []  # the commands that came, without their tags
        self.capabilities = "IMAP4rev1 IDLE MOVE UIDPLUS AUTH=XOAUTH2"
        self.break_off: str = ""  # a command at which the connection ends
        self._idling: set[asyncio.Event] = set()
        self._next = 1

    def start(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20))
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._run(self._leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=PATIENCE)
        self._loop.close()

    def deliver(self, raw: bytes, *, folder: str = "INBOX") -> None:
        self.folders[folder].append(Stored(self._next, raw))
        self._next += 1
        for each in list(self._idling):
            self._loop.call_soon_threadsafe(each.set)

    def url(self, folder: str = "") -> str:
        return f"imap://bantuan%40contoh.id:rahasia%3A%2F%40@127.0.0.1:{self.port}/{folder}"

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=PATIENCE)

    async def _leave(self) -> None:
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Session(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class _Session:
    def __init__(
        self, server: ImapServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.box: list[Stored] = []

    async def run(self) -> None:
        self.say(b"* OK ready")
        while line := await self.line():
            tag, _, rest = line.partition(" ")
            self.server.said.append(rest)
            word = rest.split(" ")[0].upper()
            if self.server.break_off and self.server.break_off in rest.upper():
                self.server.break_off = ""
                return
            if word == "UID":
                _uid, word, rest = rest.split(" ", 2)
                word = f"uid_{word.upper()}"
            else:
                rest = rest.partition(" ")[2]
            answer = await getattr(self, word.lower(), self.unknown)(rest)
            self.say(f"{tag} {answer or 'OK done'}".encode())
            await self.writer.drain()
            if word == "LOGOUT":
                return

    async def line(self) -> str:
        return (await self.reader.readline()).decode().strip()

    def say(self, line: bytes) -> None:
        self.writer.write(line + b"\r\n")

    async def unknown(self, rest: str) -> str:
        return "BAD unknown"

    async def capability(self, rest: str) -> None:
        self.say(f"* CAPABILITY {self.server.capabilities}".encode())

    async def login(self, rest: str) -> str:
        right = f'"{self.server.user}" "{self.server.password}"'
        return "" if rest == right else "NO wrong"

    async def authenticate(self, rest: str) -> str:
        self.say(b"+ ")

        said = base64.b64decode(await self.line()).decode()
        right = f"user={self.server.user}\1auth=Bearer {self.server.token}\1\1"
        return "" if said == right else "NO wrong"

    async def select(self, rest: str) -> str:
        name = rest.strip('"')
        if name not in self.server.folders:
            return "NO no such folder"
        self.box = self.server.folders[name]
        self.say(f"* {len(self.box)} EXISTS".encode())
        return "OK [READ-WRITE] done"

    async def uid_search(self, rest: str) -> None:
        wanted = [each for each in self.box if "UNSEEN" not in rest or r"\Seen" not in each.flags]
        self.say(("* SEARCH " + " ".join(str(each.uid) for each in wanted)).strip().encode())

    async def uid_fetch(self, rest: str) -> None:
        for number, each in enumerate(self.box, start=1):
            if str(each.uid) == rest.split(" ")[0]:
                part = re.search(r"<(\d+)\.(\d+)>", rest)
                raw = each.raw[: int(part[2])] if part else each.raw
                self.writer.write(
                    f"* {number} FETCH (UID {each.uid} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw
                )
                self.say(b")")

    async def uid_store(self, rest: str) -> None:
        uid, _, change = rest.partition(" ")
        for each in self.box:
            if str(each.uid) == uid:
                each.flags |= set(re.findall(r"\\\w+", change))

    async def uid_move(self, rest: str) -> str:
        uid, _, folder = rest.partition(" ")
        to = self.server.folders.get(folder.strip('"'))
        if to is None:
            return "NO [TRYCREATE] no such folder"
        for each in [each for each in self.box if str(each.uid) == uid]:
            self.box.remove(each)
            to.append(each)
        return ""

    async def idle(self, rest: str) -> None:
        came = asyncio.Event()
        self.server._idling.add(came)
        self.say(b"+ idling")
        await self.writer.drain()
        done = asyncio.ensure_future(self.line())
        news = asyncio.ensure_future(came.wait())
        await asyncio.wait({done, news}, return_when=asyncio.FIRST_COMPLETED)
        self.server._idling.discard(came)
        if came.is_set():
            self.say(f"* {len(self.box)} EXISTS".encode())
            await self.writer.drain()
        news.cancel()
        await done

    async def logout(self, rest: str) -> None:
        self.say(b"* BYE")
