"""The Celery application; what it runs is in tickets/tasks.py."""

import logging
import os

from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_init
from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import TransactionStatus

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kayasupport.settings")

logger = logging.getLogger(__name__)

app = Celery("kayasupport")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


# Where web and worker share processors, accepting a report comes before triaging one.
NICENESS = 15


@worker_init.connect
def stand_back(**kwargs: object) -> None:
    os.nice(NICENESS)


@task_prerun.connect
def check_connections(**kwargs: object) -> None:
    """Before each task, drop the connections that are broken or too old.

    Celery would close them all after each task, and a new one costs a tenth of a triage; with
    CELERY_DB_REUSE_MAX it would keep the broken ones too.
    """
    close_old_connections()


@task_postrun.connect
def end_what_was_interrupted(**kwargs: object) -> None:
    """After each task, cut a connection on which a transaction is still open.

    The soft time limit is an exception that comes between any two instructions: also between a
    BEGIN that had to wait and the block which would end it. The process would sit there with the
    database's lock in its hand, and on SQLite nobody could write any more.
    """
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and is_in_transaction(connection):
            logger.error("a task left a transaction open; its connection is cut")
            # Or Django would wait for the end of a block that is gone.
            connection.in_atomic_block = False
            connection.close()


def is_in_transaction(connection: BaseDatabaseWrapper) -> bool:
    """Ask the driver: Django's own note of it is what may be wrong."""
    driver = connection.connection
    if connection.vendor == "sqlite":
        return driver.in_transaction
    return driver.info.transaction_status != TransactionStatus.IDLE
