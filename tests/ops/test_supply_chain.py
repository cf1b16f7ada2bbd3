"""The audit of locked versions: fails on what is known, and never passes for having seen nothing."""

import importlib.util
import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOUND = {"name": "celery", "version": "5.7.0", "vulns": []}
VULNERABLE = {
    "name": "pillow",
    "version": "10.0.0",
    "vulns": [{"id": "CVE-2023-4863", "fix_versions": ["10.0.1"], "aliases": [], "description": "…"}],
}
UNKNOWN = {"name": "celery", "skip_reason": "Dependency not found on PyPI"}


@pytest.fixture
def audit(monkeypatch):
    """The program, with pip-audit answering what a test says."""
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def run(*packages, text=None):
        output = text if text is not None else json.dumps({"dependencies": packages})
        monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: SimpleNamespace(stdout=output))
        module.main()

    return run


def test_known_vulnerability_fails_and_names_the_version_that_mends_it(audit):
    with pytest.raises(SystemExit) as stopped:
        audit(SOUND, VULNERABLE)

    assert "pillow 10.0.0: CVE-2023-4863, mended in 10.0.1" in str(stopped.value)


def test_sound_versions_pass_and_are_counted(audit, capsys):
    audit(SOUND, SOUND)

    assert "requirements.txt: 2 of 2 packages audited." in capsys.readouterr().out


@pytest.mark.parametrize("answer", [{"text": ""}, {"text": json.dumps({"dependencies": [UNKNOWN]})}])
def test_advisories_that_cannot_be_reached_are_said(audit, capsys, answer):
    audit(**answer)

    assert capsys.readouterr().out.count("NOT AUDITED") == 2
