"""Trains the classifier: `python -m engine.safety.train`; nothing here runs in a worker."""
