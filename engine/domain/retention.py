"""What stays of a request when the time to keep its texts and images is up."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.domain.request import CopyParams, DrawParams, Kind, Request
from engine.domain.result import Result


def forgotten_request(request: Request) -> Request:
    """Its kind and its place among others; not what was asked, nor with which parameters, image or work."""
    revision = replace(request.revision, instruction="") if request.revision else None
    params = CopyParams() if request.kind is Kind.COPY else DrawParams()
    return Request(request.kind, "", params, revision, request.appeal_of)


def forgotten_result(result: Result) -> Result:
    """What it took, and the code of a failure; the audit log has verdicts and decisions."""
    return Result(failure=result.failure, usage=replace(result.usage, settings={}))


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was deleted because its time was up, or would be."""

    forgotten: int = 0
    """Requests whose texts and images were deleted."""
    removed: int = 0
    """Requests of which nothing is left."""
    audit_texts: int = 0
    files: int = 0
    """Artifacts that no request names any more."""
    size_bytes: int = 0
    """Of these files."""
    foreign: int = 0
    """Files that were left alone, because nothing in the database says that they are its own."""
    usage: int = 0
    """Entries of usage that lost their people and channels, or are gone."""
