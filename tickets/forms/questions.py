"""Which questions the form asks in which situation, as the playbooks say; for the page and for the rules."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from triage.on_form import ASKED, SIGNUP
from triage.otp import OTP_FAMILY
from triage.playbooks import Playbook, playbooks
from triage.wording import known_language


def asked_in(situation: str) -> frozenset[str]:
    """The questions worth an answer; every one while nothing is picked."""
    return playbooks()[situation].form.asks if situation in playbooks() else ASKED


def needed_in(situation: str) -> frozenset[str]:
    """The questions that have to be answered. Time decides, so where nothing is picked it is among them."""
    return playbooks()[situation].form.needs if situation in playbooks() else frozenset({SIGNUP})


def choices() -> Iterator[tuple[str, str]]:
    """Every situation in the words of somebody who is in it."""
    language = known_language(get_language() or "")
    for slug, playbook in sorted(playbooks().items(), key=_place):
        yield slug, playbook.choice(language)


def _place(item: tuple[str, Playbook]) -> tuple[bool, int]:
    """The three faces of a missing code stand together: people compare them."""
    slug, playbook = item
    return slug not in OTP_FAMILY, playbook.order


class SituationSelect(forms.RadioSelect):
    """Radios that know their icon, and tell the style sheet what to ask for."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        option["icon"] = playbooks()[value].form.icon
        option["attrs"]["data-asks"] = " ".join(sorted(asked_in(value)))
        option["attrs"]["data-needs"] = " ".join(sorted(needed_in(value)))
        return option


class SituationField(forms.ChoiceField):
    """One of the situations, or "": picking is never required, and an unknown one is none."""

    def __init__(self) -> None:
        super().__init__(
            label=_("What happened?"),
            help_text=_("Pick what fits best: what may help appears at once."),
            choices=choices,
            widget=SituationSelect,
            required=False,
        )

    def clean(self, value):
        return value if value in playbooks() else ""
