"""The generation worker's process."""
