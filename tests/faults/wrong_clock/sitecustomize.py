"""With this folder on PYTHONPATH, a program's clock is wrong by CLOCK_OFF_BY seconds from its start on."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

time_machine.travel(datetime.now(UTC) + timedelta(seconds=float(os.environ["CLOCK_OFF_BY"]))).start()
