"""The scripts that rebuild the embedded picture model; `python -m engine.models.picture.train` runs them in order."""
