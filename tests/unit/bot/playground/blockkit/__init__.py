"""Block Kit rules."""
