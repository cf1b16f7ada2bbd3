"""From submit to the automatic reply at a mail relay: `python -m benchmarks.pipeline`."""

from __future__ import annotations

import argparse
import time
from typing import Any

from benchmarks import servers
from benchmarks.clients import Tally, paced
from benchmarks.figures import percentile, ratio, rounded, say, show, spread, table
from benchmarks.processes import paused
from benchmarks.servers import Server
from benchmarks.stand import Stand, stand

AIMS = {"Redis": 500, "files": 2000}  # ms, p95
WARM_UP = 2.0  # seconds
# Mail that is not there by then counts as missing; the sweep rings every 10 seconds.
PATIENCE = 30.0


def main() -> None:
    options = _options()
    with stand() as place:
        result = {
            "benchmark": "pipeline",
            "database": place.engine,
            "broker": place.broker,
            "tickets_per_second": options.rate,
            "aim_p95_ms": AIMS[place.broker],
            **_measure(place, options),
        }
    show(result, lines=_lines(result), as_json=options.json)


def _measure(place: Stand, options: argparse.Namespace) -> dict[str, Any]:
    ours, bare = Tally(), Tally()
    with servers.bare_peer(place, with_worker=True) as peer, servers.product(place) as product:
        for server, extra in ((product, {}), (peer, {"answer": "1"})):
            _await_mail(server, _send(server, options, seconds=WARM_UP, **extra))
        for number in range(options.rounds):
            with paused(*peer.companions):
                ours.add(mine := _send(product, options, seconds=options.seconds))
                _await_mail(product, mine)
            with paused(*product.companions):
                bare.add(theirs := _send(peer, options, seconds=options.seconds, answer="1"))
                _await_mail(peer, theirs)
            say(f"round {number + 1}: {_median(product, mine):.0f} beside {_median(peer, theirs):.0f} ms")
        figures, floor = _figures(product, ours), _figures(peer, bare)
    return {"ours": figures, "bare": floor, "ratio_p95": ratio(figures["p95_ms"], floor["p95_ms"])}


def _send(server: Server, options: argparse.Namespace, *, seconds: float, **extra: str) -> Tally:
    return paced(server.target, per_second=options.rate, seconds=seconds, clients=options.clients, **extra)


def _await_mail(server: Server, tally: Tally) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and tally.sent_at.keys() - server.arrivals().keys():
        time.sleep(0.2)


def _waits(server: Server, tally: Tally) -> list[float]:
    came = server.arrivals()
    return [came[email][0] - sent for email, sent in tally.sent_at.items() if email in came]


def _median(server: Server, tally: Tally) -> float:
    return percentile(_waits(server, tally), 0.5) * 1000


def _figures(server: Server, tally: Tally) -> dict[str, Any]:
    came = server.arrivals()
    return {
        "submitted": len(tally.sent_at),
        "refused": tally.refusals,
        "without_mail": len(tally.sent_at.keys() - came.keys()),
        "mailed_twice": sum(len(came.get(email, [])) > 1 for email in tally.sent_at),
        "answer_p95_ms": rounded(percentile(tally.latencies, 0.95) * 1000),
        **spread(_waits(server, tally)),
    }


def _lines(result: dict[str, Any]) -> list[str]:
    heads = ("submit to mail", "tickets", "p50 ms", "p95 ms", "p99 ms", "max ms", "no mail", "twice")
    keys = ("submitted", "p50_ms", "p95_ms", "p99_ms", "max_ms", "without_mail", "mailed_twice")
    rows = [
        (title, *(result[who][key] for key in keys))
        for who, title in (("ours", "ours"), ("bare", "bare: row, task, smtplib"))
    ]
    return [
        f"Submit to reply at {result['tickets_per_second']:g} tickets/s on {result['database']}, "
        f"bells by {result['broker']} (aim: p95 < {result['aim_p95_ms']} ms)",
        "",
        *table(heads, rows),
        "",
        f"p95 ours / bare: {result['ratio_p95']}",
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pipeline", description=__doc__)
    parser.add_argument("--rate", type=float, default=20, help="tickets per second (default: 20)")
    parser.add_argument("--seconds", type=float, default=20, help="of sending per turn (default: 20)")
    parser.add_argument("--rounds", type=int, default=2, help="turns of ours and of the peer (default: 2)")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


if __name__ == "__main__":
    main()
