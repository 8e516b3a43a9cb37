"""Trains the check for prompt injection: `python -m engine.safety.train_injection`; nothing here runs in a worker."""
