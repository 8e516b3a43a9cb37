"""One self-contained implementation of a port per file; each is found through its entry point."""
