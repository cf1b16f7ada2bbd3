"""The Celery application; what it runs is in tickets/tasks.py."""

import os

from celery import Celery
from celery.signals import task_prerun, worker_init
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kayasupport.settings")

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
