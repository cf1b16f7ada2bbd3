"""What is remembered: fields, constraints and named filters; the rules are in lifecycle.py."""

from tickets.models.agent_profile import AgentProfile
from tickets.models.api_key import ApiKey
from tickets.models.assessment import Assessment
from tickets.models.bulk import BulkItem, BulkJob
from tickets.models.draft import Draft
from tickets.models.event import Event
from tickets.models.figures import AgentDay, Figures, OpenWork, WeeklySummary
from tickets.models.identity import IdentityFile, IdentityLook, IdentityRequest
from tickets.models.incident import Incident
from tickets.models.incoming_mail import IncomingMail, MailLook, RawMail
from tickets.models.learning import ShadowAssessment, TriageWeek
from tickets.models.link_request import LinkRequest
from tickets.models.macro import Macro
from tickets.models.merge import Merge
from tickets.models.message import Message
from tickets.models.playbook_override import PlaybookOverride
from tickets.models.presence import Presence
from tickets.models.privacy import Departed, Erasure, Retention
from tickets.models.reading import Reading
from tickets.models.saved_view import SavedView
from tickets.models.screenshot import Screenshot
from tickets.models.sealed_secret import SealedSecret
from tickets.models.service import OpeningHours, ServicePolicy, ServiceTarget, SpecialDay
from tickets.models.solved_before import SolvedDay, SolvedForm
from tickets.models.suppressed_address import SuppressedAddress
from tickets.models.ticket import Ticket
from tickets.models.trace import Trace
from tickets.models.watch import MeterValue, Pulse, Round
from tickets.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "AgentDay",
    "AgentProfile",
    "ApiKey",
    "Assessment",
    "BulkItem",
    "BulkJob",
    "Departed",
    "Draft",
    "Erasure",
    "Event",
    "Figures",
    "IdentityFile",
    "IdentityLook",
    "IdentityRequest",
    "Incident",
    "IncomingMail",
    "LinkRequest",
    "Macro",
    "MailLook",
    "Merge",
    "Message",
    "MeterValue",
    "OpenWork",
    "OpeningHours",
    "PlaybookOverride",
    "Presence",
    "Pulse",
    "RawMail",
    "Reading",
    "Retention",
    "Round",
    "SavedView",
    "Screenshot",
    "SealedSecret",
    "ServicePolicy",
    "ServiceTarget",
    "ShadowAssessment",
    "SolvedDay",
    "SolvedForm",
    "SpecialDay",
    "SuppressedAddress",
    "Ticket",
    "Trace",
    "TriageWeek",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WeeklySummary",
]
