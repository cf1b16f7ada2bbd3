"""Tests of starting, packaging and running the product."""
