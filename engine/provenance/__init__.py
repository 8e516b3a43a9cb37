"""Labels that people and machines can read, on and in what was made; and what can be told of a file by them.

A picture gets, in this order: the visible mark (visible.py), the China label (china.py, containers.py), Content
Credentials over both (credentials.py, certificates.py). examine.py reads all of it back and asks the record.
"""

from __future__ import annotations

from engine.ports import ProvenanceRecord
from engine.provenance.certificates import known_chain, load_credentials
from engine.provenance.credentials import Sealer
from engine.provenance.examine import Examiner
from engine.provenance.labelling import PictureLabeller
from engine.settings import EngineSettings

__all__ = ["Examiner", "PictureLabeller", "build_examiner", "build_labeller"]


def build_labeller(settings: EngineSettings, *, draws: bool, with_prompt: bool) -> PictureLabeller:
    """`draws` and `with_prompt` are the policy's `labels`. Raises ConfigurationError where nothing can be signed."""
    sealer = Sealer(load_credentials(settings), settings.timestamp_url, with_prompt)
    return PictureLabeller(sealer, settings.label_producer, draws)


def build_examiner(settings: EngineSettings, record: ProvenanceRecord) -> Examiner:
    """The certificate is looked for at each question: the first worker may make one after this process began."""
    return Examiner(record, lambda: known_chain(settings))
