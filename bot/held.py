"""A job while a delivery holds it: what was sent of it so far, remembered step by step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.ports import EXCUSE, Mark, Place, Shown
from engine.domain.job import Audience, Delivery, Job, State
from engine.ports import Deliveries

_PART = "part:"
_SHOWN = "shown:"
_EDITION = "edition:"
_NOT_READY = "not_ready"
_INTENDED = "intended:"
_KEPT_OUT = "!"


class Overtaken(Exception):
    """This delivery was still for so long that another took its place."""


@dataclass(frozen=True, slots=True)
class Held:
    """A job whose message is this delivery's to change until `save` says otherwise."""

    job: Job
    """As it is shown."""
    state: State
    """As it is stored: a result whose files are lost is shown as a failure."""
    home: Place
    audience: Audience
    _store: Deliveries
    _owner: str
    _lease_s: float

    def save(self, delivery: Delivery) -> Delivery:
        """Remember it, and hold on to the job for another lease. Raises Overtaken."""
        thread = self.home.thread or delivery.message
        if not self._store.save_delivery(
            delivery, self._owner, self._lease_s, channel=self.home.channel, thread=thread, state=self.state,
            picked=self.job.picked,
        ):  # fmt: skip
            raise Overtaken
        return delivery

    def saved(self) -> Delivery:
        """As it was saved last."""
        return self._store.delivery(self.job.id, self.audience)

    def earlier(self) -> str:
        """The first job that was asked for earlier in this place and has no message yet, or ""."""
        return self._store.unshown_before(self.job) if self.audience is Audience.REQUESTER else ""


def message(delivery: Delivery, part: int) -> str:
    """The timestamp of a part, "" if it is not known to be posted."""
    found = delivery.files.get(f"{_PART}{part}", "")
    return "" if found.startswith(_INTENDED) else found


def intended_at(delivery: Delivery, part: int) -> float | None:
    """When a part was going to be posted of which nobody remembers whether it was (epoch seconds), else None.

    0 of what a version that did not note the time was going to post.
    """
    found = delivery.files.get(f"{_PART}{part}")
    if found == "":
        return 0.0
    return float(found.removeprefix(_INTENDED)) if found and found.startswith(_INTENDED) else None


def intend(delivery: Delivery, part: int, at: float) -> Delivery:
    """It is going to be posted now: should nobody remember the answer, it is looked for."""
    return _with(delivery, **{f"{_PART}{part}": f"{_INTENDED}{at:.3f}"})


def forget(delivery: Delivery, part: int) -> Delivery:
    """It was not posted after all."""
    return _without(delivery, f"{_PART}{part}")


def posted(delivery: Delivery, part: int, ts: str, shown: str = "") -> Delivery:
    """It stands at `ts` and shows what has the digest `shown`."""
    delivery = _with(delivery, **{f"{_PART}{part}": ts, f"{_SHOWN}{part}": shown})
    return replace(delivery, message=ts) if part == 0 else delivery


def shows(delivery: Delivery, part: int, digest: str) -> bool:
    return delivery.files.get(f"{_SHOWN}{part}") == digest


def edition(delivery: Delivery, part: int) -> int:
    """How many messages of this part were found to be past changing."""
    return int(delivery.files.get(f"{_EDITION}{part}", "0"))


def next_edition(delivery: Delivery, part: int) -> Delivery:
    """The message of this part stays as it is; another one takes its place."""
    return _with(forget(delivery, part), **{f"{_EDITION}{part}": str(edition(delivery, part) + 1)})


def mark(held: Held, delivery: Delivery, part: int) -> Mark:
    return Mark(held.job.id, part, held.audience, edition(delivery, part))


def uploaded(delivery: Delivery, blob: str, file_id: str) -> Delivery:
    return _with(delivery, **{blob: file_id})


def keep_out(delivery: Delivery, blobs: Sequence[str], code: str) -> Delivery:
    """Slack does not take, or not show, these images: it will not be asked again."""
    return _with(delivery, **dict.fromkeys(blobs, f"{_KEPT_OUT}{code}"))


def files(delivery: Delivery) -> dict[str, str]:
    """Artifact keys and the ids of their files at Slack."""
    own = (_PART, _SHOWN, _EDITION, _NOT_READY)
    return {key: v for key, v in delivery.files.items() if not key.startswith(own) and not v.startswith(_KEPT_OUT)}


def kept_out(delivery: Delivery) -> dict[str, str]:
    """Artifact keys and why Slack did not take them."""
    return {key: v.removeprefix(_KEPT_OUT) for key, v in delivery.files.items() if v.startswith(_KEPT_OUT)}


def not_ready(delivery: Delivery) -> Delivery:
    """Slack did not know an uploaded file, once more."""
    return _with(delivery, **{_NOT_READY: str(times_not_ready(delivery) + 1)})


def times_not_ready(delivery: Delivery) -> int:
    return int(delivery.files.get(_NOT_READY, "0"))


def forget_files(delivery: Delivery) -> Delivery:
    """They are going to be uploaded again."""
    return _without(delivery, *files(delivery))


def excused(delivery: Delivery) -> bool:
    """Whether its requester was told why there is no message."""
    return bool(message(delivery, EXCUSE))


def digest(*parts: Shown) -> str:
    """The same for what looks the same."""
    shown = [(part.text, part.blocks, *([part.files] if part.files else [])) for part in parts]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]


def _with(delivery: Delivery, **more: str) -> Delivery:
    return replace(delivery, files={**delivery.files, **more})


def _without(delivery: Delivery, *keys: str) -> Delivery:
    return replace(delivery, files={key: value for key, value in delivery.files.items() if key not in keys})
