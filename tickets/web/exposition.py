"""What Prometheus reads: the counters of tickets/meters.py and the vitals as gauges, in its text format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.db import Error
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from tickets import cap_levels, meters, readiness, signs, vitals
from tickets.cap_levels import Level
from tickets.meters import METERS, Meter
from tickets.models import OpenWork
from tickets.models.watch import Role
from tickets.readiness import OK
from tickets.remembered import Busy
from tickets.vitals import Vitals
from triage import versions

Values = Mapping[tuple[str, ...], float]


def scrape(*, accept: str) -> tuple[bytes, str]:
    """Return the page and its content type, as the scraper asks for it."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Ours())
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Ours(Collector):
    def collect(self) -> Iterator[Metric]:
        found = readiness.look()
        yield _gauge("ready", "1 while this process can take reports.", {(): float(found.is_ready)})
        yield _gauge(
            "check_ok",
            "1 while a check of /readyz has nothing to say; missing where it could not be made.",
            {(check.name,): float(check.state == OK) for check in found.checks},
            labels=["check"],
        )
        yield _gauge(
            "build_info",
            "1, with the names of the code and of the triage model in use.",
            {(settings.RELEASE or "unknown", model_version()): 1.0},
            labels=["release", "model"],
        )
        # A database that is away is told of above; there is nothing more to be said then.
        try:
            yield from counted()
            yield from measured(vitals.look())
            yield from _caps(cap_levels.levels())
        except (Error, Busy):
            return


def model_version() -> str:
    standing = versions.standing(settings.TRIAGE_MODEL_DIR)
    return standing.version if standing else "none"


def counted() -> Iterator[Metric]:
    """Every counter, those that are still 0 too: an alert on one that is missing would stay silent."""
    meters.keep()
    values = meters.read()
    for name, meter in METERS.items():
        yield _histogram(name, meter, values) if meter.buckets else _counter(name, meter, values[name])


def measured(found: Vitals) -> Iterator[Metric]:
    yield _gauge(
        "queue_size",
        f"Rows that wait for a worker; {vitals.COUNTED} stands for more.",
        {(queue.name,): queue.waiting for queue in found.queues},
        labels=["queue"],
    )
    yield _gauge(
        "queue_oldest_age_seconds",
        "How long the oldest of them has waited; 0 when nothing waits.",
        {(queue.name,): _age(queue.oldest_at) for queue in found.queues},
        labels=["queue"],
    )
    yield _gauge(
        "suspended",
        f"Reports held back as possible spam; {vitals.COUNTED} stands for more.",
        {(): found.suspended.waiting},
    )
    yield _gauge(
        "suspended_oldest_age_seconds",
        "How long the oldest of them has waited for a human.",
        {(): _age(found.suspended.oldest_at)},
    )
    yield _gauge("broker_bells", "Bells that nobody has heard yet.", _if_known(found.bells))
    yield _gauge(
        "processes",
        "Processes that gave a sign of life lately.",
        {
            (role,): sum(pulse.role == role and is_alive(pulse.seen_at) for pulse in found.pulses)
            for role in Role
        },
        labels=["role"],
    )
    yield _gauge(
        "round_age_seconds",
        "Since the last good end of work that beat has done again and again.",
        {(row.name,): _age(row.ended_at) for row in found.rounds if row.ended_at},
        labels=["round"],
    )
    yield _gauge(
        "disk_free_bytes", "Room for screenshots.", _if_known(found.room.free if found.room else None)
    )
    yield _gauge("database_bytes", "Size of the database.", _if_known(found.database_bytes))
    yield from _stock(found.stock)


def _caps(levels: list[Level]) -> Iterator[Metric]:
    yield _gauge(
        "cap_used",
        "What of a cap that all share is used up in this hour; missing while the cache is down.",
        {(level.name,): level.used for level in levels if level.used is not None},
        labels=["cap"],
    )
    yield _gauge(
        "cap_limit", "The cap itself.", {(level.name,): level.limit for level in levels}, labels=["cap"]
    )


def _stock(stock: OpenWork | None) -> Iterator[Metric]:
    """The open work, as counted within the last minute for the page of numbers."""
    tickets: dict[tuple[str, ...], float] = {
        (category or "none", status): float(sum(number) if isinstance(number, list) else number)
        for category, by_status in (stock.by_category.items() if stock else ())
        for status, number in by_status.items()
    }
    yield _gauge(
        "tickets", "Unfinished tickets, by category and status.", tickets, labels=["category", "status"]
    )
    yield _gauge(
        "tickets_overdue",
        "Open tickets whose promised time has passed.",
        _if_known(stock.overdue if stock else None),
    )
    yield _gauge(
        "tickets_open_oldest_age_seconds",
        "Age of the oldest open ticket.",
        {(): _age(stock.oldest_at) if stock else 0.0},
    )


def is_alive(seen_at: datetime) -> bool:
    return timezone.now() - seen_at < signs.LOST_AFTER


def _gauge(name: str, help: str, values: Values, *, labels: Iterable[str] = ()) -> Metric:
    family = GaugeMetricFamily(f"kayasupport_{name}", help, labels=list(labels))
    for key, value in values.items():
        family.add_metric([str(part) for part in key], value)
    return family


def _counter(name: str, meter: Meter, values: Values) -> Metric:
    family = CounterMetricFamily(name, meter.help, labels=list(meter.labels))
    for key, value in (values or ({} if meter.labels else {(): 0.0})).items():
        family.add_metric(list(key), value)
    return family


def _histogram(name: str, meter: Meter, values: Mapping[str, Values]) -> Metric:
    family = HistogramMetricFamily(name, meter.help, labels=list(meter.labels))
    bounds = [str(bound) for bound in meter.buckets] + ["+Inf"]
    buckets = values[name + meters.BUCKET]
    for key in values[name + meters.COUNT] or ([] if meter.labels else [()]):
        total, cumulated = 0.0, []
        for bound in bounds:
            total += buckets.get((*key, bound), 0.0)
            cumulated.append((bound, total))
        family.add_metric(list(key), cumulated, sum_value=values[name + meters.SUM].get(key, 0.0))
    return family


def _if_known(value: float | None) -> Values:
    return {} if value is None else {(): float(value)}


def _age(at: datetime | None) -> float:
    return max((timezone.now() - at).total_seconds(), 0.0) if at else 0.0
