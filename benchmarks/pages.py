"""What the public pages cost somebody with a weak phone on a slow line: `python -m benchmarks.pages`.

Each page is opened by Chromium with an empty cache, on a line of 400 kbit/s each way with 400 ms
of latency (the "Slow 3G" of WebPageTest) and a processor slowed down four times. Bytes are those on
the line, headers included. With `--lighthouse`, Google's Lighthouse judges the same pages (npm).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.figures import say, show, table
from benchmarks.servers import product
from benchmarks.stand import stand

LINE = {"downloadThroughput": 50_000, "uploadThroughput": 50_000, "latency": 400, "offline": False}  # bytes/s
SLOWER = 4  # times
WINDOW = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
# The deferred script has run: every button answers.
INTERACTIVE = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
LIGHTHOUSE = "lighthouse@12"
CATEGORIES = ("performance", "accessibility", "best-practices")
TICKET = {
    "description": "kode otp belum masuk sampai sekarang, sudah cek spam dan kirim ulang",
    "signup_day": "yesterday",
    "signup_hour": "14.30",
    "signup_zone": "Asia/Jakarta",
    "contact": "budi@contoh.id",
}


def main() -> None:
    options = arguments()
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    with stand() as bench, product(bench) as server, chromium(program) as browser:
        site = f"http://127.0.0.1:{server.target.port}"
        pages = {"form": f"{site}/", "status": make_ticket(browser, site)}
        rows = [measured(browser, name, address, runs=options.runs) for name, address in pages.items()]
        scores = judged(program, pages) if options.lighthouse else []
    show({"pages": rows, "lighthouse": scores}, lines=[*report(rows), *verdict(scores)], as_json=options.json)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--lighthouse", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


@contextlib.contextmanager
def chromium(program: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


def make_ticket(browser: Browser, site: str) -> str:
    """Send a report, wait for its advice, and return the address of its status page."""
    page = browser.new_page()
    page.goto(site)
    page.fill("[name=description]", TICKET["description"])
    page.check(f"[name=signup_day][value={TICKET['signup_day']}]")
    page.fill("[name=signup_hour]", TICKET["signup_hour"])
    page.fill("[name=contact]", TICKET["contact"])
    page.click("#report button.button--large")
    page.locator("#live .answer").wait_for(timeout=30_000)
    return page.url


def measured(browser: Browser, name: str, address: str, *, runs: int) -> dict[str, Any]:
    opened = [open_once(browser, address) for _ in range(runs)]
    say(f"{name}: opened {runs} times")
    times = {
        key: round(statistics.median(each[key] for each in opened))
        for key in ("painted_ms", "interactive_ms")
    }
    return {"page": name, **opened[-1]["bytes"], **times}


def open_once(browser: Browser, address: str) -> dict[str, Any]:
    context = browser.new_context(**WINDOW)
    page = context.new_page()
    fetched = watch(page)
    page.goto(address, wait_until="load")
    times = {"painted_ms": page.evaluate(PAINTED), "interactive_ms": page.evaluate(INTERACTIVE)}
    weights = {kind: sum(size for each, size in fetched if each == kind) for kind, _size in fetched}
    context.close()
    return {"bytes": {**weights, "requests": len(fetched), "total": sum(weights.values())}, **times}


def watch(page: Page) -> list[tuple[str, int]]:
    """Slow the page down, and note the kind and the bytes of all it fetches, as they come."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    kinds: dict[str, str] = {}
    fetched: list[tuple[str, int]] = []

    def finished(event):
        fetched.append((kinds[event["requestId"]], int(event["encodedDataLength"])))

    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: kind_of(event)}))
    session.on("Network.loadingFinished", finished)
    return fetched


def kind_of(event: dict[str, Any]) -> str:
    path = urlsplit(event["response"]["url"]).path
    return {"css": "css", "js": "js", "svg": "icon"}.get(path.rpartition(".")[2], "html")


def judged(program: str, pages: dict[str, str]) -> list[dict[str, Any]]:
    """Lighthouse's scores, of 100, on its own simulated phone and line."""
    return [{"page": name, **lighthouse(program, address)} for name, address in pages.items()]


def lighthouse(program: str, address: str) -> dict[str, int]:
    flags = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
    command = ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    command.append(f"--only-categories={','.join(CATEGORIES)}")
    environment = {**os.environ, "CHROME_PATH": program}
    run = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=300)
    found = json.loads(run.stdout)["categories"]
    return {name: round(100 * found[name]["score"]) for name in CATEGORIES}


def report(rows: list[dict[str, Any]]) -> list[str]:
    heads = ["page", "html", "css", "js", "total bytes", "requests", "painted ms", "interactive ms"]
    keys = ["page", "html", "css", "js", "total", "requests", "painted_ms", "interactive_ms"]
    return table(heads, [[row.get(key, 0) for key in keys] for row in rows])


def verdict(scores: list[dict[str, Any]]) -> list[str]:
    if not scores:
        return []
    return ["", *table(["Lighthouse", *CATEGORIES], [list(row.values()) for row in scores])]


if __name__ == "__main__":
    main()
