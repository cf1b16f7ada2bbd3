"""Trains the triage model from the shipped examples and the agents' corrections, or returns to one before."""

from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tickets import corrections
from triage import versions
from triage.changes import as_shipped
from triage.classifier import ModelMissing, current
from triage.evaluation_page import evaluation_page, reliability_svg, shown

WORSE = 3  # exit code
# A model that knew far more corrections than there are now has seen what was deleted since.
FEWER = 0.5


class Command(BaseCommand):
    help = (
        "Trains from the shipped examples and the agents' corrections, compares the result with the model in"
        " use on texts that neither has learned from, and replaces it when it is not worse."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="compare, and write nothing")
        what.add_argument("--force", action="store_true", help="replace even by a model that is worse")
        what.add_argument("--shadow", action="store_true", help="try it beside the one in use, not instead")
        what.add_argument("--roll-back", action="store_true", help="return to the model before, at once")

    def handle(self, *args, **options):
        self.directory = Path(settings.TRIAGE_MODEL_DIR)
        try:
            if options["roll_back"]:
                self.roll_back()
            else:
                # A threshold that somebody moved must not make one model better than another.
                with as_shipped():
                    self.train(options)
        except OSError as error:
            raise CommandError(f"{self.directory} cannot be written: {error.strerror}") from error

    def roll_back(self):
        try:
            version = versions.roll_back(self.directory)
        except versions.NoEarlierModel as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Triage model {version} is in use again.")

    def train(self, options):
        # Loaded here: scikit-learn is not needed to go back.
        learning, training = map(import_module, ("triage.learning", "triage.training"))
        try:
            shipped = training.shipped_examples()
        except training.NothingToLearn as error:
            raise CommandError(str(error)) from error
        labels = learning.new_labels(corrections.gather(), shipped=shipped)
        known, _ = learning.divided(labels)
        if learning.version_of(known) == self.version_in_use() and not options["force"]:
            self.stdout.write(f"Triage model {self.version_in_use()} has learned all there is.")
            return
        self.stdout.write(f"{len(shipped)} examples, {len(labels)} corrections ({len(known)} to learn from).")
        learned = learning.learn(shipped, labels, running=running_model())
        for comparison in learned.comparisons:
            self.say_comparison(comparison)
        complaints = learned.complaints + self.complaints_about_count(len(known))
        if options["dry_run"]:
            self.stdout.write("\n".join(["Nothing was written.", *complaints]))
            return
        if complaints and not (options["force"] or options["shadow"]):
            stays = "This is worse, so the model in use stays; --force replaces it all the same."
            raise CommandError("\n".join([stays, *complaints]), returncode=WORSE)
        self.write(training, learned)
        if options["shadow"]:
            versions.set_candidate(self.directory, learned.version)
            self.stdout.write(f"Triage model {learned.version} is tried beside the one in use.")
        else:
            versions.put_in_use(self.directory, learned.version)
            self.stdout.write(f"Triage model {learned.version} is in use.")

    def write(self, training, learned):
        card = {**training.counts(learned.shipped, learned.corrections), **learned.card()}
        card = training.write(learned.trained, self.directory, version=learned.version, card=card)
        title = "Triage by the words alone, on texts held out of training"
        page = evaluation_page(
            learned.results, title=title, version=learned.version, now=timezone.localtime()
        )
        folder = self.directory / learned.version
        versions.replace_file(folder / versions.PAGE, page.encode())
        svg = reliability_svg(card["held_out"]["calibration"]["chosen"])
        versions.replace_file(folder / versions.CALIBRATION, svg.encode())

    def version_in_use(self):
        return next(iter(versions.listed(self.directory)), "")

    def complaints_about_count(self, count):
        version = self.version_in_use()
        before = versions.read_card(self.directory, version).get("corrections", 0)
        if count >= FEWER * before:
            return []
        return [f"the model in use has learned from {before} corrections, and there are only {count} now"]

    def say_comparison(self, comparison):
        self.stdout.write(f"{f'{comparison.what} ({comparison.texts} texts)':36}{'before':>10}{'new':>10}")
        for name, after in comparison.after.items():
            before = shown(comparison.before[name]) if comparison.before else "–"
            self.stdout.write(f"  {name:34}{before:>10}{shown(after):>10}")


def running_model():
    try:
        return current()
    except ModelMissing:
        return None
