"""A category on the form: how it is picked there, and what is asked of somebody who picks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from triage.places import Text
from triage.report import TRIED

# When they signed up; the other questions are the boxes of what was tried.
SIGNUP = "signup"
ASKED = TRIED | {SIGNUP}


@dataclass(frozen=True, kw_only=True)
class OnForm:
    """A few words to pick the category by, the name of an icon, and which questions it `asks`.

    Of those, `needs` has to be answered; only SIGNUP can be, a box says something by being left empty too.
    """

    choices: Text
    icon: str
    asks: frozenset[str]
    needs: frozenset[str]


def on_form(data: Mapping[str, Any], *, choices: Text) -> OnForm:
    """The part of a playbook's file. Raises KeyError for what is missing, ValueError for what cannot be."""
    asks, needs, icon = frozenset(data["asks"]), frozenset(data["needs"]), str(data["icon"])
    if asks - ASKED:
        raise ValueError(f"the form asks unknown questions {sorted(asks - ASKED)}")
    if needs - (asks & {SIGNUP}):
        raise ValueError(f"the form cannot need {sorted(needs)} of {sorted(asks)}")
    if not icon.isidentifier():
        raise ValueError(f"the form has no icon named {icon!r}")
    return OnForm(choices=choices, icon=icon, asks=asks, needs=needs)
