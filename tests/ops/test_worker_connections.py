"""The database connections of a worker, from one task to the next."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from kayasupport.celery import end_what_was_interrupted, is_in_transaction

pytestmark = pytest.mark.django_db(transaction=True)


def test_connection_is_kept_from_task_to_task():
    Group.objects.exists()
    kept = connection.connection

    end_what_was_interrupted()

    assert connection.connection is kept


def test_transaction_whose_block_was_never_entered_is_ended():
    """The soft limit struck when BEGIN had come back, and nobody had noted that it had."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
    Group.objects.create(name="half")
    assert is_in_transaction(connection)

    end_what_was_interrupted()

    assert not Group.objects.filter(name="half").exists()
    assert not is_in_transaction(connection)


def test_transaction_whose_block_was_never_left_is_ended():
    block = transaction.atomic()
    block.__enter__()
    Group.objects.create(name="half")

    end_what_was_interrupted()

    assert not Group.objects.filter(name="half").exists()
    with transaction.atomic():
        Group.objects.create(name="whole")
    assert Group.objects.filter(name="whole").exists()
