from tickets import log_context


def test_begin_forgets_what_was_before():
    log_context.begin(request_id="a" * 32)
    log_context.turn_to_ticket("KS-7F3K-92QX")

    log_context.begin(task="sweep", task_id="1", request_id="")

    assert log_context.current() == {"task": "sweep", "task_id": "1"}


def test_a_bell_for_one_request_is_about_it_from_the_start():
    log_context.begin_task(name="triage_ticket", task_id="1", asked_by={"7": "anna", "8": "anna"})

    assert log_context.request_id() == "anna"


def test_a_bell_for_several_requests_is_about_each_in_its_turn():
    log_context.begin_task(name="triage_ticket", task_id="1", asked_by={"7": "anna", "8": "budi"})
    seen = [log_context.current().get("request_id")]

    for pk in (7, 8, 9):
        log_context.turn_to_row(pk)
        seen.append(log_context.current().get("request_id"))
        log_context.turn_to_ticket(f"KS-{pk}")

    assert seen == [None, "anna", "budi", None]


def test_the_next_row_is_not_about_the_ticket_of_the_one_before():
    log_context.begin_task(name="triage_ticket", task_id="1", asked_by={})
    log_context.turn_to_ticket("KS-7F3K-92QX")

    log_context.turn_to_row(8)

    assert log_context.current() == {"task": "triage_ticket", "task_id": "1"}
