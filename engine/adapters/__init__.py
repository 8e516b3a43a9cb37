"""The ports' implementations: database, broker, progress, files. None of them imports torch."""
