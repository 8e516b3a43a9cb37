"""Frozen types and pure rules shared by every part; standard library only."""
