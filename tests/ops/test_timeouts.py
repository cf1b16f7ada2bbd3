"""docs/timeouts.md says what the code does, and no call waits without end."""

import ast
import importlib
import re

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
ROW = re.compile(
    r"^\| (?P<whom>[^|]+) \| (?P<where>[^|]+) \| (?P<most>[\d.]+) \| (?P<by>[^|]+) \|", re.MULTILINE
)
# Calls that wait for somebody else, and the argument (or its place among them) that ends the wait.
WAIT = {
    "subprocess.run": ("timeout",),
    "communicate": ("timeout",),
    "create_connection": ("timeout", 1),
    "from_url": ("socket_timeout",),
    "resolve_name": ("lifetime",),
    "dns.resolver.resolve": ("lifetime",),
    "HTTPConnection": ("timeout",),
    "HTTPSConnection": ("timeout",),
    "urlopen": ("timeout",),
    "MailBox": ("timeout",),
    "MailBoxStartTls": ("timeout",),
    "MailBoxUnencrypted": ("timeout",),
}
# requests, httpx and the like have their own ideas of a default; nobody uses them here so far.
NOT_USED = re.compile(r"^(?:import|from) (?:requests|httpx|urllib3|aiohttp)\b", re.MULTILINE)


def rows():
    return [match.groupdict() for match in ROW.finditer((ROOT / "docs" / "timeouts.md").read_text())]


def example():
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_table_can_be_read():
    assert len(rows()) > 25


@pytest.mark.parametrize(
    "row", [row for row in rows() if row["by"].startswith("env ")], ids=lambda row: row["whom"]
)
def test_variables_of_the_table_exist_with_their_defaults(row):
    name = row["by"].removeprefix("env ").strip("` ")

    assert example().get(name) == row["most"]


@pytest.mark.parametrize(
    "row", [row for row in rows() if not row["by"].startswith("env ")], ids=lambda row: row["whom"]
)
def test_constants_of_the_table_have_these_values(row):
    place = row["by"].strip("` ")
    if "DATABASES" in place and (place.rpartition(".")[2] == "timeout") != settings.EMBEDDED:
        pytest.skip("of the other database")

    assert float(value_at(place)) == float(row["most"])


def value_at(place):
    if place.startswith("settings."):
        value = settings
        for part in place.split(".")[1:]:
            value = value[part] if isinstance(value, dict) else getattr(value, part)
        return value
    module, parts = place.split("."), []
    while True:
        try:
            value = importlib.import_module(".".join(module))
            break
        except ModuleNotFoundError:
            parts.insert(0, module.pop())
    for part in parts:
        value = getattr(value, part)
    return value


def endless(source: str) -> list[str]:
    """The calls in a source that could wait for ever."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        for call, ends in WAIT.items():
            if name == call or name.endswith(f".{call}"):
                keywords = {keyword.arg for keyword in node.keywords}
                places = [end for end in ends if isinstance(end, int) and len(node.args) > end]
                if not keywords & set(ends) and not places:
                    found.append(f"{node.lineno}: {name}")
    return found


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("subprocess.run(['x'])", 1),
        ("subprocess.run(['x'], timeout=3)", 0),
        ("socket.create_connection(place)", 1),
        ("socket.create_connection(place, 3)", 0),
        ("redis.Redis.from_url(url)", 1),
        ("dns.resolver.resolve(name, 'TXT')", 1),
    ],
)
def test_a_call_without_an_end_is_found(source, count):
    assert len(endless(source)) == count


def test_no_call_waits_without_end():
    sources = [
        path for package in ("kayasupport", "tickets", "triage") for path in (ROOT / package).rglob("*.py")
    ]
    found = {str(path.relative_to(ROOT)): calls for path in sources if (calls := endless(path.read_text()))}

    assert found == {}
    assert [str(path) for path in sources if NOT_USED.search(path.read_text())] == []
