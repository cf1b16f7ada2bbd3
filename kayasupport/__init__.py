"""The project: settings, routes and the Celery application."""

from kayasupport.celery import app as celery_app

VERSION = "0.1.dev"  # until the first release; see CHANGELOG.md

__all__ = ["VERSION", "celery_app"]
