"""The dashboard and the alert rules ask for what a scrape has: names, labels, and the values of ours."""

import json
import re
from datetime import timedelta

import pytest
import yaml
from django.conf import settings
from prometheus_client.parser import text_string_to_metric_families

from tickets import meters, readiness, signs, vitals
from tickets.meters import METERS
from tickets.models import OpenWork

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_at_work")]

FOLDER = settings.BASE_DIR / "docs" / "monitoring"
NAME = re.compile(r"\b(kayasupport_[a-z_]+)(?:\{([^}]*)\})?")
BY = re.compile(r"\bby \(([^)]*)\)")
LABEL = re.compile(r'(\w+)=~?"([^"]*)"')
# Where we know all the values there are.
VALUES = {
    "check": set(readiness.CHECKS),
    "role": {"worker", "beat"},
    "route": {"self_fix", "agent"},
    "outcome": {"named", "abstained"},
}


def rules():
    return yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"][0]["rules"]


def panels():
    return json.loads((FOLDER / "grafana-dashboard.json").read_text())["panels"]


def expressions():
    asked = [rule["expr"] for rule in rules()]
    return asked + [target["expr"] for panel in panels() for target in panel.get("targets", [])]


@pytest.fixture
def scraped(client, settings):
    """The samples of a house where everything has happened once: {name: labels}."""
    settings.METRICS_TOKEN = "token"
    for name, meter in METERS.items():
        count = meters.observe if meter.buckets else meters.count
        count(name, 1, **dict.fromkeys(meter.labels, "x"))
    OpenWork.objects.create(
        pk=1, taken_at="2026-01-01T00:00Z", by_category={"x": {"open": [1, 0], "pending": 0}}
    )
    text = client.get("/metrics", headers={"Authorization": "Bearer token"}).text
    families = text_string_to_metric_families(text)
    found: dict[str, set[str]] = {}
    for family in families:
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def test_every_metric_that_is_asked_for_exists(scraped):
    asked = {name for expression in expressions() for name, _ in NAME.findall(expression)}

    assert len(asked) > 20
    assert asked - set(scraped) == set()


def test_every_metric_that_exists_is_in_the_dashboard_or_an_alert(scraped):
    asked = " ".join(expressions())

    families = {name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") for name in scraped}
    assert [name for name in sorted(families) if name.startswith("kayasupport_") and name not in asked] == []


def test_every_label_that_is_asked_for_is_there(scraped):
    for expression in expressions():
        names = NAME.findall(expression)
        known = set().union(*(scraped[name] for name, _ in names)) if names else {"job"}
        by = {label.strip() for group in BY.findall(expression) for label in group.split(",")}
        matched = {label for _, matchers in names for label, _ in LABEL.findall(matchers)}
        assert by | matched <= known, expression


def test_every_value_of_ours_that_is_asked_for_exists(settings):
    values = {
        **VALUES,
        "queue": {queue.name for queue in vitals.look().queues},
        "round": {entry["task"].rpartition(".")[2] for entry in settings.CELERY_BEAT_SCHEDULE.values()},
    }
    for expression in expressions():
        for label, pattern in LABEL.findall(expression):
            for value in pattern.split("|") if label in values else ():
                assert value in values[label], expression


def test_every_alert_says_what_is_wrong_and_what_to_do():
    assert [
        rule["alert"]
        for rule in rules()
        if set(rule["annotations"]) != {"summary", "action"}
        or rule["labels"]["severity"] not in {"page", "ticket"}
    ] == []
    guide = (settings.BASE_DIR / "docs" / "monitoring.md").read_text()
    assert [rule["alert"] for rule in rules() if rule["alert"].removeprefix("KayaSupport") not in guide] == []


def test_alerts_are_no_quicker_than_the_signs_they_are_about():
    spans = {"m": "minutes", "s": "seconds"}
    waits = {
        rule["alert"]: timedelta(**{spans[rule["for"][-1]]: int(rule["for"][:-1])})
        for rule in rules()
        if "for" in rule
    }

    assert min(waits.values()) >= timedelta(minutes=1) > signs.LOST_AFTER


def test_dashboard_places_no_panel_on_another():
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())
