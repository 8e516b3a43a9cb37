"""Tells where a picture or a text came from, by the record of what was made and by what is written in the file.

The record counts more than a label: labels are lost when a platform re-saves a file, and anybody can copy one. Only a
seal of our own is as good as the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.domain.provenance import Examined, Labels, Seal, Standing
from engine.domain.wording import digest
from engine.ports import ProvenanceRecord
from engine.provenance.opening import opened
from engine.provenance.perceptual import fingerprint
from engine.provenance.reading import read_labels
from engine.provenance.texts import read_text_label

NEAR = 6
"""Most bits of 64 by which two pictures differ that count as one: re-saved, scaled, brightened, hardly cropped.

Of 318,400 pairs of drawings of different things in engine/evals/renderings.webp none is as near; two drawings of things
that look alike may be. That is why what is told of such a picture is what it looks like.
"""


@dataclass(frozen=True, slots=True)
class Examiner:
    """Looks things up; all methods raise StoreUnavailable and ConfigurationError.

    `workspace` "" means any: for the operator alone.
    """

    record: ProvenanceRecord
    chain: Callable[[], str]
    """Finds the certificates (PEM) that our own Content Credentials are signed with; "" where there are none."""

    def picture(self, data: bytes, workspace: str) -> Examined:
        """Raises NoPicture."""
        image = opened(data)
        labels = read_labels(data, image, self.chain())
        exact = self.record.made([hashlib.sha256(data).hexdigest()], workspace)
        if exact is not None:
            return Examined(Standing.OURS, exact, labels)
        looks = fingerprint(image)
        near = self.record.similar(looks, NEAR, workspace) if looks else None
        if near is not None:
            return Examined(Standing.ALTERED, near[0], labels)
        return self._by_labels(labels, workspace)

    def wording(self, texts: Sequence[str], workspace: str) -> Examined:
        """Whether one of these texts is one that a job wrote, word for word."""
        digests = [found for text in texts if (found := digest(text))]
        exact = self.record.made(digests, workspace) if digests else None
        return Examined(Standing.OURS, exact) if exact else Examined(Standing.UNKNOWN)

    def text_file(self, text: str, workspace: str) -> Examined:
        """An exported text, with its labels, or any other."""
        words, labels = read_text_label(text)
        found = self._table(text, workspace) or self.wording([words], workspace)
        if found.record is not None:
            return Examined(found.standing, found.record, labels)
        return self._by_labels(labels, workspace)

    def _table(self, text: str, workspace: str) -> Examined | None:
        """A table is known as a whole: most of it is what people wrote."""
        exact = self.record.made([hashlib.sha256(text.encode()).hexdigest()], workspace)
        return Examined(Standing.OURS, exact) if exact else None

    def _by_labels(self, labels: Labels, workspace: str) -> Examined:
        """What the labels say, where the record does not know the thing itself."""
        named = self.record.of_job(labels.job_id, workspace) if labels.job_id else None
        if labels.sealed_here and labels.seal is Seal.WHOLE:
            return Examined(Standing.OURS, named, labels)
        if named is not None or labels.sealed_here:
            return Examined(Standing.ALTERED, named, labels, by_label=True)
        return Examined(Standing.LABELLED if labels.by_ai else Standing.UNKNOWN, None, labels)
