"""Who may what: every page of the desk, opened and sent to by everybody.

A page that is not in the table fails the test, which prints the lines to add: check them, then
paste them. Six columns: nobody signed in, staff without a role, the agent who has the ticket,
another agent, a lead, an administrator. `in`: led to the sign-in page; `prove`: asked who sits
there; `go`: done, and led on; otherwise the status.
"""

from copy import deepcopy

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.admin.conftest import signed_in
from tests.admin.desk_urls import addresses, rows_of
from tests.factories import AgentFactory, TicketFactory
from tickets import api_keys, links
from tickets.models.api_key import Scope

pytestmark = pytest.mark.django_db

#        name: (GET, POST with nothing in it)
TABLE = {
    "account_login": ("200 go go go go go", "200 200 200 200 200 200"),
    "account_reauthenticate": ("in 200 200 200 200 200", "in 200 200 200 200 200"),
    "admin:app_list": ("in 404 404 404 404 200", "in 404 404 404 404 200"),
    "admin:auth_group_add": ("in 403 403 403 403 200", "in 403 403 403 403 200"),
    "admin:auth_group_change": ("in 403 403 403 403 200", "in 403 403 403 403 200"),
    "admin:auth_group_changelist": ("in 403 403 403 403 200", "in 403 403 403 403 200"),
    "admin:auth_group_delete": ("in 403 403 403 403 200", "in 403 403 403 403 200"),
    "admin:auth_group_history": ("in 403 403 403 403 200", "in 403 403 403 403 200"),
    "admin:auth_user_add": ("in 403 403 403 403 200", "in 403 403 403 403 200"),
    "admin:auth_user_change": ("in 403 403 403 403 200", "in 403 403 403 403 200"),
    "admin:auth_user_changelist": ("in 403 403 403 403 200", "in 403 403 403 403 200"),
    "admin:auth_user_deactivate": ("in 403 403 403 403 200", "in 403 403 403 403 go"),
    "admin:auth_user_delete": ("in 403 403 403 403 200", "in 403 403 403 403 200"),
    "admin:auth_user_history": ("in 403 403 403 403 200", "in 403 403 403 403 200"),
    "admin:auth_user_password_change": ("in 403 403 403 403 200", "in 403 403 403 403 200"),
    "admin:auth_user_reactivate": ("in 403 403 403 403 200", "in 403 403 403 403 go"),
    "admin:auth_user_second_factor": ("in 403 403 403 403 prove", "in 403 403 403 403 prove"),
    "admin:autocomplete": ("in 403 403 403 403 403", "in 405 405 405 405 405"),
    "admin:desk/auth/group/<path:object_id>/": ("in go go go go go", "in go go go go go"),
    "admin:desk/auth/user/<path:object_id>/": ("in go go go go go", "in go go go go go"),
    "admin:desk/tickets/macro/<path:object_id>/": ("in go go go go go", "in go go go go go"),
    "admin:desk/tickets/servicepolicy/<path:object_id>/": ("in go go go go go", "in go go go go go"),
    "admin:desk/tickets/specialday/<path:object_id>/": ("in go go go go go", "in go go go go go"),
    "admin:index": ("in 403 go go go go", "in 403 go go go go"),
    "admin:jsi18n": ("in 200 200 200 200 200", "in 405 405 405 405 405"),
    "admin:login": ("200 go go go go go", "200 200 200 200 200 200"),
    "admin:logout": ("go 405 405 405 405 405", "go 200 200 200 200 200"),
    "admin:password_change": ("in 200 200 200 200 200", "in 200 200 200 200 200"),
    "admin:password_change_done": ("in 200 200 200 200 200", "in 405 405 405 405 405"),
    "admin:settings": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_agentprofile_changelist": ("in 403 403 403 200 200", "in 403 403 403 go go"),
    "admin:tickets_apikey_changelist": ("in 403 403 403 403 200", "in 403 403 403 403 400"),
    "admin:tickets_apikey_revoke": ("in 405 405 405 405 405", "in 403 403 403 403 go"),
    "admin:tickets_bulkjob_changelist": ("in 403 200 200 200 200", "in 405 405 405 405 405"),
    "admin:tickets_bulkjob_decision": ("in 405 405 405 405 405", "in 403 404 404 404 404"),
    "admin:tickets_bulkjob_job": ("in 403 200 404 200 200", "in 405 405 405 405 405"),
    "admin:tickets_bulkjob_new": ("in 403 go go go go", "in 403 go go go go"),
    "admin:tickets_bulkjob_progress": ("in 403 200 404 200 200", "in 405 405 405 405 405"),
    "admin:tickets_candidate": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_candidate_decision": ("in 405 405 405 405 405", "in 403 403 403 404 404"),
    "admin:tickets_draft": ("in 405 405 405 405 405", "in 403 200 200 200 200"),
    "admin:tickets_erasure_change": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_erasure_changelist": ("in 403 403 403 200 200", "in 403 403 403 400 400"),
    "admin:tickets_export": ("in 403 403 403 200 200", "in 403 403 403 400 400"),
    "admin:tickets_figures_changelist": ("in 403 200 200 200 200", "in 405 405 405 405 405"),
    "admin:tickets_identity_ask": ("in 405 405 405 405 405", "in 403 go 409 go go"),
    "admin:tickets_identity_picture": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_identity_withdraw": ("in 405 405 405 405 405", "in 403 409 409 409 409"),
    "admin:tickets_identityrequest_change": ("in 403 403 403 200 200", "in 403 403 403 409 409"),
    "admin:tickets_identityrequest_changelist": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_incident_change": ("in 403 200 200 200 200", "in 403 403 403 409 409"),
    "admin:tickets_incident_changelist": ("in 403 200 200 200 200", "in 403 403 403 400 400"),
    "admin:tickets_incomingmail_change": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_incomingmail_changelist": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_macro_add": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_macro_change": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_macro_changelist": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_macro_delete": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_macro_history": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_macro_preview": ("in 405 405 405 405 405", "in 403 403 403 200 200"),
    "admin:tickets_macro_simple_history": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_message_change": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_message_changelist": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_message_html": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_next": ("in 403 go go go go", "in 403 go go go go"),
    "admin:tickets_person": ("in 403 403 403 go go", "in 403 403 403 go go"),
    "admin:tickets_playbookoverride_change": ("in 403 403 403 200 200", "in 403 403 403 409 409"),
    "admin:tickets_playbookoverride_changelist": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_playbookoverride_history": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_playbookoverride_return": ("in 403 403 403 200 200", "in 403 403 403 409 409"),
    "admin:tickets_presence": ("in 403 200 200 200 200", "in 403 200 200 200 200"),
    "admin:tickets_pulse_changelist": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_queue_display": ("in 405 405 405 405 405", "in 403 go go go go"),
    "admin:tickets_queue_news": ("in 403 200 200 200 200", "in 405 405 405 405 405"),
    "admin:tickets_retention_changelist": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_saved_view": ("in 405 405 405 405 405", "in 403 404 404 404 404"),
    "admin:tickets_saved_views": ("in 403 200 200 200 200", "in 403 409 409 409 409"),
    "admin:tickets_servicepolicy_add": ("in 403 403 403 403 403", "in 403 403 403 403 403"),
    "admin:tickets_servicepolicy_change": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_servicepolicy_changelist": ("in 403 403 403 go go", "in 403 403 403 go go"),
    "admin:tickets_servicepolicy_delete": ("in 403 403 403 403 403", "in 403 403 403 403 403"),
    "admin:tickets_servicepolicy_history": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_specialday_add": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_specialday_change": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_specialday_changelist": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_specialday_delete": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_specialday_history": ("in 403 403 403 200 200", "in 403 403 403 200 200"),
    "admin:tickets_specialday_simple_history": ("in 404 404 404 404 404", "in 404 404 404 404 404"),
    "admin:tickets_suppressed": ("in 403 403 403 200 200", "in 403 403 403 go go"),
    "admin:tickets_ticket_change": ("in 403 200 200 200 200", "in 403 409 409 409 409"),
    "admin:tickets_ticket_changelist": ("in 403 200 200 200 200", "in 405 405 405 405 405"),
    "admin:tickets_ticket_screenshot": ("in 403 200 200 200 200", "in 405 405 405 405 405"),
    "admin:shortcuts": ("in 200 200 200 200 200", "in go go go go go"),
    "admin:tickets_ticket_macros": ("in 403 200 200 200 200", "in 405 405 405 405 405"),
    "admin:tickets_ticket_merge": ("in 405 405 405 405 405", "in 403 404 404 404 404"),
    "admin:tickets_ticket_preview": ("in 405 405 405 405 405", "in 403 200 200 200 200"),
    "admin:tickets_ticket_unmerge": ("in 405 405 405 405 405", "in 403 409 409 409 409"),
    "admin:tickets_ticket_secret": ("in 403 200 200 200 200", "in 403 409 409 409 409"),
    "admin:tickets_triage_model": ("in 403 403 403 404 404", "in 405 405 405 405 405"),
    "admin:tickets_triageweek_changelist": ("in 403 403 403 200 200", "in 405 405 405 405 405"),
    "admin:tickets_webhookdelivery_again": ("in 405 405 405 405 405", "in 403 403 403 403 go"),
    "admin:tickets_webhookdelivery_changelist": ("in 403 403 403 403 200", "in 405 405 405 405 405"),
    "admin:tickets_webhookendpoint_change": ("in 403 403 403 403 200", "in 403 403 403 403 400"),
    "admin:tickets_webhookendpoint_changelist": ("in 403 403 403 403 200", "in 403 403 403 403 400"),
    "admin:tickets_weekly": ("in 405 405 405 405 405", "in 403 404 404 404 404"),
    "admin:view_on_site": ("in 404 404 404 404 404", "in 404 404 404 404 404"),
    "mfa_activate_totp": ("in prove prove prove prove prove", "in prove prove prove prove prove"),
    "mfa_add_webauthn": ("in prove prove prove prove prove", "in prove prove prove prove prove"),
    "mfa_authenticate": ("in go go go go go", "in go go go go go"),
    "mfa_deactivate_totp": ("in 404 404 404 404 404", "in 404 404 404 404 404"),
    "mfa_generate_recovery_codes": ("in prove prove prove prove prove", "in prove prove prove prove prove"),
    "mfa_index": ("in 200 200 200 200 200", "in 405 405 405 405 405"),
    "mfa_reauthenticate": ("in prove prove prove prove prove", "in prove prove prove prove prove"),
    "mfa_reauthenticate_webauthn": ("in prove prove prove prove prove", "in prove prove prove prove prove"),
    "mfa_remove_webauthn": ("in prove prove prove prove prove", "in prove prove prove prove prove"),
    "mfa_view_recovery_codes": ("in 404 404 404 404 404", "in 405 405 405 405 405"),
    "sign_out_elsewhere": ("in 405 405 405 405 405", "in go go go go go"),
}


