"""OpenAI's moderation model, for texts and for images; its categories are ours, one to one.

Source: platform.openai.com/docs/guides/moderation. It judges images for violence, self-harm and sexual content only.
What is sent has been through the local layers: personal data and secrets are redacted, an image is drawn anew, smaller
and without its metadata.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import openai
from openai.types import ModerationImageURLInputParam

from engine.domain.request import Kind
from engine.domain.safety import Category, Stage
from engine.safety.evidence import Evidence
from engine.safety.images import decoded

SIDE_PX = 1024
"""Longest side of an image that is sent."""

OF_IMAGES = (
    Category.SEXUAL,
    Category.VIOLENCE,
    Category.VIOLENCE_GRAPHIC,
    Category.SELF_HARM,
    Category.SELF_HARM_INTENT,
    Category.SELF_HARM_INSTRUCTIONS,
)
OF_TEXTS = (
    *OF_IMAGES,
    Category.SEXUAL_MINORS,
    Category.HATE,
    Category.HATE_THREATENING,
    Category.HARASSMENT,
    Category.HARASSMENT_THREATENING,
    Category.ILLICIT,
    Category.ILLICIT_VIOLENT,
)


class ModerationCheck:
    """An OutsideCheck. Raises openai.OpenAIError, and ValueError for an answer without a score per category."""

    name = "moderation"

    def __init__(self, client: openai.OpenAI, model: str) -> None:
        self._client = client
        self._model = model

    def judge(self, text: str, kind: Kind, stage: Stage) -> Sequence[Evidence]:
        answer = self._client.moderations.create(model=self._model, input=text)
        return _evidence(answer, OF_TEXTS, "text")


class ImageModerationCheck:
    """An ImageCheck. Raises as ModerationCheck does, and OSError and ValueError for what is no image."""

    name = "image-moderation"

    def __init__(self, client: openai.OpenAI, model: str) -> None:
        self._client = client
        self._model = model

    def judge(self, image: bytes) -> Sequence[Evidence]:
        url = f"data:image/jpeg;base64,{base64.b64encode(_redrawn(image)).decode()}"
        part: ModerationImageURLInputParam = {"type": "image_url", "image_url": {"url": url}}
        answer = self._client.moderations.create(model=self._model, input=[part])
        return _evidence(answer, OF_IMAGES, "image")


def _redrawn(image: bytes) -> bytes:
    """A JPEG of the same picture."""
    picture = decoded(image)
    picture.thumbnail((SIDE_PX, SIDE_PX))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=90)
    return target.getvalue()


def _evidence(answer: Any, categories: Sequence[Category], kind: str) -> list[Evidence]:
    """The client does not validate: whatever is missing in the answer is an outage, and never "safe"."""
    if len(answer.results) != 1:
        raise ValueError("not one result")
    scores = answer.results[0].category_scores.model_dump(by_alias=True)
    applied = answer.results[0].category_applied_input_types.model_dump(by_alias=True)
    if any(kind not in (applied.get(category) or ()) for category in categories):
        raise ValueError(f"not every category was applied to the {kind}")
    return [Evidence(category, float(scores[category]), "score") for category in categories]
