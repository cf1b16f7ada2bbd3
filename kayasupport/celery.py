"""The Celery application; what it runs is in tickets/tasks.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kayasupport.settings")

app = Celery("kayasupport")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
