"""Fakes of the engine's ports: they keep the ports' promises, in memory, and remember what was asked of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.domain.knowledge import Hit, Passage, Reader
from engine.domain.provenance import Labelled, Making, Record
from engine.domain.replies import CannedReply, Rating, ReplyStats, SentReply
from engine.domain.request import Kind
from engine.domain.result import Progress
from engine.domain.safety import NOTHING_TOLD, Action, Category, Finding, Masked, Stage, Told, Verdict, Where
from engine.domain.task import (
    ImageDone,
    ImageEvent,
    ImageStep,
    ImageTask,
    ImageUsage,
    ModelInfo,
    TextDelta,
    TextEnd,
    TextEvent,
    TextTask,
    TextUsage,
)
from engine.errors import ArtifactMissing, EngineError, Interrupted, ModelNotFound, QueueUnavailable
from engine.knowledge.words import words
from engine.ports import Canceled, ImageBackend, Stored, StreamCheck, TextBackend

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class FakeQueue:
    """Remembers what was queued; `down` makes it refuse."""

    generated: list[str] = field(default_factory=list)
    delays_s: list[float] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)
    backlog: int = 0
    empty: bool = False
    """It lost everything."""
    down: bool = False

    def generate(self, job_id: str, kind: Kind, delay_s: float = 0.0) -> None:
        self._check()
        self.generated.append(job_id)
        self.delays_s.append(delay_s)

    def deliver(self, job_id: str) -> None:
        self._check()
        self.delivered.append(job_id)

    def waiting(self, kind: Kind) -> int:
        self._check()
        return self.backlog

    def forgot(self) -> bool:
        self._check()
        return self.empty

    def remember(self) -> None:
        self._check()
        self.empty = False

    def _check(self) -> None:
        if self.down:
            raise QueueUnavailable("the broker is down")


@dataclass
class FakeProgressBoard:
    """Keeps all progress, the latest last."""

    shown: dict[str, list[Progress]] = field(default_factory=dict)

    def put(self, job_id: str, progress: Progress) -> None:
        self.shown.setdefault(job_id, []).append(progress)

    def get(self, job_id: str) -> Progress | None:
        return self.shown[job_id][-1] if job_id in self.shown else None


@dataclass
class FakeArtifactStore:
    """Bytes by hash, in a dict; all are put at the time `now`."""

    kept: dict[str, bytes] = field(default_factory=dict)
    put_at: dict[str, float] = field(default_factory=dict)
    now: float = 0.0

    def put(self, data: bytes, extension: str) -> str:
        key = f"{hashlib.sha256(data).hexdigest()}.{extension}"
        self.kept[key], self.put_at[key] = data, self.now
        return key

    def get(self, key: str) -> bytes:
        if key not in self.kept:
            raise ArtifactMissing(f"artifact {key} is gone")
        return self.kept[key]

    def names(self) -> Iterator[str]:
        yield from list(self.kept)

    def stat(self, name: str) -> Stored | None:
        return Stored(len(self.kept[name]), self.put_at.get(name, 0.0)) if name in self.kept else None

    def delete(self, name: str, before: float) -> bool:
        found = self.stat(name)
        if found is None or found.at >= before:
            return False
        del self.kept[name]
        return True


@dataclass
class FakeLabeller:
    """Adds a word to the bytes, and remembers what it was told."""

    marks: bool = True
    error: EngineError | None = None
    made: list[Making] = field(default_factory=list)

    def label(self, data: bytes, making: Making) -> Labelled:
        if self.error is not None:
            raise self.error
        self.made.append(making)
        return Labelled(data + b" labelled", self.marks, "f0" * 8)

    def preview(self, data: bytes, locale: str) -> bytes:
        return data + b" marked"

    def words(self, made_id: str) -> str:
        return f"made by AI: {made_id}"


@dataclass
class FakeProvenanceRecord:
    """What was made, in a list."""

    records: list[Record] = field(default_factory=list)

    def made(self, contents: Sequence[str], workspace: str) -> Record | None:
        return next((r for r in self._of(workspace) if r.content in contents), None)

    def similar(self, fingerprint: str, most: int, workspace: str) -> tuple[Record, int] | None:
        found = [
            (r, (int(r.fingerprint, 16) ^ int(fingerprint, 16)).bit_count())
            for r in self._of(workspace)
            if r.fingerprint
        ]
        near = [(record, bits) for record, bits in found if bits <= most]
        return min(near, key=lambda pair: pair[1], default=None)

    def of_job(self, job_id: str, workspace: str) -> Record | None:
        return next((r for r in self._of(workspace) if r.job_id == job_id), None)

    def _of(self, workspace: str) -> list[Record]:
        return [record for record in self.records if workspace in ("", record.workspace)]


@dataclass
class FakeTextBackend:
    """Says `words`, the same for every variant; `error` is raised after the first `before_error` words."""

    words: tuple[str, ...] = ("Steel. ", "For life. ", "Yours.")
    name: str = "fake-text"
    error: Exception | None = None
    before_error: int = 1
    cost_usd: float | None = None
    on_word: Callable[[], None] = lambda: None
    tasks: list[TextTask] = field(default_factory=list)
    ready: bool = False
    closed: bool = False

    def setup(self) -> None:
        self.ready = True

    def generate(self, task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        self.tasks.append(task)
        for number, word in enumerate(self.words):
            if canceled():
                raise Interrupted("canceled")
            if self.error is not None and number == self.before_error:
                raise self.error
            for index in range(task.n):
                yield TextDelta(index, word)
            self.on_word()
        if canceled():
            raise Interrupted("canceled")
        for index in range(task.n):
            yield TextEnd(index, truncated=len(self.words) > 8)
        yield TextUsage(
            7, len(self.words) * task.n, self.cost_usd, settings=(("temperature", task.temperature or 0.7),)
        )

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeImageBackend:
    """Draws bytes that begin as PNG does and name their seed; with previews at the steps that `previewed` allows."""

    name: str = "fake-image"
    supports_init_image: bool = True
    steps: int = 3
    previewed: Callable[[int], bool] = lambda step: True
    flagged: tuple[int, ...] = ()
    cost_usd: float | None = None
    on_step: Callable[[], None] = lambda: None
    tasks: list[ImageTask] = field(default_factory=list)
    ready: bool = False
    closed: bool = False

    def setup(self) -> None:
        self.ready = True

    def generate(self, task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        self.tasks.append(task)
        for step in range(1, self.steps + 1):
            if canceled():
                raise Interrupted("canceled")
            previews = tuple(PNG + b"preview %d" % step for _ in range(task.n if self.previewed(step) else 0))
            yield ImageStep(step, self.steps, previews)
            self.on_step()
        for index in range(task.n):
            seed = task.seed + index
            png = PNG + b"image %d" % seed
            yield ImageDone(index, png, seed, task.width_px or 64, task.height_px or 64, index in self.flagged)
        yield ImageUsage(self.cost_usd, settings=(("steps", task.steps or self.steps),))

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeSafety:
    """Refuses what contains a word of `forbidden`, or on appeal asks for a review, as of a word of `doubtful`.

    Puts "[hidden]" for each word of `secret`; `never` is sexual/minors, `advice` gets a disclaimer.
    """

    forbidden: tuple[str, ...] = ("forbidden",)
    doubtful: tuple[str, ...] = ("doubtful",)
    never: tuple[str, ...] = ("underage",)
    secret: tuple[str, ...] = ("secret",)
    advice: tuple[str, ...] = ("advice",)
    delicate: tuple[str, ...] = ("delicate",)
    asked: list[str] = field(default_factory=list)
    places: set[Where] = field(default_factory=set)

    def check_prompt(self, text: str, where: Where, stage: Stage = Stage.PROMPT) -> Verdict:
        self.asked.append(text)
        self.places.add(where)
        return self._verdict(text, stage, where)

    def mask(self, texts: Sequence[str], where: Where) -> Masked:
        """Each word of `secret` may come back."""
        values = {
            f"[word {number}]": word
            for number, word in enumerate(self.secret, 1)
            if any(word in text for text in texts)
        }
        for name, word in values.items():
            texts = [text.replace(word, name) for text in texts]
        return Masked(_verdict(Action.ALLOW, Stage.PROMPT), tuple(texts), values)

    def check_text(self, text: str, where: Where, told: Told = NOTHING_TOLD) -> Verdict:
        self.places.add(where)
        return self._verdict(text, Stage.OUTPUT, where)

    def second_look(self, texts: Sequence[str], where: Where) -> Verdict:
        """For each word of `delicate`."""
        if any(word in text for text in texts for word in self.delicate):
            return _verdict(Action.REVIEW, Stage.OUTPUT, category=Category.FOUR_EYES)
        return _verdict(Action.ALLOW, Stage.OUTPUT)

    def check_image(self, image: bytes, where: Where, stage: Stage = Stage.OUTPUT) -> Verdict:
        self.places.add(where)
        return self._verdict(image.decode(errors="replace"), stage, where)

    def stream(self, where: Where, told: Told = NOTHING_TOLD) -> StreamCheck:
        return FakeStream(self, where)

    def _verdict(self, text: str, stage: Stage, where: Where) -> Verdict:
        if any(word in text for word in self.never):
            return _verdict(Action.REFUSE, stage, category=Category.SEXUAL_MINORS)
        forbidden = any(word in text for word in self.forbidden)
        if forbidden and not where.appeal:
            return _verdict(Action.REFUSE, stage)
        if any(word in text for word in self.advice):
            return _verdict(Action.DISCLAIM, stage, category=Category.ADVICE_LEGAL)
        hidden = text
        for word in self.secret:
            hidden = hidden.replace(word, "[hidden]")
        shown = None if hidden == text else hidden
        if forbidden or any(word in text for word in self.doubtful):
            return _verdict(Action.REVIEW, stage, shown)
        return _verdict(Action.ALLOW, stage) if shown is None else _verdict(Action.REDACT, stage, shown)


@dataclass
class FakeStream:
    """Clears up to the last full stop."""

    safety: FakeSafety
    where: Where
    text: str = ""
    refused: bool = False

    def feed(self, text: str) -> str:
        self.text += text
        verdict = self.safety.check_text(self.text, self.where)
        self.refused = self.refused or not verdict.allowed
        sentences = (verdict.text or self.text).rpartition(".")
        return "" if self.refused else sentences[0] + sentences[1]

    def finish(self) -> Verdict:
        return self.safety.check_text(self.text, self.where)


@dataclass
class FakeKnowledge:
    """Finds `hits` for every question that has a word of `about`, if it names any; remembers who asked what."""

    hits: tuple[Hit, ...] = ()
    about: tuple[str, ...] = ()
    error: EngineError | None = None
    asked: list[tuple[str, Reader]] = field(default_factory=list)
    kept: list[CannedReply] = field(default_factory=list)
    alike: float = 1.0
    translations: dict[tuple[str, str], Passage] = field(default_factory=dict)
    """By a passage's id and a language."""

    def search(self, question: str, reader: Reader, limit: int = 5) -> tuple[Hit, ...]:
        self.asked.append((question, reader))
        if self.error is not None:
            raise self.error
        found = not self.about or any(word in question for word in self.about)
        kept = tuple(
            Hit(Passage(reply.id, reply.id, "v", reply.question, reply.answer, lang=reply.lang, canned=True), 0.95)
            for reply in self.kept
            if reply.scope in reader.scopes
        )
        return (*kept, *(self.hits if found else ()))[:limit]

    def likeness(self, text: str, others: Sequence[str]) -> float:
        return self.alike

    def translation(self, passage: Passage, lang: str, reader: Reader) -> Passage | None:
        return self.translations.get((passage.id, lang))

    def keep(self, reply: CannedReply) -> None:
        self.forget(reply)
        self.kept.append(reply)

    def forget(self, reply: CannedReply) -> None:
        self.kept = [each for each in self.kept if each.id != reply.id]


