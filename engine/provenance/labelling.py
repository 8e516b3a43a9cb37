"""Labels pictures: the visible mark, then the China label, then Content Credentials over it all. The port Labeller."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from engine.domain.provenance import Labelled, Making
from engine.errors import LabelFailed
from engine.provenance.china import ChinaLabel
from engine.provenance.containers import with_label
from engine.provenance.credentials import Sealer, has_credentials
from engine.provenance.opening import NoPicture, opened
from engine.provenance.perceptual import fingerprint
from engine.provenance.visible import with_mark

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PictureLabeller:
    """The Labeller for PNG, JPEG and WebP. Safe to use from many threads.

    It fails closed: what cannot be labelled is not handed out, because whoever gets it could not tell that an AI made
    it, nor could a machine.
    """

    sealer: Sealer
    producer: str
    draws: bool
    """The policy wants the visible mark on the picture itself."""

    def label(self, data: bytes, making: Making) -> Labelled:
        try:
            marked = with_mark(data, making.locale) if self.draws else data
            written = with_label(marked, ChinaLabel(self.producer, making.id))
            # A model server may sign what it sends; drawing and writing break that seal, so it is kept as a source's.
            sources = (*making.sources, *((data,) if has_credentials(data) else ()))
            sealed = self.sealer.seal(written, making, sources)
            return Labelled(sealed, self.draws, fingerprint(opened(sealed)))
        except NoPicture as error:
            raise LabelFailed(f"a picture cannot be labelled: {error}") from error
        except Exception as error:  # C2paError and whatever else: nothing goes out without its labels
            raise LabelFailed(f"a picture cannot be labelled: {type(error).__name__}") from error

    def preview(self, data: bytes, locale: str) -> bytes:
        try:
            return with_mark(data, locale) if self.draws else data
        except NoPicture as error:
            raise LabelFailed(f"a preview cannot be labelled: {error}") from error

    def words(self, made_id: str) -> str:
        return ChinaLabel(self.producer, made_id).wrapped()
