"""The parts of the local workspace."""
