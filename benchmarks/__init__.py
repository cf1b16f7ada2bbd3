"""How fast the product is, beside a bare peer on the same machine in the same run (docs/benchmarks.md)."""
