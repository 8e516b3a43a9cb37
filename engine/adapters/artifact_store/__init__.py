"""Artifacts by the hash of their content, in a folder or in any store that fsspec knows."""

from engine.adapters.artifact_store.store import FsspecArtifactStore

__all__ = ["FsspecArtifactStore"]
