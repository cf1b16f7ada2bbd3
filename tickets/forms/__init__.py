"""The forms of the public pages: what a requester types becomes what intake takes."""

from tickets.forms.addition import AdditionForm
from tickets.forms.completion import CompletionForm, known_of
from tickets.forms.identity import IdentityForm
from tickets.forms.links import FindForm, LinkForm
from tickets.forms.prefilled import prefilled_by
from tickets.forms.report import ReportForm

__all__ = [
    "AdditionForm",
    "CompletionForm",
    "FindForm",
    "IdentityForm",
    "LinkForm",
    "ReportForm",
    "known_of",
    "prefilled_by",
]