@dataclass
class FakeReplyLog:
    """Keeps answers, thumbs and what was sent, in lists."""

    sent: list[SentReply] = field(default_factory=list)
    rated: list[Rating] = field(default_factory=list)
    kept: list[CannedReply] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    """Ids of those that the knowledge base has learned."""

    def sent_reply(self, sent_id: str) -> SentReply | None:
        return next((reply for reply in self.sent if reply.sent_id == sent_id), None)

    def sent_replies(self, since: float = 0.0) -> Iterator[SentReply]:
        yield from (reply for reply in self.sent if reply.at >= since)

    def rate(self, rating: Rating) -> None:
        said = (rating.job_id, rating.user)
        self.rated = [each for each in self.rated if (each.job_id, each.user) != said] + [rating]

    def ratings(self, since: float = 0.0) -> Iterator[Rating]:
        yield from (rating for rating in self.rated if rating.at >= since)

    def save_canned(self, reply: CannedReply) -> bool:
        new = all(each.id != reply.id for each in self.kept)
        self.kept += [reply] if new else []
        return new

    def canned(self, workspace: str) -> tuple[CannedReply, ...]:
        return tuple(sorted((r for r in self.kept if r.workspace == workspace), key=lambda r: -r.at))

    def unlearned(self, workspace: str) -> tuple[CannedReply, ...]:
        return tuple(reply for reply in self.kept if reply.workspace == workspace and reply.id not in self.known)

    def learned(self, reply_id: str) -> bool:
        self.known.add(reply_id)
        return self.canned_reply(reply_id) is not None

    def canned_reply(self, reply_id: str) -> CannedReply | None:
        return next((reply for reply in self.kept if reply.id == reply_id), None)

    def forget_canned(self, reply_id: str) -> None:
        self.kept = [reply for reply in self.kept if reply.id != reply_id]

    def reply_stats(self, since: float = 0.0, workspace: str = "") -> ReplyStats:
        up = sum(rating.up for rating in self.rated)
        return ReplyStats(len(self.sent), sum(r.unchanged for r in self.sent), None, up, len(self.rated) - up)


