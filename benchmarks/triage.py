"""Triage of texts on one processor: loading, single reports, a batch: `python -m benchmarks.triage`."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.figures import ratio, rounded, show, spread, table

LENGTHS = (100, 600, 6000)  # characters
AIMS = {"load_seconds": 2.0, "report_p95_ms": 5.0, "batch_seconds": 30.0}
# Each in a process of its own, so that neither pays for what the other has loaded.
WHO = ("ours", "scikit-learn")


def main() -> None:
    options = _options()
    if options.measure:
        print(json.dumps(_measure(options.measure, options)))
        return
    ours, peer = (_run(who, options) for who in WHO)
    result = {
        "benchmark": "triage",
        "aims": AIMS,
        "ours": ours,
        "scikit_learn": peer,
        "batch_ours_to_peer": ratio(ours["batch_seconds"], peer["batch_seconds"]),
    }
    show(result, lines=_lines(result, options), as_json=options.json)


def _run(who: str, options: argparse.Namespace) -> dict[str, Any]:
    arguments = ["--measure", who, "--runs", str(options.runs), "--batch", str(options.batch)]
    command = [sys.executable, "-m", "benchmarks.triage", *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    answer = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=900)
    return json.loads(answer.stdout)


def _measure(who: str, options: argparse.Namespace) -> dict[str, Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kayasupport.settings")
    import django  # noqa: PLC0415 - the settings decide what is measured

    django.setup()
    from triage.playbooks import playbooks  # noqa: PLC0415

    lines = [line for playbook in playbooks().values() for line in playbook.examples]
    load, read_one, read_many = _ours() if who == "ours" else _peer()
    start = time.perf_counter()
    load()
    loaded = time.perf_counter() - start
    texts = {length: _text(lines, length) for length in LENGTHS}
    reports = {length: _timed(read_one, text, runs=options.runs) for length, text in texts.items()}
    batch = [lines[number % len(lines)] for number in range(options.batch)]
    start = time.perf_counter()
    read_many(batch)
    return {
        "load_seconds": rounded(loaded, 3),
        "reports": [{"characters": length, **spread(seconds)} for length, seconds in reports.items()],
        "batch_texts": options.batch,
        "batch_seconds": rounded(time.perf_counter() - start),
        "memory_mib": rounded(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _ours():
    """A whole assessment: words, model, facts, route."""
    from django.conf import settings  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from triage import classifier  # noqa: PLC0415
    from triage.assess import assess  # noqa: PLC0415
    from triage.report import Report  # noqa: PLC0415
    from triage.versions import listed  # noqa: PLC0415

    directory = Path(settings.TRIAGE_MODEL_DIR)

    def load():
        classifier.Classifier.load(directory / listed(directory)[0])
        assess(Report(text="otp"), now=timezone.now())

    def read_one(text):
        return assess(Report(text=text), now=timezone.now())

    return load, read_one, lambda texts: [read_one(text) for text in texts]


def _peer():
    """scikit-learn's own predict_proba on the same features: normalising and the model, without the facts."""
    from triage.language import normalise  # noqa: PLC0415

    kept: dict[str, Any] = {}

    def load():
        from triage.training import Examples, fit, shipped_examples  # noqa: PLC0415

        # It has no saved form of ours: what loading takes here is training.
        kept["trained"] = fit(Examples.of(shipped_examples()))

    def read_many(texts):
        return kept["trained"].probabilities([normalise(text) for text in texts])

    return load, lambda text: read_many([text]), read_many


def _text(lines: list[str], length: int) -> str:
    text = " ".join(lines[place] for place in range(0, len(lines), 7))
    return text[:length]


def _timed(read: Any, text: str, *, runs: int) -> list[float]:
    read(text)
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        read(text)
        seconds.append(time.perf_counter() - start)
    return seconds


def _lines(result: dict[str, Any], options: argparse.Namespace) -> list[str]:
    rows = [
        [f"{who}: {each['characters']} characters", each["p50_ms"], each["p95_ms"]]
        for who, key in (("ours", "ours"), ("scikit-learn", "scikit_learn"))
        for each in result[key]["reports"]
    ]
    totals = [
        [who, result[key]["load_seconds"], result[key]["batch_seconds"], result[key]["memory_mib"]]
        for who, key in (("ours", "ours"), ("scikit-learn", "scikit_learn"))
    ]
    return [
        *table(("one report", "p50 ms", "p95 ms"), rows),
        "",
        *table(("", "load s", f"{options.batch} texts s", "memory MiB"), totals),
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.triage", description=__doc__)
    parser.add_argument("--runs", type=int, default=300, help="of each length (default: 300)")
    parser.add_argument("--batch", type=int, default=10_000, help="texts (default: 10000)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--measure", choices=WHO, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
