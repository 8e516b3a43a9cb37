"""Whether a passage answers a question: a model that reads both together (a cross-encoder), and its training."""
