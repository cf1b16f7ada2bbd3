"""Every page of the public and the states it can be in: the name of each, and what leads there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from playwright.sync_api import Page

from tests.factories import (
    AgentFactory,
    IdentityRequestFactory,
    MessageFactory,
    ProofFactory,
    ScreenshotFactory,
    TicketFactory,
)
from tests.images import heic, png
from tests.web.filling import choose, fill_in
from tests.web.test_status import advise
from tickets import identity_links, intake, links
from tickets.identity import asking
from tickets.models import IdentityRequest, Ticket
from tickets.models.identity import IdentityReason
from tickets.web import linked, report

ANSWER = "Kodenya sudah kami kirim ulang.\n\nSilakan cek sekarang."

Lead = Callable[[Page, pytest.MonkeyPatch], None]

STATES: dict[str, Lead] = {}


def state(lead: Lead) -> Lead:
    STATES[lead.__name__.replace("_", "-")] = lead
    return lead


def send(page: Page) -> None:
    page.click("#report [data-send]")
    page.wait_for_load_state()


def open_status(page: Page, ticket: Ticket, **query: str) -> None:
    path = links.status_path(ticket)
    page.goto(path + "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else path)


@state
def report_empty(page, patch):
    page.goto("/")


@state
def report_with_advice(page, patch):
    page.goto("/")
    page.check("[name=situation][value=self_spam_folder]")
    page.locator(".help li").first.wait_for()


@state
def report_with_a_misspelt_address(page, patch):
    page.goto("/")
    page.fill("[name=contact]", "budi@gmial.com")
    page.press("[name=contact]", "Tab")
    page.locator(".hint__card").wait_for()


@state
def report_with_pictures(page, patch):
    page.goto("/")
    choose(page, layar_png=png(), IMG_heic=heic())


@state
def report_covering_a_code(page, patch):
    page.goto("/")
    choose(page, layar_png=png())
    page.click("[data-do=cover]")
    page.keyboard.press("Enter")


@state
def report_restored(page, patch):
    page.goto("/")
    fill_in(page)
    page.reload()
    page.locator(".draft").wait_for()


@state
def report_about_an_impossible_time(page, patch):
    page.goto("/")
    fill_in(page)
    page.check("[name=signup_day][value=other]")
    page.fill("[name=signup_date]", "1-1-2090")
    send(page)
    page.locator("[name=signup_sure]").wait_for()


@state
def report_offline(page, patch):
    page.goto("/")
    fill_in(page)
    page.context.set_offline(True)
    page.click("#report [data-send]")
    page.locator("[data-retry]").wait_for()


@state
def solved_before(page, patch):
    page.goto("/selesai/")


@state
def find_report(page, patch):
    page.goto("/cari-laporan/")


@state
def find_report_asked(page, patch):
    page.goto("/cari-laporan/?terkirim=1")


@state
def report_with_errors(page, patch):
    page.goto("/")
    page.fill("[name=contact]", "budi@contoh")
    send(page)
    page.locator(".error-summary").wait_for()


@state
def report_while_we_are_away(page, patch):
    def away(submission):
        raise OperationalError

    patch.setattr(intake, "submit_ticket", away)
    page.goto("/")
    fill_in(page)
    send(page)
    page.locator("[data-retry]").wait_for()


@state
def report_throttled(page, patch):
    patch.setattr(report, "allow_intake", lambda request: 600)
    page.goto("/")
    fill_in(page)
    send(page)
    page.locator("#notice").wait_for()


@state
def status_new(page, patch):
    open_status(page, TicketFactory())


@state
def status_self_fix(page, patch):
    ticket = TicketFactory(held=True)
    advise(ticket)
    open_status(page, ticket)


@state
def status_open(page, patch):
    ticket = TicketFactory(open=True)
    ScreenshotFactory(ticket=ticket)
    advise(ticket)
    open_status(page, ticket)


@state
def status_pending(page, patch):
    ticket = TicketFactory(pending=True)
    MessageFactory(ticket=ticket, outgoing=True, kind="reply", purpose="reply 1", body=ANSWER)
    open_status(page, ticket)


@state
def status_resolved(page, patch):
    open_status(page, TicketFactory(resolved=True))


@state
def status_closed(page, patch):
    open_status(page, TicketFactory(closed=True))


@state
def status_asked_whether_it_works(page, patch):
    ticket = TicketFactory(open=True)
    advise(ticket)
    open_status(page, ticket, say="fixed")


@state
def complete(page, patch):
    ticket = TicketFactory(channel="email", signup_precision="unknown", signed_up_at=None)
    page.goto(links.status_path(ticket) + "lengkapi/")


def open_proof(page: Page, asked: IdentityRequest) -> None:
    page.goto(identity_links.path_of(asked))


@state
def identity_empty(page, patch):
    open_proof(page, IdentityRequestFactory())


@state
def identity_with_pictures(page, patch):
    open_proof(page, IdentityRequestFactory(reason="ownership"))
    choose(page, depan_png=png(), belakang_png=png())


@state
def identity_with_errors(page, patch):
    open_proof(page, IdentityRequestFactory(reason=""))
    page.click("#report .button--large")
    page.locator(".error-summary").wait_for()


@state
def identity_received(page, patch):
    open_proof(page, ProofFactory())


@state
def identity_deleted(page, patch):
    open_proof(page, ProofFactory(delete_after_at=None, discarded_at=timezone.now(), pictures=[]))


@state
def identity_expired(page, patch):
    day = timezone.now() - timedelta(days=4)
    open_proof(page, IdentityRequestFactory(created_at=day, expires_at=day + timedelta(days=3)))


@state
def identity_withdrawn(page, patch):
    open_proof(page, IdentityRequestFactory(withdrawn_at=timezone.now()))


@state
def status_asked_for_proof(page, patch):
    ticket = TicketFactory(open=True, category="account_restricted")
    asking.ask(ticket, because=IdentityReason.RESTRICTED, by=AgentFactory(role="agent"))
    ticket.refresh_from_db()
    open_status(page, ticket)


@state
def link_bad(page, patch):
    page.goto("/tiket/KS-0000-0000/rusak/")


@state
def link_expired(page, patch):
    def expired(reference, token):
        raise links.ExpiredLink

    patch.setattr(linked.links, "check_token", expired)
    page.goto(f"/tiket/KS-0000-0000/{timezone.now():%s}/")


@state
def not_found(page, patch):
    page.goto("/tidak-ada/")


@state
def unavailable(page, patch):
    def away(reference, token):
        raise OperationalError

    patch.setattr(linked.links, "check_token", away)
    page.goto("/tiket/KS-0000-0000/x/")
