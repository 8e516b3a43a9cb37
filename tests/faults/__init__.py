"""The whole app under faults: real processes, killed and cut off where they are most vulnerable."""
