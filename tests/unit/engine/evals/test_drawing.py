"""Drawing many tasks at once: answers in order, errors raised, and batches are compared with single pictures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PIL import Image

from engine.domain.task import ImageEvent, ImageTask
from engine.errors import ModelCorrupt, ModelNotFound
from engine.evals.drawing import alone, difference, drawn, opened, task
from engine.ports import Canceled
from tests.unit.engine.evals.drawers import Drawer

GREYS = {f"grey {level}": [Image.new("RGB", (8, 8), (level, level, level))] * 4 for level in range(30)}


def level(image: Image.Image) -> object:
    return image.getpixel((0, 0))


def test_answers_come_in_the_order_of_the_tasks() -> None:
    tasks = [task(prompt, seed=0, n=2) for prompt in GREYS]
    found = list(drawn(Drawer(GREYS), tasks))
    assert [[level(image) for image in images] for images in found] == [[(at, at, at)] * 2 for at in range(30)]


def test_pictures_of_a_task_come_in_the_order_of_their_seeds() -> None:
    shades = [Image.new("RGB", (8, 8), (at, at, at)) for at in range(4)]
    assert [level(image) for image in alone(Drawer({"grey": shades}), task("grey", 0, 4))] == [
        (at, at, at) for at in range(4)
    ]


class Failing(Drawer):
    """Cannot draw one prompt."""

    def generate(self, task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        if task.prompt == "grey 5":
            raise ModelCorrupt("damaged")
        return super().generate(task, canceled)


def test_an_error_of_one_task_ends_all() -> None:
    with pytest.raises(ModelCorrupt):
        list(drawn(Failing(GREYS), [task(prompt, seed=0) for prompt in GREYS]))


def test_tasks_ask_for_the_size_that_is_judged() -> None:
    assert task("a cat", 8, 4, steps=20) == ImageTask("a cat", 4, 8, 256, 256, 20)


def test_the_same_pictures_differ_by_nothing() -> None:
    assert difference(Drawer(GREYS), list(GREYS)[:8]) == 0


class Brightening(Drawer):
    """Draws everything a little brighter each time."""

    def generate(self, task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        shade = 100 + 3 * len(self.tasks)
        self.pictures = {task.prompt: [Image.new("RGB", (8, 8), (100, shade, 100))]}
        return super().generate(task, canceled)


def test_the_largest_difference_of_a_pixel_counts() -> None:
    assert difference(Brightening({}), ["grey"]) == 3


def test_an_unknown_model_is_not_found() -> None:
    with pytest.raises(ModelNotFound, match="embedded"), opened("nonsense"):
        pass
