"""A local Slack workspace: the server side of Slack's protocol, for people to try the app and for tests to trust."""
