"""Kombu's filesystem transport, with messages that appear whole or not at all.

The stock channel creates the file first and fills it afterwards, so that a polling worker
may move an empty file away and choke on it, and it moves what it reads to the system's
temporary folder, which may be another disk. Here both steps are one rename inside the folder.
"""

import contextlib
import os
import uuid
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # Beat ends when it cannot open a channel, but goes on after a bell that was not taken.
        with contextlib.suppress(OSError):
            Path(self.data_folder_in).mkdir(parents=True, exist_ok=True)

    def _put(  # type: ignore[override]  # as the stock channel names it
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        name = f"{time_ns():020}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{name}.part"
        part.write_text(dumps(payload))
        part.rename(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        folder = Path(self.data_folder_in)
        for name in sorted(self._names(queue)):
            taken = folder / f"{name}.{os.getpid()}.taken"
            try:
                (folder / name).rename(taken)
            except FileNotFoundError:  # another worker was quicker
                continue
            text = taken.read_text()
            taken.unlink()
            return loads(text)
        raise Empty

    def _size(self, queue: str) -> int:
        return len(self._names(queue))

    def _purge(self, queue: str) -> int:
        names = self._names(queue)
        for name in names:
            (Path(self.data_folder_in) / name).unlink(missing_ok=True)
        return len(names)

    def _names(self, queue: str) -> list[str]:
        ending = f"{queue}.msg"
        try:
            names = os.listdir(self.data_folder_in)
        except OSError:
            # The folder is away: celery ends a worker that is told so, and it can as well wait.
            return []
        return [name for name in names if name.partition(".")[2] == ending]


class Transport(filesystem.Transport):
    Channel = Channel
