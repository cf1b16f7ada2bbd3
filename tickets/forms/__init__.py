"""The forms of the public pages: what a requester types becomes what intake takes."""

from tickets.forms.addition import AdditionForm
from tickets.forms.report import ReportForm

__all__ = ["AdditionForm", "ReportForm"]
