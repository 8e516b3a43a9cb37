"""Benchmarks of the generation side: each a ratio within one run."""
