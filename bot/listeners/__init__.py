"""One file per Slack surface; a listener only translates."""
