"""Makes the peer's one table: `python -m benchmarks.bare.prepare`."""

import os

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    django.setup()
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        for name in ("data_folder_in", "control_folder"):
            os.makedirs(settings.CELERY_BROKER_TRANSPORT_OPTIONS[name], exist_ok=True)
    call_command("migrate", run_syncdb=True, verbosity=0)


if __name__ == "__main__":
    main()
