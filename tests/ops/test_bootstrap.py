"""bin/bootstrap.py: what a fresh machine meets first."""

import hashlib
import http.server
import importlib.util
import sys
import threading
from collections import namedtuple

import pytest
from django.conf import settings

WHEEL = b"as if it were pip"


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("bootstrap", settings.BASE_DIR / "bin" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(module, "PYTHON", str(tmp_path / ".venv" / "bin" / "python"))
    monkeypatch.setattr(module, "PIP_SHA256", hashlib.sha256(WHEEL).hexdigest())
    return module


@pytest.fixture
def index(bootstrap, monkeypatch):
    """A package index that offers one wheel, under a relative link as PEP 503 allows."""
    pages = {"/simple/pip/": f'<a href="../../files/{bootstrap.PIP}#sha256=0">pip</a>'.encode()}
    pages[f"/files/{bootstrap.PIP}"] = WHEEL

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path in pages else 404)
            self.end_headers()
            self.wfile.write(pages.get(self.path, b""))

        def log_message(self, *args):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
    yield pages
    server.shutdown()
    server.server_close()


def test_bootstrap_refuses_an_old_python(bootstrap, monkeypatch):
    Version = namedtuple("Version", "major minor micro")
    monkeypatch.setattr(sys, "version_info", Version(3, 9, 2))

    with pytest.raises(bootstrap.Failed, match=r"needs Python 3\.11 or newer"):
        bootstrap.main()


def test_bootstrap_fetches_pip_from_the_chosen_index(bootstrap, index):
    assert bootstrap.download_pip() == WHEEL


def test_bootstrap_refuses_a_pip_it_does_not_know(bootstrap, index):
    index[f"/files/{bootstrap.PIP}"] = b"something else"

    with pytest.raises(bootstrap.Failed, match="SHA-256 differs"):
        bootstrap.download_pip()


def test_bootstrap_says_what_to_install_when_there_is_no_index(bootstrap, index):
    index.clear()

    with pytest.raises(bootstrap.Failed, match="apt-get install python3-venv"):
        bootstrap.download_pip()


def test_bootstrap_installs_once(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "PYTHON", sys.executable)
    installed = []
    monkeypatch.setattr(bootstrap, "install", installed.append)
    monkeypatch.setattr(bootstrap, "is_usable", lambda: True)
    bootstrap.os.makedirs(bootstrap.VENV)

    bootstrap.main()
    bootstrap.main()

    assert installed == ["requirements.txt"]
