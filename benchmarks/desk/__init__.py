"""What `python -m benchmarks.queue` measures: the desk beside a stock changelist of the same rows."""
