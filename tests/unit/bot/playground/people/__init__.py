"""The people API."""
