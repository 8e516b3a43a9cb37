"""Benchmarks of the Slack side."""
