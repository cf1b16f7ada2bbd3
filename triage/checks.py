"""System checks: a playbook set up wrong stops the start, a missing model is said aloud."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Warning

from triage import versions
from triage.error_strings import catalogue_errors
from triage.language import contested_variants
from triage.playbooks import HERE, OTHER, BrokenPlaybook, folders, read_examples, read_playbook
from triage.reasons import incomplete_texts
from triage.rules import RULES, BrokenRules, complaints, read_rules


def check_playbooks(app_configs, **kwargs):
    return [error for folder in folders(HERE) for error in playbook_errors(folder)] + registry_errors(HERE)


def playbook_errors(folder: Path) -> list[Error]:
    errors = []
    try:
        read_playbook(folder)
    except BrokenPlaybook as error:
        errors.append(Error(str(error), id="triage.E001"))
    if not read_examples(folder):
        hint = "Write examples.txt: one report per line, as different people would put it."
        errors.append(
            Error(
                f"{folder.name}: no examples, the category can never be recognised",
                hint=hint,
                id="triage.E002",
            )
        )
    return errors


def registry_errors(root: Path) -> list[Error]:
    """What no single folder shows: the fallback category, and one text claimed by two categories."""
    errors = []
    owners: dict[str, str] = {}
    for folder in folders(root):
        for line in read_examples(folder):
            owner = owners.setdefault(" ".join(line.lower().split()), folder.name)
            if owner != folder.name:
                errors.append(
                    Error(f"“{line}” is an example of both {owner} and {folder.name}", id="triage.E003")
                )
    if not (root / OTHER).is_dir():
        errors.append(
            Error("the playbook “other” is missing; unsure reports have nowhere to go", id="triage.E004")
        )
    return errors


def check_lexicon(app_configs, **kwargs):
    return [
        Error(f"lexicon.toml: “{variant}” is a variant of two words", id="triage.E005")
        for variant in contested_variants()
    ]


def check_rules(app_configs, **kwargs):
    return rule_errors(RULES)


def rule_errors(path: Path) -> list[Error]:
    """Rules that cannot be read or can never speak, and reasons nobody could explain."""
    try:
        rules = read_rules(path)
    except BrokenRules as error:
        return [Error(str(error), id="triage.E006")]
    codes = {rule.reason for members in rules.values() for rule in members}
    return [
        *(Error(f"{path.name}: {complaint}", id="triage.E007") for complaint in complaints(rules)),
        *(Error(f"reasons.toml: {complaint}", id="triage.E008") for complaint in incomplete_texts(codes)),
    ]


def check_error_strings(app_configs, **kwargs):
    return [Error(f"error_strings.toml: {error}", id="triage.E009") for error in catalogue_errors()]


def check_model(app_configs, **kwargs):
    directory = Path(settings.TRIAGE_MODEL_DIR)
    standing = versions.standing(directory)
    if standing is None:
        hint = "Run manage.py prepare_triage; until then reports go to the agents without a category."
        return [
            Warning(f"the triage model in {directory} is missing or out of date", hint=hint, id="triage.W001")
        ]
    warnings = []
    if standing.is_fallback:
        hint = "Run manage.py train_triage --force, or --roll-back to make the earlier one the model in use."
        what = f"the triage model in use is damaged or of another release; {standing.version} is used instead"
        warnings.append(Warning(what, hint=hint, id="triage.W002"))
    elif standing.is_behind:
        hint = "Run manage.py train_triage: it learns the shipped examples and the corrections together."
        what = f"the triage model {standing.version} knows other examples than this release has"
        warnings.append(Warning(what, hint=hint, id="triage.W003"))
    return warnings
