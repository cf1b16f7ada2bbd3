"""What `python -m benchmarks.queue` measures: the desk's pages, beside a stock changelist of the same rows."""
