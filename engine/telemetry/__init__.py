"""What a process tells its operator: logs, metrics, traces and health. Never a prompt, a text, a name or a secret."""
