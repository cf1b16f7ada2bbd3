"""Makes .venv and installs a locked requirements file into it, with nothing but Python's standard library.

Usage: python3 bin/bootstrap.py [requirements.txt]
Does nothing when that file is installed already. Nothing newer than Python 3.6 in
here: an old Python must get as far as the sentence that says so.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")

# Where Debian has split ensurepip off into python3-venv, pip comes from the package index.
PIP = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
INDEX = "https://pypi.org/simple"
TIMEOUT = 60  # seconds


class Failed(Exception):
    """The text says what is wrong and what to do."""


def main(requirements="requirements.txt"):
    if sys.version_info < OLDEST:
        raise Failed(
            f"KayaSupport needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable}).\n"
            "Name another one: make PYTHON=python3.12 run"
        )
    with open(__file__) as lock:  # two installations at once would spoil each other
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = os.path.join(VENV, ".installed-" + requirements.replace(os.sep, "-"))
        if os.path.exists(PYTHON) and read(stamp) == fingerprint(requirements):
            return
        if not is_usable():
            make_venv()
        install(requirements)
        with open(stamp, "w") as file:
            file.write(fingerprint(requirements))


def fingerprint(requirements):
    """What was installed, and for which Python: an upgrade may put another one behind the link."""
    with open(os.path.join(ROOT, requirements), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest() + " " + os.path.realpath(PYTHON)


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None


def is_usable():
    """Whether .venv has a Python that starts, is new enough and has pip (it may be half made)."""
    probe = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.run([PYTHON, "-c", probe], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def make_venv():
    say("Making a virtual environment in .venv …")
    has_pip = importlib.util.find_spec("ensurepip") is not None
    command = [sys.executable, "-m", "venv", "--clear", VENV]
    done = subprocess.run(command if has_pip else [*command, "--without-pip"], stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Failed("The virtual environment could not be made. On Debian: apt-get install python3-venv")
    if not has_pip:
        install_pip()


def install_pip():
    say(f"This Python has no ensurepip; fetching {PIP} …")
    with tempfile.TemporaryDirectory() as folder:
        wheel = os.path.join(folder, PIP)
        with open(wheel, "wb") as file:
            file.write(download_pip())
        # A wheel of pip can be run where it lies, to install itself.
        run([PYTHON, os.path.join(wheel, "pip"), "install", "--quiet", "--no-index", wheel])


def download_pip():
    index = os.environ.get("PIP_INDEX_URL", INDEX).rstrip("/") + "/pip/"
    try:
        page = fetch(index).decode()
        link = re.search(rf'href="([^"#]*{re.escape(PIP)})[#"]', page)
        if not link:
            raise Failed(f"{index} does not offer {PIP}. On Debian: apt-get install python3-venv")
        wheel = fetch(urllib.parse.urljoin(index, link.group(1)))
    except (urllib.error.URLError, OSError) as error:
        raise Failed(
            f"pip could not be fetched from {index} ({error}).\n"
            "On Debian, this does without: apt-get install python3-venv"
        ) from error
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        raise Failed(f"{PIP} from {index} is not the file we know: its SHA-256 differs.")
    return wheel


def fetch(url):
    try:
        return urllib.request.urlopen(url, timeout=TIMEOUT).read()
    except urllib.error.URLError as error:
        if not isinstance(error.reason, ssl.SSLCertVerificationError):
            raise
    # A minimal Debian has no certificates at all. What is fetched here is checked against
    # PIP_SHA256, and pip brings certificates of its own for everything after it.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return urllib.request.urlopen(url, timeout=TIMEOUT, context=context).read()


def install(requirements):
    say(f"Installing {requirements} (a minute or two, the first time) …")
    # Wheels only: a fresh machine has no compiler, and nothing of a package runs while it is installed.
    safety = ["--require-hashes", "--only-binary=:all:", "--no-deps", "--no-input"]
    quiet = ["--quiet", "--disable-pip-version-check"]
    run([PYTHON, "-m", "pip", "install", *safety, *quiet, "-r", os.path.join(ROOT, requirements)])


def run(command):
    if subprocess.run(command).returncode != 0:
        raise Failed("That did not work; the lines above say why. Trying again does no harm: make run")


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Failed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(130)
