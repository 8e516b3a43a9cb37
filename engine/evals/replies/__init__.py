"""Measures answers from the knowledge base: what is found, what is refused, how fast, and what drafts rest on."""
