import threading

import pytest
from django.db import DatabaseError, connection

from tickets import meters
from tickets.models import MeterValue

pytestmark = pytest.mark.django_db
REPORTS, SECONDS = "kayasupport_reports_total", "kayasupport_advice_seconds"


def test_meters_name_the_table_of_their_rows():
    assert MeterValue._meta.db_table == meters.TABLE


def test_count_adds_up_over_several_writes():
    meters.count(REPORTS, channel="web")
    meters.keep()
    meters.count(REPORTS, 2, channel="web")
    meters.count(REPORTS, channel="api")
    meters.keep()

    assert meters.read() == {REPORTS: {("web",): 3.0, ("api",): 1.0}}


def test_observe_sorts_durations_into_buckets():
    for seconds in (0.5, 1.0, 1.5, 9999):
        meters.observe(SECONDS, seconds)
    meters.keep()

    found = meters.read()
    assert found[SECONDS + "_bucket"] == {("1.0",): 2.0, ("2.0",): 1.0, ("+Inf",): 1.0}
    assert (found[SECONDS + "_count"], found[SECONDS + "_sum"]) == ({(): 4.0}, {(): 10002.0})


def test_keep_writes_nothing_twice(django_assert_num_queries):
    meters.count(REPORTS, channel="web")
    meters.keep()

    with django_assert_num_queries(0):
        meters.keep()


def test_keep_holds_on_to_what_the_database_does_not_take(monkeypatch):
    def broken(rows):
        raise DatabaseError("gone")

    meters.count(REPORTS, channel="web")
    with monkeypatch.context() as patch:
        patch.setattr(meters, "_add", broken)
        meters.keep()
    meters.count(REPORTS, channel="web")
    meters.keep()

    assert meters.read() == {REPORTS: {("web",): 2.0}}


@pytest.mark.parametrize("labels", [{}, {"channel": "web", "address": "budi@contoh.id"}])
def test_count_takes_the_labels_of_the_meter_and_no_others(labels):
    with pytest.raises(TypeError):
        meters.count(REPORTS, **labels)


def test_a_forked_process_does_not_write_what_its_parent_counted():
    meters.count(REPORTS, channel="web")

    meters.forget()
    meters.keep()

    assert meters.read() == {}


@pytest.mark.django_db(transaction=True)
def test_processes_that_write_at_once_lose_nothing():
    def write():
        for _ in range(10):
            meters.count(REPORTS, channel="web")
            meters.count(REPORTS, channel="api")
            meters.keep()
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert meters.read() == {REPORTS: {("web",): 40.0, ("api",): 40.0}}
