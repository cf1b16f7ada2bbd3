"""What the files of the repository say about each other."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def variables_of_the_example():
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(re.fullmatch(r"([A-Z_]+)=(.*)", line).groups() for line in lines if re.match("[A-Z]", line))


def variables_of_the_readme():
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`(.*?)`)? ?\|", README, re.MULTILINE)
    return {name: default.replace("`", "") for name, default in rows}


def test_readme_lists_every_variable_with_its_default():
    assert variables_of_the_readme() == variables_of_the_example()


@pytest.mark.parametrize(
    "page", ["README.md", *sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/**/*.md"))]
)
def test_links_between_files_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", (ROOT / page).read_text())

    missing = [link for link in links if not ((ROOT / page).parent / link).exists()]

    assert missing == []


def test_no_source_file_is_longer_than_300_lines():
    files = [
        path
        for folder in ("kayasupport", "tickets", "triage")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
    ]

    long = {str(p.relative_to(ROOT)): n for p in files if (n := len(p.read_text().splitlines())) > 300}

    # One settings file is a choice: it is read from top to bottom.
    assert set(long) <= {"kayasupport/settings.py"}


def test_requirements_are_locked_with_hashes_and_from_no_folder_of_somebody():
    for name in ("requirements.txt", "requirements/dev.txt"):
        text = (ROOT / name).read_text()
        packages = re.findall(r"^[a-z0-9._-]+(?:\[.*?\])?==", text, re.MULTILINE)

        assert text.count("--hash=sha256:") >= len(packages) > 20
        assert "file:" not in text


def test_every_system_check_has_an_id_of_its_own():
    found = [
        number
        for package in ("kayasupport", "tickets", "triage")
        for path in sorted((ROOT / package).rglob("*.py"))
        for number in re.findall(r'id="(\w+\.[EWI]\d+)"', path.read_text())
    ]

    assert len(found) > 20
    assert [number for number in found if found.count(number) > 1] == []
