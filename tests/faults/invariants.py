"""What must hold whatever broke, told from the workspace's messages and the job table alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.job import State
from engine.domain.request import Kind
from tests.faults.campaign import Campaign
from tests.faults.job_table import Row
from tests.faults.models import MADE_FOR, Word
from tests.faults.plan import Wish
from tests.faults.witness import end_shown, token_of
from tests.support.slack import ADA, ADA_DM, BEN, BEN_DM, MEI, MEI_DM, RunningPlayground

Json = dict[str, Any]

_REFUSED = (Word.FORBIDDEN, Word.LEAKY)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What went wrong, each with the tokens of the requests."""

    lost: tuple[str, ...]
    """Accepted, and there is no job or no message, or it has not ended."""
    duplicated: tuple[str, ...]
    """More than one job or more than one message for one request."""
    unfiltered: tuple[str, ...]
    """Something was shown that the policy forbids, or made of what it forbids."""
    mistaken: tuple[str, ...]
    """The message says something else than the job table, or shows what was made for another request."""
    unreached: tuple[str, ...] = ()
    """No requests but fault points that were armed and that no process came to: what was to be seen there was not."""

    @property
    def holds(self) -> bool:
        return not (self.lost or self.duplicated or self.unfiltered or self.mistaken or self.unreached)


def judge(campaign: Campaign) -> Verdict:
    """Look at everything once it is over."""
    rows, answers = _by_token(campaign.place.jobs.all()), answers_in(campaign.place.slack, campaign.place.rooms)
    jobs = Counter({token: len(found) for token, found in rows.items()})
    shown = Counter({token: len(found) for token, found in answers.items()})
    accepted, tokens = campaign.accepted, [*campaign.accepted, *campaign.turned_away]
    lost = [token for token in accepted if not _has_ended(rows.get(token, []), answers.get(token, []))]
    # Whoever was told to try again may get an answer all the same, but then a whole one.
    lost += [
        token for token in campaign.turned_away if jobs[token] and not _has_ended(rows[token], answers.get(token, []))
    ]
    mistaken = [
        token
        for token in accepted
        if rows.get(token) and answers.get(token) and not _is_right(accepted[token], token, rows[token][0], answers)
    ]
    unfiltered = set(campaign.place.witness.unfiltered)
    unfiltered |= {
        token
        for token, wish in accepted.items()
        if wish.word in _REFUSED and any(row.state is State.SUCCEEDED for row in rows.get(token, []))
    }
    return Verdict(
        lost=(*lost, *campaign.unstored),
        duplicated=tuple(token for token in tokens if jobs[token] > 1 or shown[token] > 1),
        unfiltered=tuple(sorted(unfiltered)),
        mistaken=tuple(mistaken),
        unreached=campaign.unreached,
    )


def answers_in(slack: RunningPlayground, rooms: Sequence[str]) -> dict[str, list[Json]]:
    """The app's messages about each request, threads included, by its token."""
    found: dict[str, list[Json]] = {}
    for user, channel in (*((ADA, room) for room in rooms), (ADA, ADA_DM), (BEN, BEN_DM), (MEI, MEI_DM)):
        for root in slack.messages(user, channel):
            thread = slack.messages(user, channel, root["ts"]) if root.get("reply_count") else [root]
            for message in thread:
                if token := token_of(message):
                    found.setdefault(token, []).append(message)
    return found


def _by_token(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.token, []).append(row)
    return found


def _has_ended(rows: Sequence[Row], answers: Sequence[Json]) -> bool:
    ended = any(row.state.finished and row.delivered for row in rows)
    return ended and any(end_shown(message) for message in answers)


def _is_right(wish: Wish, token: str, row: Row, answers: Mapping[str, Sequence[Json]]) -> bool:
    """Its message says what the table says, and shows what was made for it."""
    message = answers[token][0]
    shown = end_shown(message)
    if shown is not row.state:
        return False
    if shown is not State.SUCCEEDED:
        return shown is State.FAILED or wish.word in _REFUSED
    if wish.kind is Kind.DRAW:
        images = [block for block in message["blocks"] if block["type"] == "image"]
        return len(images) == 1 and "image_url" in images[0]
    return f"{MADE_FOR} {token}." in message["text"]
