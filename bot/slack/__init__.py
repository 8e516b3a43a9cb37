"""Everything that knows how Slack talks: payloads, messages, the Web API."""
