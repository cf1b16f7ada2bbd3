"""Opens one image in a process of its own, with limits on time and memory, and ends it for sure."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tickets.image_structure import Refused

CODE_DIR = Path(__file__).resolve().parent.parent
# What a decoder dies of when the image, and not the machine, is at fault.
CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE}


@dataclass(frozen=True)
class Decoded:
    width: int  # px
    height: int
    format: str = ""  # of what was written


class Stopped(Exception):
    """The process was ended by others or could not begin: says nothing about the image."""


def run(
    data: bytes, *, image_format: str, cpu_seconds: int, wall_seconds: float, output: int | None
) -> Decoded:
    """Decode the image and, with `output`, write it cleaned to that descriptor.

    Raises Refused ("busy" when it was the clock that ran out, because a heavy image meets the
    CPU limit first), Stopped, or OSError when the cleaned image could not be written.
    """
    job = {
        "format": image_format,
        "output": output,
        "cpu_seconds": cpu_seconds,
        "wall_seconds": math.ceil(wall_seconds),
    }
    try:
        # No environment: the database password has no business in there. Its own session:
        # Ctrl-C in the terminal must not look like an unreadable image.
        process = subprocess.run(  # noqa: S603 (fixed program; what the requester sent goes to standard input)
            [sys.executable, "-E", "-s", "-m", "tickets.decoding", json.dumps(job)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=CODE_DIR,
            env={},
            pass_fds=() if output is None else (output,),
            start_new_session=True,
            timeout=wall_seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused("busy") from error
    return _answer(process)


def _answer(process: subprocess.CompletedProcess[bytes]) -> Decoded:
    if process.returncode < 0:
        _explain(signal.Signals(-process.returncode))
    if process.returncode > 0:
        # It answers even when it fails; without an answer it has not got as far as the image.
        raise Stopped(f"exit status {process.returncode}")
    try:
        answer = json.loads(process.stdout)
        if answer.keys() & {"error", "errno"}:
            raise _error_of(answer)
        return Decoded(**answer)
    except (ValueError, TypeError, AttributeError) as error:
        raise Refused("unreadable") from error


def _error_of(answer: dict) -> Exception:
    if "errno" in answer:
        return OSError(answer["errno"], os.strerror(answer["errno"]))
    return Refused(answer["error"])


def _explain(ended_by: signal.Signals) -> None:
    if ended_by == signal.SIGXCPU:
        raise Refused("too_complex")
    if ended_by == signal.SIGALRM:
        raise Refused("busy")
    if ended_by in CRASHES:
        raise Refused("unreadable")
    raise Stopped(ended_by.name)
