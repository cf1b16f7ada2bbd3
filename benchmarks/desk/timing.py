"""Times the desk's pages in this process, by Django's test client: `python -m benchmarks.desk.timing`."""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Callable, Iterator
from functools import partial

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 (models)
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from benchmarks.desk.rows import COMMON_WORD, RARE_WORD  # noqa: E402
from benchmarks.figures import say, spread  # noqa: E402
from tickets import backlog, counting, presence  # noqa: E402
from tickets.models import Ticket  # noqa: E402
from tickets.models.figures import Grain  # noqa: E402
from tickets.periods import latest  # noqa: E402

DESK = reverse("admin:tickets_ticket_changelist")
NUMBERS = reverse("admin:tickets_figures_changelist")
STOCK = "/stock/tickets/ticket/"
NEXT = re.compile(r'href="[^"]*[?&;]after=([0-9_]+)')
LATER = 10  # pages on
FEWEST = 3  # runs, however slow

TABS = ("open", "mine", "pending", "held", "done", "spam", "all")
FILTERS = {
    "category, frequent": "category=otp_not_received",
    "category, rare": "category=account_restricted",
    "without category": "category=none",
    "channel": "channel=chat",
    "assignee: mine": "assignee=me",
    "assignee: nobody": "assignee=nobody",
    "incident": "incident=1",
    "no incident": "incident=none",
    "unsure": "confidence=unsure",
    "confidence under 75 %": "confidence=doubtful",
    "set by an agent": "confidence=human",
    "oldest first": "sort=oldest",
    "oldest first, set by an agent": "sort=oldest&confidence=human",
    "age over 1 hour": "age=1h",
    "age over 7 days": "age=7d",
    "past what was promised": "sla=late",
    "due soon": "sla=soon",
    "in time": "sla=on_time",
    "category and nobody": "category=otp_not_received&assignee=nobody",
    "category, channel, age": "category=otp_not_received&channel=email&age=1d",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--page-seconds", type=float, required=True)
    options = parser.parse_args()
    client = Client(SERVER_NAME="127.0.0.1", HTTP_ACCEPT_LANGUAGE="id")
    client.force_login(User.objects.order_by("id")[1])
    stock_client = Client(SERVER_NAME="127.0.0.1", HTTP_ACCEPT_LANGUAGE="id")
    stock_client.force_login(User.objects.get(is_superuser=True))
    found = _counting(runs=options.runs, within=options.page_seconds)
    for who, browser, pages in (
        ("desk", client, _desk_pages(client)),
        ("desk", stock_client, _numbers_pages()),
        ("stock", stock_client, _stock_pages()),
    ):
        for kind, name, address in pages:
            timed = _timed(browser, address, runs=options.runs, within=options.page_seconds)
            say(f"  {who}: {name}: {timed['p50_ms']} ms, {timed['queries']} queries")
            found.append({"who": who, "kind": kind, "page": name, **timed})
    for kind, name, press in _presses(client):
        timed = _timed_call(press, runs=options.runs, within=options.page_seconds)
        say(f"  desk: {name}: {timed['p50_ms']} ms, {timed['queries']} queries")
        found.append({"who": "desk", "kind": kind, "page": name, **timed})
    print(json.dumps(found))


def _timed(client: Client, address: str, *, runs: int, within: float) -> dict:
    """Ask for a page again and again; stops early when the time is up."""

    def ask() -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise SystemExit(f"{address} answers {response.status_code}")

    return _timed_call(ask, runs=runs, within=within)


def _timed_call(call: Callable[[], object], *, runs: int, within: float) -> dict:
    with CaptureQueriesContext(connection) as captured:
        call()
    queries = len(captured)  # before the next request empties the log
    seconds: list[float] = []
    until = time.monotonic() + within
    while len(seconds) < runs and (time.monotonic() < until or len(seconds) < FEWEST):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return {"runs": len(seconds), "queries": queries, **spread(seconds)}


def _counting(*, runs: int, within: float) -> list[dict]:
    """What the worker does once a minute, and now and then; then all that the page shows is counted."""
    hour, day = latest(Grain.HOUR, 2)[0], latest(Grain.DAY, 2)[0]
    works = {
        "stock of the open work": backlog.take_stock,
        "one hour": partial(counting.count, Grain.HOUR, hour),
        "one day": partial(counting.count, Grain.DAY, day),
    }
    found = []
    for name, work in works.items():
        timed = _timed_call(work, runs=runs, within=within)
        say(f"  counting: {name}: {timed['p50_ms']} ms, {timed['queries']} queries")
        found.append({"who": "desk", "kind": "counting", "page": f"counting: {name}", **timed})
    start = time.monotonic()
    counted = counting.count_due(within=600)
    say(f"  counting: {counted} hours and days for the first time: {time.monotonic() - start:.1f} s")
    return found


def _numbers_pages() -> Iterator[tuple[str, str, str]]:
    """As a lead sees them, with every agent's load."""
    for period in ("24h", "7d", "30d", "90d"):
        yield "numbers", f"numbers, {period}", f"{NUMBERS}?period={period}"
    yield "numbers", "numbers, 90d, category", f"{NUMBERS}?period=90d&category=otp_not_received"


def _desk_pages(client: Client) -> Iterator[tuple[str, str, str]]:
    for tab in TABS:
        yield "list", f"tab {tab}", f"{DESK}?tab={tab}"
    for tab in ("open", "all"):
        place = _later_place(client, tab)
        yield "list", f"tab {tab}, page {LATER + 1}", f"{DESK}?tab={tab}&after={place}"
    ten_minutes_ago = (time.time_ns() - 600 * 10**9) // 1000
    yield (
        "list",
        "news of the open tab",
        f"{reverse('admin:tickets_queue_news')}?tab=open&since={ten_minutes_ago}",
    )
    for tab in ("open", "all"):
        for name, query in FILTERS.items():
            yield "filter", f"{name} in {tab}", f"{DESK}?tab={tab}&{query}"
    yield "filter", "status pending in all", f"{DESK}?tab=all&status=pending"
    for name, words in _searches().items():
        yield "search", name, f"{DESK}?q={words}"
    yield "search", "common word, filtered", f"{DESK}?q={COMMON_WORD}&category=account_restricted"
    for name, status in (("open", "open"), ("closed", "closed")):
        pk = Ticket.objects.filter(status=status).order_by("-id").values_list("pk", flat=True)[0]
        yield "ticket", f"ticket, {name}", reverse("admin:tickets_ticket_change", args=[pk])


def _presses(client: Client) -> Iterator[tuple[str, str, Callable[[], None]]]:
    """What is asked for by POST: the next ticket, and a page's poll of who is here."""

    def take(**filters: str) -> None:
        response = client.post(reverse("admin:tickets_next"), filters)
        if response.status_code != 303:
            raise SystemExit(f"the next ticket answers {response.status_code}")

    # The smallest queue would be empty before the runs are over, and says so as fast.
    yield "next", "next ticket", take
    yield "next", "next ticket, of a frequent category", lambda: take(category="otp_not_received")
    yield "next", "next ticket, of a rare category", lambda: take(category="account_restricted")
    yield "next", "next ticket, filtered by channel", lambda: take(channel="chat")
    yield "next", "next ticket, nothing fits", lambda: take(category="self_typo")
    ticket = Ticket.objects.filter(status="open").order_by("-id")[0]
    for user in User.objects.order_by("id")[2:6]:
        presence.renew(ticket.pk, is_writing=True, by=user)
    page = {"seen": 0, "status": "open", "assignee": "", "writing": 1}
    yield "poll", "presence, four colleagues here", lambda: _poll(client, ticket.pk, page)


def _poll(client: Client, pk: int, page: dict) -> None:
    response = client.post(reverse("admin:tickets_presence", args=[pk]), page)
    if response.status_code != 200:
        raise SystemExit(f"presence answers {response.status_code}")


def _later_place(client: Client, tab: str) -> str:
    place = ""
    for _ in range(LATER):
        page = client.get(f"{DESK}?tab={tab}" + (f"&after={place}" if place else "")).content.decode()
        links = NEXT.findall(page)
        if not links:
            break
        place = links[-1]
    return place


def _searches() -> dict[str, str]:
    middle = Ticket.objects.order_by("-id")[Ticket.objects.count() // 2]
    return {
        "rare word": RARE_WORD,
        "common word": COMMON_WORD,
        "two words": f"{RARE_WORD}+{COMMON_WORD}",
        "e-mail": middle.registered_email,
        "reference": middle.reference,
        "nothing found": "tidakadakataini",
    }


def _stock_pages() -> Iterator[tuple[str, str, str]]:
    yield "list", "changelist", STOCK
    yield "list", "changelist, open", f"{STOCK}?status__exact=open"
    yield "list", f"changelist, page {LATER + 1}", f"{STOCK}?p={LATER + 1}"
    yield "filter", "category, frequent", f"{STOCK}?category=otp_not_received&status__exact=open"
    yield "filter", "channel", f"{STOCK}?channel__exact=chat&status__exact=open"
    for name, words in _searches().items():
        yield "search", name, f"{STOCK}?q={words}"


if __name__ == "__main__":
    main()
