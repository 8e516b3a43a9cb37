"""Turns rows into the domain's types, and requests and results into JSON and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import RowMapping

from engine.domain.audit import AuditEntry, AuditEvent
from engine.domain.job import Audience, Delivery, Job, JobEvent, NewJob, Origin, State
from engine.domain.limits import images_of
from engine.domain.request import CopyParams, DrawParams, Kind, Params, Request, Revision
from engine.domain.result import Result
from engine.domain.safety import Finding
from engine.domain.work import Work

_PARAMS: dict[Kind, TypeAdapter[Any]] = {Kind.COPY: TypeAdapter(CopyParams), Kind.DRAW: TypeAdapter(DrawParams)}
_REVISION: TypeAdapter[Revision | None] = TypeAdapter(Revision | None)
_WORK: TypeAdapter[Work | None] = TypeAdapter(Annotated[Work, Field(discriminator="type")] | None)
_RESULT = TypeAdapter(Result)
_FINDINGS = TypeAdapter(tuple[Finding, ...])


def request_to_json(request: Request) -> str:
    params = _PARAMS[request.kind].dump_python(request.params, mode="json")
    revision = _REVISION.dump_python(request.revision, mode="json")
    work = _WORK.dump_python(request.work, mode="json")
    data = {
        "prompt": request.prompt,
        "params": params,
        "revision": revision,
        "appeal_of": request.appeal_of,
        "work": work,
    }
    return json.dumps(data, ensure_ascii=False)


def model_to_json(model: str | None) -> str:
    """How `request_to_json` writes the model asked for. No prompt reads like it: quotes inside of texts are escaped."""
    return json.dumps({"model": model}, ensure_ascii=False)[1:-1]


def work_to_json(kind: str) -> str:
    """How `request_to_json` writes which work it is. No text reads like it: quotes inside of texts are escaped."""
    return json.dumps({"type": kind})[1:-1]


def request_from_json(kind: Kind, text: str) -> Request:
    """Fields that an older version did not write get their defaults; those it no longer has are dropped."""
    data = json.loads(text)
    params: Params = _PARAMS[kind].validate_python(data["params"])
    revision = _REVISION.validate_python(data["revision"])
    work = _WORK.validate_python(data.get("work"))
    return Request(kind, data["prompt"], params, revision, data.get("appeal_of", ""), work)


def result_to_json(result: Result) -> str:
    return _RESULT.dump_json(result).decode()


def result_from_json(text: str) -> Result:
    return _RESULT.validate_json(text)


def new_row(new: NewJob, root_id: str, version: int, queued_at: float, turn: int = 0) -> dict[str, Any]:
    """The row of a job that was just accepted."""
    return {
        "id": new.id,
        "dedupe_key": new.dedupe_key,
        "workspace": new.origin.workspace,
        "channel": new.origin.channel,
        "requester": new.origin.user,
        "thread": new.origin.thread,
        "locale": new.origin.locale,
        "kind": new.request.kind.value,
        "request": request_to_json(new.request),
        "root_id": root_id,
        "version": version,
        "state": State.ACCEPTED.value,
        "attempts": 0,
        "cancel_requested": False,
        "created_at": new.created_at,
        "queued_at": queued_at,
        "turn": turn,
        "images": images_of(new.request),
        "delivered": False,
        "trace": new.trace or None,
    }


def new_job(new: NewJob, row: Mapping[str, Any]) -> Job:
    """What `job_from_row` would make of `new_row`'s row, which nobody has touched since."""
    return Job(
        id=new.id,
        origin=new.origin,
        request=new.request,
        created_at=new.created_at,
        state=State.ACCEPTED,
        root_id=row["root_id"],
        version=row["version"],
        trace=new.trace,
        queued_at=row["queued_at"],
    )


def job_from_row(row: RowMapping) -> Job:
    return Job(
        id=row["id"],
        origin=Origin(row["workspace"], row["channel"], row["requester"], row["thread"], row["locale"]),
        request=request_from_json(Kind(row["kind"]), row["request"]),
        created_at=row["created_at"],
        state=State(row["state"]),
        root_id=row["root_id"],
        version=row["version"],
        attempts=row["attempts"],
        cancel_requested=row["cancel_requested"],
        queued_at=row["queued_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        result=result_from_json(row["result"]) if row["result"] is not None else None,
        forgotten_at=row["forgotten_at"],
        trace=row["trace"] or "",
        picked=row["picked"],
    )


def event_from_row(row: RowMapping) -> JobEvent:
    return JobEvent(row["job_id"], row["at"], row["name"], row["detail"])


def delivery_from_row(row: RowMapping) -> Delivery:
    files, audience = json.loads(row["files"]), Audience(row["audience"])
    return Delivery(row["job_id"], row["message"], files, row["shown"], row["done"], audience)


def audit_row(entry: AuditEntry) -> dict[str, Any]:
    """Without NUL, which PostgreSQL stores in no text."""
    row = {name: getattr(entry, name) for name in AuditEntry.__slots__}
    row |= {"event": entry.event.value, "findings": _FINDINGS.dump_json(entry.findings).decode()}
    return {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in row.items()}


def audit_entry(row: RowMapping) -> AuditEntry:
    values = {name: row[name] for name in AuditEntry.__slots__}
    return AuditEntry(
        **{**values, "event": AuditEvent(row["event"]), "findings": _FINDINGS.validate_json(row["findings"])}
    )
