"""Accepted submissions per second beside a bare Django view: `python -m benchmarks.intake`."""

from __future__ import annotations

import argparse
import contextlib
import math
from dataclasses import dataclass, field
from typing import Any

from benchmarks import servers
from benchmarks.clients import Tally, load
from benchmarks.counting import count_rows
from benchmarks.figures import ratio, rounded, say, show, spread, table
from benchmarks.processes import cpu_seconds, paused
from benchmarks.servers import RELAYS, Server
from benchmarks.stand import Stand, stand
from benchmarks.submissions import make_screenshot

AIM = 0.6
WARM_UP = 1.5  # seconds of load before anything is counted
PAYLOADS = ("text", "screenshot")


@dataclass
class Case:
    """One payload with the relay in one state, ours and the peer's turns added up."""

    payload: str
    relay: str
    ours: Tally = field(default_factory=Tally)
    bare: Tally = field(default_factory=Tally)
    ratios: list[float] = field(default_factory=list)  # of each round

    def add(self, ours: Tally, bare: Tally) -> None:
        self.ours.add(ours)
        self.bare.add(bare)
        self.ratios.append(_rate(ours) / _rate(bare) if bare.accepted else math.nan)

    def as_json(self) -> dict[str, Any]:
        return {
            "payload": self.payload,
            "relay": self.relay,
            "ours": _figures(self.ours),
            "bare": _figures(self.bare),
            "ratio": ratio(_rate(self.ours), _rate(self.bare)),
            "ratio_per_round": [rounded(each, 3) for each in self.ratios],
        }


def main() -> None:
    options = _options()
    with stand() as place:
        result = {
            "benchmark": "intake",
            "database": place.engine,
            "broker": place.broker,
            "clients": options.clients,
            "aim": AIM,
            **_measure(place, options),
        }
    show(result, lines=_lines(result), as_json=options.json)


def _measure(place: Stand, options: argparse.Namespace) -> dict[str, Any]:
    cases, lost = [], 0
    with servers.bare_peer(place) as bare:
        for relay in options.relay:
            with servers.product(place, name=f"ours_{relay}", relay=relay) as ours:
                found = _interleaved(ours, bare, options, relay=relay)
                answered = sum(case.ours.accepted for case in found)
                lost += max(0, answered - count_rows(ours.environment, "tickets_ticket"))
                cases += found
    return {"cases": [case.as_json() for case in cases], "acknowledged_but_not_stored": lost}


def _interleaved(ours: Server, bare: Server, options: argparse.Namespace, *, relay: str) -> list[Case]:
    pictures = {"text": b"", "screenshot": make_screenshot()}
    cases = [Case(payload, relay) for payload in options.payload]
    for server in (ours, bare):
        for case in cases:
            load(server.target, clients=options.clients, seconds=WARM_UP, png=pictures[case.payload])
    for number in range(options.rounds):
        for case in cases:
            png = pictures[case.payload]
            mine = _turn(ours, options, png=png)
            # The backlog of our worker must not slow the peer down.
            with paused(*ours.companions):
                theirs = _turn(bare, options, png=png)
            case.add(mine, theirs)
            rates = f"{_rate(mine):.0f} beside {_rate(theirs):.0f}/s"
            say(f"round {number + 1}, {case.payload}, relay {relay}: {rates}")
    return cases


def _turn(server: Server, options: argparse.Namespace, *, png: bytes) -> Tally:
    before = cpu_seconds(server.web)
    tally = load(server.target, clients=options.clients, seconds=options.seconds, png=png)
    tally.cpu_seconds = cpu_seconds(server.web) - before
    return tally


def _cpu(tally: Tally) -> float:
    """Milliseconds of processor per submission: steadier than the rate where others use the machine too."""
    return tally.cpu_seconds / tally.accepted * 1000 if tally.accepted else math.nan


def _rate(tally: Tally) -> float:
    return tally.accepted / tally.seconds


def _figures(tally: Tally) -> dict[str, Any]:
    return {
        "per_second": rounded(_rate(tally), 1),
        "accepted": tally.accepted,
        "refused": tally.refusals,
        "web_cpu_ms": rounded(_cpu(tally)),
        **spread(tally.latencies),
    }


def _lines(result: dict[str, Any]) -> list[str]:
    heads = (
        "payload, relay",
        "",
        "accepted/s",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "CPU ms",
        "refused",
        "ours / bare",
    )
    rows = []
    for case in result["cases"]:
        for who in ("ours", "bare"):
            figures = case[who]
            waits = [figures[name] for name in ("p50_ms", "p95_ms", "p99_ms", "web_cpu_ms")]
            title = f"{case['payload']}, {case['relay']}" if who == "ours" else ""
            share = case["ratio"] if who == "ours" else ""
            rows.append((title, who, figures["per_second"], *waits, sum(figures["refused"].values()), share))
    return [
        f"Intake at {result['clients']} clients on {result['database']}, bells by {result['broker']}; "
        f"one worker and beat beside ours (aim: ours / bare >= {AIM})",
        "",
        *table(heads, rows),
        "",
        f"Acknowledged but not stored: {result['acknowledged_but_not_stored']}",
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.intake", description=__doc__)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10, help="of load per turn (default: 10)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of ours and of the peer (default: 3)")
    parser.add_argument("--payload", type=_among(PAYLOADS), default=list(PAYLOADS), help="text,screenshot")
    parser.add_argument("--relay", type=_among(RELAYS), default=["up"], help="up,down,slow (default: up)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def _among(known):
    def names(text: str) -> list[str]:
        chosen = text.split(",")
        if unknown := set(chosen) - set(known):
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: choose from {', '.join(known)}")
        return chosen

    return names


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
