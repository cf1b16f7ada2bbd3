"""Every Celery task: an id in, or a few, one call for each, the next bell.

A bell may be lost or rung twice; both are harmless, because work is claimed in its row and
the sweep rings again for what nobody has claimed.
"""

from __future__ import annotations

from celery import Task, shared_task
from django.db.models import QuerySet

from tickets import (
    backlog,
    cleaning,
    clock,
    counting,
    delivery,
    drift,
    link_mails,
    log_context,
    meters,
    pipeline,
    presence,
    reading,
    recount,
    shadow,
    signs,
    solved_before,
    weekly,
)
from tickets.bells import ring
from tickets.models import LinkRequest, Message, Reading, Screenshot, Ticket, WeeklySummary
from tickets.privacy import retention

# Rows rung for in one sweep, per kind of work.
SWEEP = 200
# Rows that one bell may name where the work on each is short. In a storm of reports the bells
# would otherwise cost as much as what they ring for.
AT_ONCE = 8


# Celery makes an attribute of every option; its stubs know the usual ones only.
@shared_task(at_once=AT_ONCE)  # type: ignore[call-overload]
def triage_ticket(*pks: int) -> None:
    for pk in pks:
        log_context.turn_to_row(pk)
        message = pipeline.triage(pk)
        if message and message.is_on_its_way:
            ring(deliver_message, message.pk)
        ring(clean_screenshot, *pipeline.uncleaned(pk))


@shared_task
def deliver_message(pk: int) -> None:
    delivery.deliver(pk)


@shared_task
def answer_link_request(pk: int) -> None:
    message = link_mails.answer(pk)
    if message and message.is_on_its_way:
        ring(deliver_message, message.pk)


@shared_task
def clean_screenshot(pk: int) -> None:
    if cleaning.clean_screenshot(pk):
        ring(read_screenshot, pk)
    else:
        ring(triage_ticket, *reading.ready_for_triage(pk))


@shared_task
def read_screenshot(pk: int) -> None:
    if reading.read_screenshot(pk):
        ring(triage_ticket, *reading.ready_for_triage(pk))
        # Its bell may have found no turn free.
        ring(read_screenshot, *reading.next_waiting())


@shared_task
def look_again(pk: int) -> None:
    pipeline.look_again(pk)


@shared_task
def sweep() -> None:
    """Ring again for what waits unclaimed, oldest first; do what time alone does."""
    _ring_again(triage_ticket, _due(Ticket))
    _ring_again(deliver_message, _oldest(Message.objects.left_to_us().due()))
    _ring_again(answer_link_request, _due(LinkRequest))
    _ring_again(clean_screenshot, _due(Screenshot))
    _ring_again(read_screenshot, _due(Reading))
    _ring_again(deliver_weekly_summary, _due(WeeklySummary))
    _ring_again(recount_promises, recount.due())
    # Last: one hold that cannot be ended must not silence the bells.
    clock.end_holds()
    clock.note_breaches()


@shared_task
def recount_promises(pk: int) -> None:
    if recount.count_next(pk):
        ring(recount_promises, pk)


@shared_task
def close_silent_tickets() -> None:
    clock.assume_resolved()
    clock.close_resolved()


@shared_task
def discard_orphan_files() -> None:
    cleaning.discard_orphan_files()


@shared_task
def tidy_desk() -> None:
    presence.discard_old()
    solved_before.discard_old()
    signs.discard_old()


@shared_task
def discard_old_data() -> None:
    retention.run()


@shared_task
def count_triage_weeks() -> None:
    drift.count_weeks()
    shadow.discard_old()


@shared_task
def count_figures() -> None:
    backlog.take_stock()
    counting.count_due()


@shared_task
def queue_weekly_summaries() -> None:
    ring(deliver_weekly_summary, *weekly.queue_summaries())


@shared_task
def deliver_weekly_summary(pk: int) -> None:
    weekly.deliver(pk)


def _ring_again(task: Task, pks: list[int]) -> None:
    if pks:
        meters.count("kayasupport_sweep_found_total", len(pks), task=task.name.rpartition(".")[2])
    ring(task, *pks)


def _due(model: type[Ticket | LinkRequest | Screenshot | Reading | WeeklySummary]) -> list[int]:
    return _oldest(model.objects.due())


def _oldest(rows: QuerySet) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:SWEEP])
