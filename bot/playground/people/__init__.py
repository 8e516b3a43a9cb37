"""The HTTP API through which people and scripts act and read; the page is one of its users."""
