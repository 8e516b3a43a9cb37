"""Lets an answer through once: Slack tells of one message twice, and again when it heard no acknowledgement.

Jobs need no such help, their dedupe key makes them one; this is for what is only said, or was taken back.
"""

from __future__ import annotations

from collections import OrderedDict

_MOST = 10_000


class Once:
    """Remembers the latest keys, in this process."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._seen: OrderedDict[str, None] = OrderedDict()

    def seen(self, key: str) -> bool:
        """Whether `first` was asked about it."""
        return key in self._seen

    def first(self, key: str) -> bool:
        """True the first time."""
        if key in self._seen:
            return False
        self._seen[key] = None
        if len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return True
