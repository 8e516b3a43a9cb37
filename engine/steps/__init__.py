"""The steps of the road through a worker, each a function of a run."""
