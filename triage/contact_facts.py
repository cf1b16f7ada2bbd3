"""What a report's addresses and number tell by themselves, and which of it is a doubt."""

from typing import Any

from triage.contact import SMS, carrier_of, kind_of_mailbox
from triage.misspelling import is_near_miss, suggested_domain
from triage.reasons import Reason
from triage.report import MAILBOX_FULL, UNKNOWN_DOMAIN, UNKNOWN_USER, Report

DOUBTS = ("near_miss", "domain_unreachable", "address_unknown", "mailbox_full")


def about_contact(report: Report, *, channel: str) -> dict[str, Any]:
    """What the addresses and the number tell by themselves."""
    suggestion = suggested_domain(report.contact)
    return {
        # yaho.co.id is no company.
        "mailbox_kind": "" if suggestion else kind_of_mailbox(report.contact),
        "carrier": carrier_of(report.contact) if channel == SMS else "",
        "address_suggestion": suggestion,
        "reply_suggestion": suggested_domain(report.reply_contact),
        "near_miss": is_near_miss(report.contact, report.reply_contact),
        "domain_unreachable": report.domain_accepts_mail is False,
        "address_unknown": report.bounced in {UNKNOWN_USER, UNKNOWN_DOMAIN},
        "mailbox_full": report.bounced == MAILBOX_FULL,
    }


def doubts_in(contact: dict[str, Any]) -> list[Reason]:
    """The doubts among them; whose number or mailbox it is, is no reason for anything."""
    suggestions = {name: contact[name] for name in ("address_suggestion", "reply_suggestion")}
    doubts = [name for name in DOUBTS if contact[name]]
    return [
        *(Reason(name, {"domain": domain}) for name, domain in suggestions.items() if domain),
        *(Reason(name) for name in doubts),
    ]
