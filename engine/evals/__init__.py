"""Measures how well the picture model draws what it is asked for."""
