"""The way to the app."""
