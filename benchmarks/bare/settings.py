"""Settings of the peer: the product's own stack, with one view and one table beside it."""

from kayasupport.settings import *  # noqa: F403
from kayasupport.settings import DATA_DIR, INSTALLED_APPS, env

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.bare"]
ROOT_URLCONF = "benchmarks.bare.urls"
MEDIA_ROOT = DATA_DIR / "media"
# Where the mail of `python -m benchmarks.pipeline` goes.
SINK_PORT = env.int("SINK_PORT", default=0)
