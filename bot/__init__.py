"""The Slack side: takes requests, shows results. Never imports torch."""
