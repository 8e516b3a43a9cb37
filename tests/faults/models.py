"""Models of the campaign: instant, and what they make says which request it was made for.

What a request shall meet is a word in its prompt: see `Word`.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from enum import StrEnum

from PIL import Image

from engine.domain.task import (
    ImageDone,
    ImageEvent,
    ImageStep,
    ImageTask,
    ImageUsage,
    TextDelta,
    TextEnd,
    TextEvent,
    TextTask,
    TextUsage,
)
from engine.errors import Interrupted
from engine.ports import Canceled
from engine.settings import EngineSettings, ModelSpec
from tests.faults.points import Points

TOKEN = re.compile(r"\bq\d+x\d+\b")
"""Names a request in its prompt and in what is made for it."""

MADE_FOR = "Made for"
UNSPEAKABLE = "unspeakable recipe"
"""What the policy forbids and the model says all the same, if the prompt has the word LEAKY in it."""

SENTENCES = 20
SENTENCE_S = 0.05
SIZE_PX = 64


class Word(StrEnum):
    """What happens to the request whose prompt has this word in it."""

    PLAIN = "ordinary"
    FORBIDDEN = "verboten"
    """The policy refuses the prompt."""
    LEAKY = "leaky"
    """The model makes what the policy forbids."""
    SLOW = "unhurried"
    """It takes SENTENCES times SENTENCE_S."""


class CampaignText:
    """Writes "Made for TOKEN." and what the prompt's word asks for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._points = Points.of_this_process()

    @classmethod
    def from_spec(cls, name: str, spec: ModelSpec, settings: EngineSettings) -> CampaignText:
        return cls(name)

    def setup(self) -> None:
        self._points.reach("model.load")

    def generate(self, task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        for sentence in _sentences(task.turns[-1].text):
            if canceled():
                raise Interrupted("canceled")
            for index in range(task.n):
                yield TextDelta(index, sentence)
            self._points.reach("model.generate")
        for index in range(task.n):
            yield TextEnd(index)
        yield TextUsage(0, 0)

    def close(self) -> None:
        """Nothing to let go of."""


class CampaignImage:
    """Draws one colour: black if the prompt has the word LEAKY in it."""

    supports_init_image = False

    def __init__(self, name: str) -> None:
        self.name = name
        self._points = Points.of_this_process()

    @classmethod
    def from_spec(cls, name: str, spec: ModelSpec, settings: EngineSettings) -> CampaignImage:
        return cls(name)

    def setup(self) -> None:
        self._points.reach("model.load")

    def generate(self, task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        if canceled():
            raise Interrupted("canceled")
        yield ImageStep(1, 1, ())
        self._points.reach("model.generate")
        for index in range(task.n):
            seed = task.seed + index
            colour = (0, 0, 0) if Word.LEAKY in task.prompt else (255, seed % 256, seed // 256 % 256)
            out = io.BytesIO()
            Image.new("RGB", (SIZE_PX, SIZE_PX), colour).save(out, "PNG")
            yield ImageDone(index, out.getvalue(), seed, SIZE_PX, SIZE_PX)
        yield ImageUsage()

    def close(self) -> None:
        """Nothing to let go of."""


def is_forbidden(image: bytes) -> bool:
    with Image.open(io.BytesIO(image)) as opened:
        return opened.convert("RGB").getpixel((0, 0)) == (0, 0, 0)


def _sentences(prompt: str) -> Iterator[str]:
    token = TOKEN.search(prompt)
    yield f"{MADE_FOR} {token[0] if token else 'nobody'}. "
    if Word.LEAKY in prompt:
        yield f"Now comes an {UNSPEAKABLE}. "
    for _ in range(SENTENCES if Word.SLOW in prompt else 0):
        time.sleep(SENTENCE_S)
        yield "And on it goes. "
    yield "Steel outside, cold inside."
