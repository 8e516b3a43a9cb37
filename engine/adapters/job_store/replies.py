"""What became of drafts: sent, rated, kept. The port ReplyLog; what a reply says is written with its job."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import RowMapping
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from engine.adapters.job_store.codec import request_from_json, result_from_json
from engine.adapters.job_store.database import Database
from engine.adapters.job_store.tables import canned_replies, deliveries, jobs, ratings, sent_replies
from engine.domain.citing import unmarked
from engine.domain.job import Audience
from engine.domain.replies import CannedReply, Rating, ReplyStats, SentReply, prompt_of
from engine.domain.request import Kind
from engine.domain.result import Result
from engine.domain.work import Sending

T = TypeVar("T")

_PAGE = 500
_SENDING = '"type": "sending"'
"""How the request of a job that sends reads in its row; no text reads like it, quotes inside of texts are escaped."""


class SqlReplyLog:
    """Safe to use from many threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sent_reply(self, sent_id: str) -> SentReply | None:
        with self._database.read() as connection:
            found = sa.select(sent_replies).where(sent_replies.c.sent_id == sent_id, posted())
            row = connection.execute(found).mappings().first()
        return _sent(row) if row is not None else None

    def sent_replies(self, since: float = 0.0) -> Iterator[SentReply]:
        rows = sa.select(sent_replies).where(sent_replies.c.at >= since, posted())
        yield from self._pages(rows, (sent_replies.c.at, sent_replies.c.id), _sent)

    def rate(self, rating: Rating) -> None:
        row = {name: getattr(rating, name) for name in ("job_id", "workspace", "up", "at", "reason")}
        row["requester"] = rating.user
        with self._database.write() as connection:
            insert = _insert(connection)(ratings).values(**row)
            said = {name: row[name] for name in ("up", "at", "reason")}
            connection.execute(insert.on_conflict_do_update(index_elements=["job_id", "requester"], set_=said))

    def ratings(self, since: float = 0.0) -> Iterator[Rating]:
        rows = sa.select(ratings).where(ratings.c.at >= since)
        yield from self._pages(rows, (ratings.c.at, ratings.c.job_id, ratings.c.requester), _rating)

    def save_canned(self, reply: CannedReply) -> bool:
        row = {name: getattr(reply, name) for name in CannedReply.__slots__}
        with self._database.write() as connection:
            insert = _insert(connection)(canned_replies).values(**row).on_conflict_do_nothing()
            return connection.scalar(insert.returning(canned_replies.c.id)) is not None

    def canned(self, workspace: str) -> tuple[CannedReply, ...]:
        found = sa.select(canned_replies).where(canned_replies.c.workspace == workspace)
        newest = found.order_by(canned_replies.c.at.desc(), canned_replies.c.id)
        with self._database.read() as connection:
            return tuple(_canned(row) for row in connection.execute(newest).mappings())

    def unlearned(self, workspace: str) -> tuple[CannedReply, ...]:
        mine = sa.and_(canned_replies.c.workspace == workspace, canned_replies.c.learned.is_(False))
        with self._database.read() as connection:
            found = sa.select(canned_replies).where(mine).order_by(canned_replies.c.at, canned_replies.c.id)
            return tuple(_canned(row) for row in connection.execute(found).mappings())

    def learned(self, reply_id: str) -> bool:
        known = sa.update(canned_replies).where(canned_replies.c.id == reply_id).values(learned=True)
        with self._database.write() as connection:
            return connection.execute(known).rowcount > 0

    def canned_reply(self, reply_id: str) -> CannedReply | None:
        with self._database.read() as connection:
            found = sa.select(canned_replies).where(canned_replies.c.id == reply_id)
            row = connection.execute(found).mappings().first()
        return _canned(row) if row is not None else None

    def forget_canned(self, reply_id: str) -> None:
        with self._database.write() as connection:
            connection.execute(sa.delete(canned_replies).where(canned_replies.c.id == reply_id))

    def reply_stats(self, since: float = 0.0, workspace: str = "") -> ReplyStats:
        with self._database.read() as connection:
            sent = _since(sent_replies, sent_replies.c.distance, since, workspace).where(posted())
            distances = connection.scalars(sent).all()
            thumbs = connection.scalars(_since(ratings, ratings.c.up, since, workspace)).all()
        median = float(statistics.median(distances)) if distances else None
        return ReplyStats(len(distances), distances.count(0), median, sum(thumbs), len(thumbs) - sum(thumbs))

    def _pages(
        self, rows: sa.Select[Any], key: Sequence[sa.Column[Any]], made: Callable[[RowMapping], T]
    ) -> Iterator[T]:
        """By `key`, read in pages: a long log is neither held in memory nor locked."""
        found = rows.order_by(*key).limit(_PAGE)
        after: tuple[Any, ...] | None = None
        while True:
            page = found if after is None else found.where(sa.tuple_(*key) > sa.tuple_(*map(sa.literal, after)))
            with self._database.read() as connection:
                read = connection.execute(page).mappings().all()
            yield from map(made, read)
            if len(read) < _PAGE:
                return
            after = tuple(read[-1][column.name] for column in key)


