"""Carries what happens in the workspace to the app: signed HTTP requests, or Socket Mode."""
