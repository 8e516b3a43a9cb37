"""The contact sheet: 48 prompts that show what the picture model can do, and what it cannot."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

PROMPTS = (
    "a red apple", "a cat", "a dog", "a house", "a car", "a tree", "the sun", "a cup of coffee",
    "一只戴帽子的猫", "一辆红色的自行车", "一只熊猫", "一朵向日葵", "生日蛋糕", "蓝色的汽车", "一座城堡", "月亮",
    "a blue bicycle", "a purple balloon", "a green apple", "a pink heart", "a yellow umbrella", "a black cat",
    "a penguin on a blue background", "a rocket on a black background",
    "puppy", "a spaceship going to the moon", "a medieval fortress", "a woolly lamb", "a slice of pepperoni pizza",
    "雷电", "一只小老虎", "一碗热汤面",
    "a dog wearing a top hat", "a panda wearing a crown", "戴皇冠的狮子", "a flat icon of a camera",
    "a glossy 3d robot", "a cartoon octopus", "卡通风格的企鹅", "a dragon",
    "an apple and a banana", "一只猫和一只狗", "three cats", "a cat riding a bicycle", "a woman reading a book",
    "the word SALE", "a photo of Paris at night", "a dog under a tree",
)  # fmt: skip
"""The last eight ask for what such a model is bad at: two things, counts, actions, people, letters, photographs."""
ACROSS = 8
SEED = 7


def layout(images: Sequence[Image.Image], across: int = ACROSS) -> Image.Image:
    """Pictures of one size in rows."""
    width, height = images[0].size
    sheet = Image.new("RGB", (across * width, -(-len(images) // across) * height), "white")
    for index, image in enumerate(images):
        sheet.paste(image, (index % across * width, index // across * height))
    return sheet
