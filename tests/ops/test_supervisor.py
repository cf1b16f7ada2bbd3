"""The supervisor, in a process of its own, with children that misbehave."""

import subprocess
import sys
import textwrap

from django.conf import settings

SETUP = """
import os, signal, sys, time
from pathlib import Path
import django
django.setup()
from kayasupport import supervisor
from kayasupport.supervisor import Child, GaveUp, Supervisor
supervisor.FIRST_WAIT = 0.01

def supervise(run, each_tick=lambda: None):
    child = Child("part", run, Path(sys.argv[1]) / "part.log")
    master = Supervisor([child], say=lambda text: print(text, flush=True), let_go=[])
    master.run(each_tick=each_tick)
"""


def supervised(tmp_path, code):
    return subprocess.run(
        [sys.executable, "-c", SETUP + textwrap.dedent(code), str(tmp_path)],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "kayasupport.settings", "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_supervisor_gives_up_on_a_part_that_keeps_dying(tmp_path):
    done = supervised(
        tmp_path,
        """
        def run():
            print("no luck", flush=True)
            sys.exit(3)

        try:
            supervise(run)
        except GaveUp as error:
            print(error)
        """,
    )

    assert done.stdout.splitlines() == [
        "part ended with code 3; starting it again in 0.01 s",
        "part ended with code 3; starting it again in 0.02 s",
        "part ended with code 3; starting it again in 0.04 s",
        "part ended with code 3; starting it again in 0.08 s",
        "Stopping; work under way is finished first …",
        f"part ended with code 3, 5 times in a row; why is in {tmp_path}/part.log",
    ]
    assert done.stderr == "[part] no luck\n" * 5
    assert (tmp_path / "part.log").read_text() == "no luck\n" * 5


def test_supervisor_shows_only_what_is_wrong_and_logs_all(tmp_path):
    done = supervised(
        tmp_path,
        """
        def run():
            print("2026-01-31 12:00:00,000 INFO a fine")
            print("2026-01-31 12:00:00,000 ERROR b broken")
            print("  its traceback")
            print("2026-01-31 12:00:00,000 INFO c fine again", flush=True)
            time.sleep(60)

        log = Path(sys.argv[1]) / "part.log"
        def look():
            if log.exists() and "fine again" in log.read_text():
                os.kill(os.getpid(), signal.SIGTERM)

        supervise(run, look)
        """,
    )

    assert done.stderr.splitlines() == [
        "[part] 2026-01-31 12:00:00,000 ERROR b broken",
        "[part]   its traceback",
    ]
    assert len((tmp_path / "part.log").read_text().splitlines()) == 4
    assert done.returncode == 0


def test_supervisor_kills_a_part_that_does_not_end(tmp_path):
    done = supervised(
        tmp_path,
        """
        supervisor.STOP_WITHIN = 0.5

        def run():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            print("ready", flush=True)
            time.sleep(60)

        log = Path(sys.argv[1]) / "part.log"
        def look():
            if log.exists():
                os.kill(os.getpid(), signal.SIGTERM)

        begun = time.monotonic()
        supervise(run, look)
        print(time.monotonic() - begun < 10)
        """,
    )

    assert done.stdout.splitlines() == ["Stopping; work under way is finished first …", "True"]