@dataclass
class FakeBackends:
    """One backend of each kind; any model but "none" is found."""

    text_backend: TextBackend = field(default_factory=FakeTextBackend)
    image_backend: ImageBackend = field(default_factory=FakeImageBackend)
    error: EngineError | None = None
    loaded: bool = True
    outside: bool = False
    embedded: bool = False

    def text(self, model: str | None) -> TextBackend:
        self._find(model)
        return self.text_backend

    def image(self, model: str | None) -> ImageBackend:
        self._find(model)
        return self.image_backend

    def info(self, kind: Kind, model: str | None) -> ModelInfo:
        self._find(model)
        name = self.text_backend.name if kind is Kind.COPY else self.image_backend.name
        return ModelInfo(model or name, "fake", self.loaded, self.outside, self.embedded)

    def _find(self, model: str | None) -> None:
        if self.error is not None:
            raise self.error
        if model == "none":
            raise ModelNotFound("no model none", model="none")


@dataclass
class FakeEmbedder:
    """Texts that share words are near each other; the same text is the same vector in every process."""

    asked: list[str] = field(default_factory=list)
    error: EngineError | None = None

    def embed(self, texts: Sequence[str], *, questions: bool = False) -> npt.NDArray[np.float32]:
        import numpy as np

        if self.error is not None:
            raise self.error
        self.asked += texts
        found = np.stack([sum((_word_vector(word) for word in words(text)), np.zeros(384)) for text in texts])
        length = np.linalg.norm(found, axis=1, keepdims=True)
        vectors: npt.NDArray[np.float32] = (found / np.maximum(length, 1e-9)).astype(np.float32)
        return vectors


@dataclass
class FakeAnswerScorer:
    """How likely a passage answers is the share of the question's words that it has."""

    read: list[tuple[str, ...]] = field(default_factory=list)
    error: EngineError | None = None

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        if self.error is not None:
            raise self.error
        self.read.append(tuple(passages))
        asked = set(words(question))
        return [len(asked & set(words(passage))) / max(1, len(asked)) for passage in passages]


def _word_vector(word: str) -> npt.NDArray[np.float64]:
    import numpy as np

    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
    vector: npt.NDArray[np.float64] = np.random.default_rng(seed).normal(size=384)
    return vector


def _verdict(
    action: Action, stage: Stage, text: str | None = None, category: Category = Category.COMPANY_RULE
) -> Verdict:
    findings = () if action is Action.ALLOW else (Finding(category, 1.0, action, "fake"),)
    return Verdict(action, stage, "fake@1", findings, text)
