"""Gunicorn's configuration, in development and production: `gunicorn -c python:kayasupport.web_server`."""

import os

from tickets import advising, bells, meters, rhythm

wsgi_app = "kayasupport.wsgi"
bind = ["0.0.0.0:8000"]  # inside the container; who publishes the port decides who gets in
# Two processes of many threads: requests wait for the database and for uploads, not for the processor.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "16"))
worker_class = "kayasupport.web_worker.DeadlineWorker"
worker_connections = 500  # per process; beyond that, the kernel's queue
preload_app = True

timeout = 30  # seconds without a sign of life from a process
graceful_timeout = 30  # seconds for requests under way at a stop
keepalive = 5  # seconds
# A fresh process now and then, not all at once: whatever leaks stays small.
max_requests = 5000
max_requests_jitter = 500

# Whom to believe about X-Forwarded-* is Django's to decide, by NUM_PROXIES.
forwarded_allow_ips = ""
# The heartbeat file must not wait for a busy disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 (gunicorn opens it under a random name)
control_socket_disable = True


def post_worker_init(worker: object) -> None:
    # Not sooner: threads do not outlive the fork that makes a process of the pool.
    bells.ring_from_a_thread()
    advising.warm_up()
    meters.forget()
    rhythm.begin(meters.keep)


def worker_exit(server: object, worker: object) -> None:
    rhythm.do_all([meters.keep])


logger_class = "kayasupport.web_worker.ErrorLogger"
# Through Django's LOGGING, so that every line looks alike.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
        "gunicorn.access": {"level": "WARNING", "handlers": [], "propagate": False},
    },
}
