"""Looks at images for nudity with NudeNet (Praneeth Bedapudi, MIT; YOLOv8n, 320 px), on one thread of the CPU.

It sees exposed bodies and nothing else: violence, hate and the like in a picture are up to the check of its prompt.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.domain.safety import Category
from engine.safety.evidence import Evidence

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image

MAX_PIXELS = 25_000_000
"""More is not decoded: a small file can hold an image that fills the memory."""

_SIDE_PX = 320
_PADDED_PX = 5_000
"""Longest side that is padded to a square as it is."""
_LABELS = (
    "female genitalia covered", "face female", "buttocks exposed", "female breast exposed",
    "female genitalia exposed", "male breast exposed", "anus exposed", "feet exposed", "belly covered",
    "feet covered", "armpits covered", "armpits exposed", "face male", "belly exposed",
    "male genitalia exposed", "anus covered", "female breast covered", "buttocks covered",
)  # fmt: skip
_NUDITY = frozenset(label for label in _LABELS if label.endswith("exposed")) - {
    "male breast exposed", "feet exposed", "armpits exposed", "belly exposed",
}  # fmt: skip


class NudeNetCheck:
    """The model loads at the first check; an image that cannot be decoded raises, so that the filter closes."""

    name = "nudenet"

    def __init__(self) -> None:
        self._loading = threading.Lock()

    def judge(self, image: bytes) -> Sequence[Evidence]:
        return [Evidence(Category.SEXUAL, score, label) for label, score in self.scores(image) if label in _NUDITY]

    def scores(self, image: bytes) -> list[tuple[str, float]]:
        """How sure the model is of each label anywhere in the image. Raises OSError and ValueError if undecodable."""
        pixels = _pixels(image)
        with self._loading:
            session = self._session
        (boxes,) = session.run(None, {session.get_inputs()[0].name: pixels})
        best = boxes[0, 4:].max(axis=1)  # (1, 4 + labels, boxes) -> one score per label
        return [(label, min(1.0, float(score))) for label, score in zip(_LABELS, best, strict=True)]

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(str(_model()), options, providers=["CPUExecutionProvider"])


def _model() -> Path:
    """Raises FileNotFoundError when the package nudenet is not installed; found without importing it and OpenCV."""
    spec = find_spec("nudenet")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package nudenet is not installed")
    return Path(spec.origin).with_name("320n.onnx")


def decoded(image: bytes) -> Image.Image:
    """An RGB picture. Raises OSError and ValueError for what is no PNG, JPEG or WebP, or too large to look at."""
    from PIL import Image

    from engine.starting_image import MAX_EDGE_PX

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(image), formats=("PNG", "JPEG", "WEBP")) as opened:
                if opened.width * opened.height > MAX_PIXELS or max(opened.size) > MAX_EDGE_PX:
                    raise ValueError(f"{opened.width}x{opened.height} px is too large to check")
                return opened.convert("RGB")
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, SyntaxError) as error:
            raise ValueError(f"it cannot be checked: {type(error).__name__}") from error


def _pixels(image: bytes) -> npt.NDArray[np.float32]:
    """(1, 3, 320, 320), planes as the model was given them: in a square, padded with black at right and bottom."""
    import numpy as np
    from PIL import Image

    picture = decoded(image)
    side = max(picture.size)
    if side > _PADDED_PX:  # a long strip in a square of its length would take a gigabyte
        picture.thumbnail((_PADDED_PX, _PADDED_PX), Image.Resampling.BILINEAR)
        side = max(picture.size)
    square = Image.new("RGB", (side, side))
    square.paste(picture)
    planes = np.asarray(square.resize((_SIDE_PX, _SIDE_PX), Image.Resampling.BILINEAR), np.float32) / 255
    return np.ascontiguousarray(planes.transpose(2, 0, 1)[None, ::-1])
