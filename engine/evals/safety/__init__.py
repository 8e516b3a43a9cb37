"""Measures the safety filter on files of labelled texts: how well its scores rank, and what its thresholds do."""
