"""The product's settings, with a stock changelist of the tickets beside the desk."""

from kayasupport.settings import *  # noqa: F403 (the product, as it is)

# One agent takes the next ticket hundreds of times.
AGENT_CAPACITY = 0
ROOT_URLCONF = "benchmarks.desk.urls"
