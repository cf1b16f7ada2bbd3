"""The forms of the public pages: what a requester types becomes what intake takes."""

from tickets.forms.addition import AdditionForm
from tickets.forms.completion import CompletionForm, known_of
from tickets.forms.report import ReportForm

__all__ = ["AdditionForm", "CompletionForm", "ReportForm", "known_of"]
