"""Settings of the peer: database, broker and keys are the product's own, the rest is Django's least."""

from kayasupport.settings import (
    CELERY_ACCEPT_CONTENT,
    CELERY_BROKER_TRANSPORT_OPTIONS,
    CELERY_BROKER_URL,
    CELERY_TASK_IGNORE_RESULT,
    CELERY_TASK_SERIALIZER,
    CELERY_WORKER_HIJACK_ROOT_LOGGER,
    CELERY_WORKER_PREFETCH_MULTIPLIER,
    DATA_DIR,
    DATABASES,
    DEFAULT_AUTO_FIELD,
    SECRET_KEY,
    USE_TZ,
    env,
)

__all__ = [
    "CELERY_ACCEPT_CONTENT",
    "CELERY_BROKER_TRANSPORT_OPTIONS",
    "CELERY_BROKER_URL",
    "CELERY_TASK_IGNORE_RESULT",
    "CELERY_TASK_SERIALIZER",
    "CELERY_WORKER_HIJACK_ROOT_LOGGER",
    "CELERY_WORKER_PREFETCH_MULTIPLIER",
    "DATABASES",
    "DEFAULT_AUTO_FIELD",
    "SECRET_KEY",
    "USE_TZ",
]

ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["benchmarks.bare"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.bare.urls"
MEDIA_ROOT = DATA_DIR / "media"
# Where the mail of `python -m benchmarks.pipeline` goes.
SINK_PORT = env.int("SINK_PORT", default=0)