def posted() -> sa.ColumnElement[bool]:
    """Whether a reply stands in the customer's thread: a channel may not have taken it."""
    return sa.exists().where(
        deliveries.c.job_id == sent_replies.c.sent_id,
        deliveries.c.audience == Audience.REQUESTER.value,
        deliveries.c.message != "",
    )


def sends(row: RowMapping) -> bool:
    """Whether this job is to send a reply."""
    return _SENDING in row["request"]


def write(connection: Connection, row: RowMapping, result: Result, at: float) -> None:
    """Record what a job sends, if that is what it does, in the transaction in which it succeeds."""
    if not sends(row) or not result.artifacts:
        return
    work = request_from_json(Kind(row["kind"]), row["request"]).work
    if not isinstance(work, Sending):
        return
    thread, draft = _drafted(connection, work.draft_id)
    prompt = thread or work.question
    sent = unmarked(result.artifacts[0].text)  # an agent may keep the numbers, which is no change
    from rapidfuzz.distance import Levenshtein  # only processes that see a reply sent need it

    values = {name: row[name] for name in ("workspace", "channel", "requester")}
    values |= {"sent_id": row["id"], "draft_id": work.draft_id, "at": at, "reason": work.reason}
    values |= {"prompt": prompt, "draft": draft, "sent": sent, "distance": Levenshtein.distance(draft, sent)}
    connection.execute(sa.insert(sent_replies).values(**values))


def forget(connection: Connection, job_ids: Sequence[str]) -> None:
    """Blank the texts of what these jobs drafted or sent, and why people liked it or not."""
    texts = sa.update(sent_replies).where(_of(job_ids)).values(prompt="", draft="", sent="", reason="")
    connection.execute(texts)
    connection.execute(sa.update(ratings).where(ratings.c.job_id.in_(job_ids)).values(reason=""))


def remove(connection: Connection, job_ids: Sequence[str]) -> None:
    """Delete all that is known of what these jobs drafted or sent."""
    connection.execute(sa.delete(sent_replies).where(_of(job_ids)))
    connection.execute(sa.delete(ratings).where(ratings.c.job_id.in_(job_ids)))


def _of(job_ids: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.or_(sent_replies.c.sent_id.in_(job_ids), sent_replies.c.draft_id.in_(job_ids))


def _drafted(connection: Connection, draft_id: str) -> tuple[str, str]:
    """The thread and the draft; "" of a job that is gone."""
    row = connection.execute(sa.select(jobs).where(jobs.c.id == draft_id)).mappings().first()
    if row is None:
        return "", ""
    request = request_from_json(Kind(row["kind"]), row["request"])
    result = result_from_json(row["result"]) if row["result"] is not None else Result()
    return prompt_of(request), unmarked(result.artifacts[0].text) if result.artifacts else ""


def _since(table: sa.Table, column: sa.Column[Any], since: float, workspace: str) -> sa.Select[Any]:
    found = sa.select(column).where(table.c.at >= since)
    return found.where(table.c.workspace == workspace) if workspace else found


def _insert(connection: Connection) -> Any:
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


def _sent(row: RowMapping) -> SentReply:
    values = {name: row[name] for name in SentReply.__slots__ if name != "user"}
    return SentReply(**values, user=row["requester"])


def _canned(row: RowMapping) -> CannedReply:
    return CannedReply(**{name: row[name] for name in CannedReply.__slots__})


def _rating(row: RowMapping) -> Rating:
    return Rating(row["job_id"], row["workspace"], row["requester"], row["up"], row["at"], row["reason"])