@pytest.fixture
def desk():
    """Six clients, and the addresses of rows that exist."""
    agent = AgentFactory(role="agent")
    clients = [
        Client(),
        signed_in(AgentFactory()),
        signed_in(agent),
        *(signed_in(AgentFactory(role=role)) for role in ("agent", "lead", "administrator")),
    ]
    return clients, addresses(rows_of(agent))


def outcome(client, method, address):
    """What comes of one request; what it changed is undone."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method)(address)
        transaction.set_rollback(True)
    client.cookies = cookies  # signing out takes them away
    to = getattr(answer, "url", "")
    if to.startswith("/desk/login/"):
        return "in"
    if to.startswith("/desk/security/confirm/"):
        return "prove"
    return "go" if to else str(answer.status_code)


def outcomes(desk, name):
    clients, pages = desk
    return tuple(
        " ".join(outcome(client, method, pages[name]) for client in clients) for method in ("get", "post")
    )


def test_table_has_every_page_of_the_desk_and_no_other(desk):
    _clients, pages = desk

    missing = sorted(pages.keys() - TABLE.keys())
    lines = ['    "{}": ("{}", "{}"),'.format(name, *outcomes(desk, name)) for name in missing]

    assert lines == [], "Pages without a line in TABLE. As they behave now:\n" + "\n".join(lines)
    assert TABLE.keys() - pages.keys() == set()


@pytest.mark.parametrize("name", TABLE)
def test_page_is_open_to_whom_the_table_says(desk, name):
    assert outcomes(desk, name) == TABLE[name]


@pytest.mark.parametrize("shown", ["token", "key"])
def test_what_opens_a_ticket_or_the_api_opens_nothing_here(desk, shown):
    (nobody, *_others), pages = desk
    maker, ticket = AgentFactory(), TicketFactory()
    every = [*Scope.values]
    secret = {
        "token": lambda: links.token_for(ticket),
        "key": lambda: api_keys.make(name="Semua", scopes=every, expires_at=None, by=maker)[1],
    }[shown]()
    bearer = Client(headers={"Authorization": f"Bearer {secret}"})

    answers = {
        name: (outcome(bearer, method, page), outcome(nobody, method, page))
        for name, page in pages.items()
        for method in ("get", "post")
    }

    assert {name: pair for name, pair in answers.items() if pair[0] != pair[1]} == {}


def test_no_page_takes_a_post_that_did_not_come_from_it(desk):
    """Without the token of the form: whatever a page of somebody else's has an agent's browser send."""
    clients, pages = desk
    administrator = clients[-1]
    administrator.handler.enforce_csrf_checks = True

    taken = {
        name for name, page in pages.items() if outcome(administrator, "post", page) not in {"403", "405"}
    }

    assert taken == set()


# Looking leaves these alone: that a screenshot was seen, who has a ticket open, the session itself.
LOOKING = (
    "tickets_event",
    "tickets_identitylook",
    "tickets_presence",
    "django_session",
    "tickets_metervalue",
)


def test_looking_changes_nothing(desk):
    clients, pages = desk
    changed = {}

    for name, page in pages.items():
        with CaptureQueriesContext(connection) as caught:
            outcome(clients[-1], "get", page)
        writes = [each["sql"] for each in caught if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        writes = [sql for sql in writes if not any(f'"{table}"' in sql for table in LOOKING)]
        if writes:
            changed[name] = writes[0][:120]

    assert changed == {}
