"""What the road needs from the outside, as protocols; each has an adapter and a fake of the same name.

One module for each room of the house; whoever needs a port imports it from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.ports.artifacts import ArtifactStore, Stored
from engine.ports.audit import AuditLog
from engine.ports.backends import Backends, Canceled, ImageBackend, TextBackend
from engine.ports.broker import JobQueue, ProgressBoard
from engine.ports.deliveries import Deliveries
from engine.ports.jobs import JobStore
from engine.ports.knowledge import AnswerScorer, Catalogue, Embedder, Knowledge, Library, PassageStore
from engine.ports.provenance import Labeller, ProvenanceRecord
from engine.ports.recipes import Recipes, SavedRecipes, Voices
from engine.ports.replies import ReplyLog
from engine.ports.retention import RetentionStore
from engine.ports.safety import SafetyFilter, StreamCheck
from engine.ports.usage import UsageLog

if TYPE_CHECKING:  # an array of numpy, which light processes do without
    from engine.ports.knowledge import Vectors as Vectors

__all__ = [
    "AnswerScorer",
    "ArtifactStore",
    "AuditLog",
    "Backends",
    "Canceled",
    "Catalogue",
    "Deliveries",
    "Embedder",
    "ImageBackend",
    "JobQueue",
    "JobStore",
    "Knowledge",
    "Labeller",
    "Library",
    "PassageStore",
    "ProgressBoard",
    "ProvenanceRecord",
    "Recipes",
    "ReplyLog",
    "RetentionStore",
    "SafetyFilter",
    "SavedRecipes",
    "Stored",
    "StreamCheck",
    "TextBackend",
    "UsageLog",
    "Voices",
]
