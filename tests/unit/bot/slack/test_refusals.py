"""What the address that takes a file's bytes means: it speaks in HTTP alone."""

from __future__ import annotations

import pytest

from bot.errors import DeliveryError, RateLimited, SlackRejected, SlackUnavailable
from bot.slack.refusals import from_status


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, SlackRejected) for status in (400, 401, 403, 404, 410, 413, 422)),
        *((status, SlackUnavailable) for status in (408, 500, 502, 503, 504)),
        (429, RateLimited),
    ],
)
def test_only_what_may_pass_is_tried_again(status: int, kind: type[DeliveryError]) -> None:
    assert type(from_status(status, {})) is kind
