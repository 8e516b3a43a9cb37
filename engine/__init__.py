"""The generation side: turns jobs into filtered, labelled text and images. Knows nothing of Slack."""
