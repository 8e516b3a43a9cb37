"""Plays hostile outputs through the road that real ones take, and looks for what got out."""
