"""Shows what would happen to one report, and why."""

import json
from contextlib import nullcontext
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from triage.advice import compose
from triage.assess import assess
from triage.changes import GENERAL, as_shipped, edition, refresh
from triage.classifier import ModelMissing
from triage.playbooks import playbooks
from triage.reasons import describe
from triage.report import LANGUAGES, MINUTE, TRIED, UNKNOWN, Report


class Command(BaseCommand):
    help = "Shows category, route, reasons and advice for one report."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("text")
        parser.add_argument("--signup-minutes-ago", type=int, metavar="N")
        parser.add_argument("--tried", nargs="+", choices=sorted(TRIED), default=[])
        parser.add_argument("--contact", default="", help="registered e-mail or phone")
        parser.add_argument("--language", choices=LANGUAGES, default="id")
        parser.add_argument(
            "--shipped",
            action="store_true",
            help="by the shipped texts and settings, not those set at the desk",
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, **options):
        now = timezone.now()
        report = _report(options, now=now)
        if not options["shipped"]:
            refresh()
        with as_shipped() if options["shipped"] else nullcontext():
            try:
                assessment = assess(report, now=now)
            except ModelMissing as error:
                raise CommandError(str(error)) from error
            advice = compose(assessment, report, now=now)
            outcome = _outcome(assessment, advice, language=report.language)
        self.stdout.write(json.dumps(outcome, ensure_ascii=False) if options["json"] else _page(outcome))


def _report(options, *, now):
    minutes = options["signup_minutes_ago"]
    return Report(
        text=options["text"],
        language=options["language"],
        signed_up_at=None if minutes is None else now - timedelta(minutes=minutes),
        signup_precision=UNKNOWN if minutes is None else MINUTE,
        tried=frozenset(options["tried"]),
        contact=options["contact"],
    )


def _outcome(assessment, advice, *, language):
    return {
        "category": assessment.category,
        "label": playbooks()[assessment.category].label(language),
        "confidence": assessment.confidence,
        "abstained": assessment.abstained,
        "guesses": [[slug, share] for slug, share in assessment.guesses],
        "route": assessment.route,
        "priority": assessment.priority,
        "hold_minutes": int(assessment.hold.total_seconds() // 60) if assessment.hold else None,
        "hold_then": assessment.hold_then,
        "reasons": [describe(reason.code, reason.params, language=language) for reason in assessment.reasons],
        "facts": assessment.facts,
        "model_version": assessment.model_version,
        "changed": _changed(assessment.category),
        "advice": {**advice.as_json(), "text": advice.as_text()},
    }


def _changed(category):
    """What of this category, and of the texts of none, is not as shipped."""
    changes = {slug: edition().of(slug) for slug in (category, GENERAL)}
    return [f"{slug}.{key}" for slug, keys in changes.items() for key in sorted(keys)]


def _page(outcome):
    hold = (
        f", held {outcome['hold_minutes']} minutes, then {outcome['hold_then']}"
        if outcome["hold_minutes"]
        else ""
    )
    guesses = ", ".join(f"{slug} {share:.2f}" for slug, share in outcome["guesses"])
    return "\n".join(
        [
            f"category    {outcome['category']} ({outcome['label']}), confidence {outcome['confidence']:.2f}",
            f"guesses     {guesses}",
            f"route       {outcome['route']}, priority {outcome['priority']}{hold}",
            *(f"because     {reason}" for reason in outcome["reasons"]),
            *(f"changed     {key}" for key in outcome["changed"]),
            "",
            outcome["advice"]["subject"],
            "",
            outcome["advice"]["text"],
        ]
    )
