"""What the road needs from the outside, as protocols; each has an adapter and a fake of the same name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.domain.audit import AuditEntry
from engine.domain.indexing import Candidates, Counts, Indexed, Sought
from engine.domain.job import Audience, Delivery, Heard, Job, JobEvent, NewJob, Origin, State, Submitted, Wanted
from engine.domain.knowledge import Alias, Document, Hit, Lesson, Passage, Reader
from engine.domain.limits import Denial, Limits, Scope, Spent, Use
from engine.domain.provenance import Labelled, Making, Record
from engine.domain.recipe import Recipe
from engine.domain.replies import CannedReply, Rating, ReplyStats, SentReply
from engine.domain.request import Kind
from engine.domain.result import NOTHING_USED, Progress, Result, Usage
from engine.domain.review import Decision
from engine.domain.rows import Pace, RowMade
from engine.domain.safety import NOTHING_TOLD, Masked, Stage, Told, Verdict, Where
from engine.domain.saved import SavedRecipe
from engine.domain.task import ImageEvent, ImageTask, ModelInfo, TextEvent, TextTask
from engine.domain.usage import By, UsageSum
from engine.domain.voice import Voice

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]

Canceled = Callable[[], bool]
"""Asked between tokens and between steps; True means: stop and raise Interrupted."""


class TextBackend(Protocol):
    """Writes. Called from many threads at once; batches across them where it can."""

    name: str

    def setup(self) -> None:
        """Load the model; once, in the worker's process. Raises ModelNotFound, ModelCorrupt, OutOfMemory."""

    def generate(self, task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        """Yield TextDelta and TextEnd per variant as they come, and one TextUsage at the end."""

    def close(self) -> None:
        """Let go of memory and threads."""


class ImageBackend(Protocol):
    """Draws. Called from many threads at once; batches across them where it can."""

    name: str
    supports_init_image: bool

    def setup(self) -> None:
        """Load the model; once, in the worker's process. Raises ModelNotFound, ModelCorrupt, OutOfMemory."""

    def generate(self, task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        """Yield an ImageStep at some steps, an ImageDone per image, and one ImageUsage at the end."""

    def close(self) -> None:
        """Let go of memory and threads."""


class StreamCheck(Protocol):
    """Clears one text while it is written, sentence by sentence; holds back what is not cleared yet."""

    def feed(self, text: str) -> str:
        """Take new text; return all text cleared so far. Once refused it returns "" for good."""

    def finish(self) -> Verdict:
        """No more text: the verdict on the whole, whose `text` is what may be shown (redacted if need be)."""

    @property
    def refused(self) -> bool: ...


class SafetyFilter(Protocol):
    """Decides what may go in and what may come out. Fails closed: it answers with a refusal, never raises."""

    def check_prompt(self, text: str, where: Where, stage: Stage = Stage.PROMPT) -> Verdict:
        """`stage` is CONTEXT for what goes into a prompt and was not written by its requester."""

    def mask(self, texts: Sequence[str], where: Where) -> Masked:
        """All that goes to an outside API in one call, without secrets and, by policy, without personal data."""

    def check_text(self, text: str, where: Where, told: Told = NOTHING_TOLD) -> Verdict:
        """`told` is what the text was made from; without it no link counts as asked for."""

    def second_look(self, texts: Sequence[str], where: Where) -> Verdict:
        """REVIEW, for category FOUR_EYES, where a second person must see a reply before a customer does; else ALLOW.

        `texts` are the reply and what it answers.
        """

    def check_image(self, image: bytes, where: Where, stage: Stage = Stage.OUTPUT) -> Verdict:
        """`image` is a PNG, JPEG or WebP file; an uploaded one to start from is of stage PROMPT."""

    def stream(self, where: Where, told: Told = NOTHING_TOLD) -> StreamCheck: ...


class Knowledge(Protocol):
    """What the company knows, searched. Safe to use from many threads."""

    def search(self, question: str, reader: Reader, limit: int = 5) -> tuple[Hit, ...]:
        """The passages that answer it best, best first; none where nothing applies.

        Only what `reader` may be answered from. Raises KnowledgeUnavailable.
        """

    def likeness(self, text: str, others: Sequence[str]) -> float:
        """How alike in meaning a text is to the most alike of others, whatever their languages: a cosine.

        Raises KnowledgeUnavailable.
        """

    def keep(self, reply: CannedReply) -> None:
        """Have an answer found by its question from now on; again is no harm.

        Raises KnowledgeUnavailable and StoreUnavailable.
        """


class Recipes(Protocol):
    """What can be written and drawn by name."""

    def find(self, name: str) -> Recipe | None:
        """By name, in any case; None if there is none."""


class Library(Protocol):
    """What the company knows, added to. Raises KnowledgeUnavailable and StoreUnavailable."""

    def learn(self, name: str, data: bytes, *, scope: str, source: str = "", url: str = "", by: str = "") -> Lesson:
        """Take in one file, or say why it cannot be read; what has the same source and scope is replaced."""


class Embedder(Protocol):
    """Turns texts into vectors that are near each other where they mean the same. Safe to use from many threads."""

    def embed(self, texts: Sequence[str], *, questions: bool = False) -> Vectors:
        """(texts, width), float32, each of length 1; `questions` are compared with what was embedded without.

        Raises KnowledgeUnavailable where the model is missing or damaged.
        """


class PassageStore(Protocol):
    """Keeps documents in passages, and finds those that may answer. All methods raise StoreUnavailable."""

    def documents(self) -> tuple[Document, ...]:
        """All, by scope and source."""

    def document(self, document_id: str) -> Document | None: ...

    def passage_ids(self, document_id: str) -> frozenset[str]: ...

    def put(self, document: Document, passages: Sequence[Indexed], aliases: Sequence[Alias] = ()) -> None:
        """Store a document and the aliases that it tells, in place of the version before, in one transaction.

        Raises PassagesGone, and stores nothing, where one without a vector is not there to stay.
        """

    def remove(self, document_ids: Collection[str]) -> int:
        """With their passages and the aliases that they told, and the answers of agents that they are; how many."""

    def candidates(self, sought: Sought) -> Candidates:
        """The nearest by vector and the best by words, of these scopes alone."""

    def passages(self, numbers: Collection[int], scopes: Collection[str]) -> dict[int, Passage]:
        """By number; those that are gone, or of other scopes, are left out."""

    def counts(self, words: Collection[str]) -> Counts: ...

    def stored(self, document_id: str) -> tuple[Passage, ...]:
        """All passages of a document, in order."""

    def revector(self, vectors: Mapping[str, tuple[bytes, bytes]]) -> None:
        """Replace vector and signature of passages, by id."""

    def aliases(self, scopes: Collection[str] | None = None) -> tuple[Alias, ...]:
        """All, or those of some scopes."""

    def put_aliases(self, document_id: str, aliases: Sequence[Alias]) -> None:
        """In place of those that were there of this document, or with "" of those that people entered.

        Those of a document are stored with it (`put`).
        """


class Voices(Protocol):
    """How the company and its teams write."""

    def of(self, origin: Origin) -> Voice:
        """All that holds for a text that is asked for there, by that user."""


class Labeller(Protocol):
    """Puts onto a picture, and into its file, that an AI made it."""

    def label(self, data: bytes, making: Making) -> Labelled:
        """A PNG, JPEG or WebP with all its labels, in the same format. Raises LabelFailed: nothing goes without."""

    def preview(self, data: bytes, locale: str) -> bytes:
        """A glimpse of a picture with the visible mark, if the policy has it drawn. Raises LabelFailed."""


class ProvenanceRecord(Protocol):
    """All that was made, written down when a job finishes: what is asked when a label is lost.

    `workspace` "" means any. All methods raise StoreUnavailable.
    """

    def made(self, contents: Sequence[str], workspace: str) -> Record | None:
        """The first thing made with one of these contents: SHA-256 of a file, `domain.wording.digest` of a text."""

    def similar(self, fingerprint: str, most: int, workspace: str) -> tuple[Record, int] | None:
        """The picture that looks most like it, and in how many bits it differs, at most `most` (of 64, up to 7)."""

    def of_job(self, job_id: str, workspace: str) -> Record | None:
        """The first thing that a job made."""


class JobStore(Protocol):
    """The truth about jobs. Every change of state writes its JobEvent in the same transaction.

    All methods raise StoreUnavailable when the database cannot be reached.
    """

    def add(self, jobs: Sequence[NewJob]) -> list[Submitted]:
        """Store all in one transaction, durable on return; a known `dedupe_key` returns the earlier job."""

    def admit(self, jobs: Sequence[NewJob], limits: Limits) -> list[Submitted | Denial]:
        """As `add`, but for what goes over the limits, which is counted in the same transaction.

        A known `dedupe_key` returns the earlier job, whatever the limits say now.
        """

    def get(self, job_id: str) -> Job | None: ...

    def claim(self, job_id: str, owner: str, lease_s: float) -> Job | None:
        """Take an accepted job, or a running one whose lease ran out; None if it is not to be had.

        `owner` names this one attempt, and no other: whoever knows it holds the job until it is handed back, finished
        or, once its lease ran out, taken by another.
        A job claimed for the `max_attempts + 1`-th time becomes FAILED with code TOO_MANY_ATTEMPTS: its dead letter.
        """

    def take_turn(self, job_id: str, owner: str, lease_s: float) -> Job | None:
        """Claim the waiting job of this one's kind whose turn it is: people take turns, whoever came first goes first.

        `job_id` came through the queue as a sign that something waits; it need not be the job that is claimed.
        """

    def heartbeat(self, owners: Collection[str], lease_s: float) -> Heard:
        """Renew the leases of these attempts; return those that must stop."""

    def hand_back(
        self, job_id: str, owner: str, reason: str, delay_s: float = 0.0, usage: Usage = NOTHING_USED
    ) -> bool:
        """RUNNING -> ACCEPTED, to be queued in `delay_s`; the attempt does not count if reason is DRAINING.

        What the attempt took counts, also when `owner` does not hold the lease any more: then it is False.
        """

    def finish(self, job_id: str, owner: str, state: State, result: Result, audit: Sequence[AuditEntry] = ()) -> bool:
        """Record the outcome if `owner` still holds the lease; False if another result won: what it took counts.

        HELD needs `result.hold`. What its checks found goes to the audit log in the same transaction.
        """

    def decide(self, job_id: str, decision: Decision) -> Job | None:
        """End a review; the job as it is now, whose decision tells who was first. None if unknown.

        A job that is not held stays as it is. The decision is in the audit log in the same transaction.
        """

    def held(self, workspace: str = "") -> tuple[Job, ...]:
        """What waits for a reviewer, in one workspace or in all, oldest first."""

    def expire_reviews(self) -> tuple[str, ...]:
        """Refuse what waited for a reviewer for too long; the ids, whose messages have something to say."""

    def cancel(self, job_id: str, by: str = "") -> Job | None:
        """An accepted or held job is CANCELED at once; of a running one, it is requested. None if unknown.

        Of an accepted one with rows that are made it is requested, too: a worker puts together what there is.
        Whatever a running one still makes, it ends CANCELED unless it is refused or fails. `by` is for its log, where
        it was not its requester.
        """

    def retry(self, job_id: str, by: str) -> Job | None:
        """A failed job is ACCEPTED again, as if it were new, in its own message; `by` is for its log. None if unknown.

        A job that did not fail stays as it is, and so do one whose request is kept no longer and one that sends a
        reply: its agent, who was told that it failed, may have sent it since.
        """

    def pick(self, job_id: str, variant: int, by: str) -> Job | None:
        """Go on with this variant of a result: its message is due again, to say so. None if unknown.

        The latest pick counts. A job without such a variant stays as it is. `by` is for its log.
        """

    def save_rows(self, job_id: str, made: Sequence[RowMade]) -> None:
        """Keep what came of rows of a job's table, durable on return; what is kept of a row already stays."""

    def rows_made(self, job_id: str) -> tuple[RowMade, ...]:
        """What `save_rows` kept, in the table's order."""

    def save_recipe(self, recipe: SavedRecipe) -> bool:
        """Keep a recipe that somebody made; False where their workspace has one of that name."""

    def saved_recipes(self, workspace: str, name: str = "") -> tuple[SavedRecipe, ...]:
        """What a workspace saved, by name; with a name, that one."""

    def remove_recipe(self, workspace: str, name: str) -> bool:
        """False where there is none of that name."""

    def pace(self, model: str) -> Pace:
        """What one text of this model took lately."""

    def find(self, wanted: Wanted) -> tuple[Job, ...]:
        """Jobs, newest first."""

    def position(self, job: Job) -> int:
        """How many jobs of its kind run or will be taken before it; 0 means it is next, or does not wait.

        Others who ask for less may still come before it.
        """

    def expected_wait_s(self, job: Job) -> float | None:
        """How long a waiting job still waits, by what the latest ones took; None if nobody can tell."""

    def lineage(self, job: Job) -> tuple[Job, ...]:
        """The chain of parents up to and including `job`, first version first."""

    def versions(self, root_id: str) -> tuple[Job, ...]:
        """All jobs of one root, by version."""

    def in_thread(self, channel: str, thread: str) -> tuple[Job, ...]:
        """Jobs answered in this thread or whose own message is its root, oldest first."""

    def recent(self, workspace: str, user: str, limit: int) -> tuple[Job, ...]:
        """A person's newest jobs, newest first."""

    def events(self, job_id: str) -> tuple[JobEvent, ...]: ...

    def due(self, kind: Kind) -> int:
        """How many accepted jobs are due: each should have a message in the queue."""

    def lost(self, kind: Kind, older_than: float, most: float = ...) -> tuple[Job, ...]:
        """Jobs to queue again: at most `most` accepted ones due before `older_than`, and running ones without a lease.

        The lease of the latter ran out; they go back to accepted, due ever later (`queued_at`), or end: canceled if
        somebody asked for that, failed after `max_attempts`. The others count as queued now, so that two callers do not
        get the same ones.
        """

    def undelivered(self, older_than: float, *, held_back_too: bool = False) -> tuple[str, ...]:
        """Ids of jobs made and last due before `older_than` of which a delivery is not done; queued now.

        After a delivery that failed a job is due ever later, which `held_back_too` ignores. Before them, whatever
        their state, those whose lock ran out: its holder is dead.
        """

    def unsent(self, job_ids: Sequence[str]) -> None:
        """What `lost` or `undelivered` gave, or a review's end, could not be queued: the next look finds them."""

    def unshown_before(self, job: Job) -> str:
        """The first job asked for before it in the same channel and thread that has no message and needs one, or ""."""

    def delivery(self, job_id: str, audience: Audience = Audience.REQUESTER) -> Delivery: ...

    def save_delivery(
        self,
        delivery: Delivery,
        owner: str,
        lease_s: float,
        *,
        channel: str,
        thread: str,
        state: State,
        picked: int | None = None,
    ) -> bool:
        """Remember where a job was shown and renew the lock; False, and nothing changed, if `owner` lost it.

        `thread` is the thread's root timestamp for later replies. `state` and `picked` are what the message
        shows: the delivery is done only if the job is still so.
        """

    def lock_delivery(self, job_id: str, owner: str, lease_s: float, audience: Audience = Audience.REQUESTER) -> bool:
        """Take the right to deliver; False, with a note that there is more to do, if another has it.

        Should the delivery of an outcome fail, `undelivered` finds it ever later, at most ten minutes after.
        """

    def renew_delivery(self, job_id: str, owner: str, lease_s: float, audience: Audience = Audience.REQUESTER) -> None:
        """A sign of life of the lock's holder, however long Slack takes; nothing happens if `owner` lost it."""

    def unlock_delivery(self, job_id: str, owner: str, audience: Audience = Audience.REQUESTER) -> bool:
        """Let go; True if someone called `lock_delivery` meanwhile, so that there is more to do."""


class UsageLog(Protocol):
    """What was used, by whom and of which model: one entry per job, written when it was made. Raises StoreUnavailable.

    It is kept in the database and not in Redis, which may lose it: nobody's day begins anew after a restart.
    """

    def use(self, scope: Scope, origin: Origin, since: float) -> Use:
        """What this user, channel or workspace has open, and used since then (epoch seconds)."""

    def spent(self, limits: Limits) -> Spent:
        """What models that cost money cost since the day and the month began that `limits` speak of."""

    def usage_sums(self, by: By, since: float, until: float, days: Sequence[float] = ()) -> list[UsageSum]:
        """Sums over [since, until); `days` are the beginnings of the days to sum up by, for By.DAY."""

    def first_notice(self, name: str) -> bool:
        """True for the first who asks with this name: the one to tell people something once."""

    def forget_notice(self, name: str) -> None:
        """It could not be told after all: the next to ask is the first again."""


class AuditLog(Protocol):
    """Who asked for what the policy did not simply allow, and who decided what; nothing in it changes.

    Entries come from the JobStore's methods, in the same transactions. Raises StoreUnavailable.
    """

    def audit_entries(self, since: float = 0.0, until: float = ...) -> Iterator[AuditEntry]:
        """Entries of [since, until), in seconds since the epoch, oldest first."""

    def forget_audit_texts(self, before: float) -> int:
        """Blank the texts of entries older than `before`; how many."""

    def forgettable_audit_texts(self, before: float) -> int:
        """How many that would be."""


class ReplyLog(Protocol):
    """What became of drafts. All methods raise StoreUnavailable.

    That a reply was sent is written by the JobStore, in the transaction in which the job that sends it succeeds. Texts
    go when those of their jobs do; canned replies stay until somebody takes them out of the knowledge base.
    """

    def sent_reply(self, sent_id: str) -> SentReply | None:
        """What a job sent; None if it sent nothing."""

    def sent_replies(self, since: float = 0.0) -> Iterator[SentReply]:
        """All that were sent at this moment (epoch seconds) or later, oldest first."""

    def rate(self, rating: Rating) -> None:
        """Keep it in place of what the same person said of the same job before."""

    def ratings(self, since: float = 0.0) -> Iterator[Rating]:
        """All that were given at this moment or later, oldest first."""

    def save_canned(self, reply: CannedReply) -> bool:
        """Keep an answer; False, and nothing changed, if one with its id is kept already."""

    def canned(self, workspace: str) -> tuple[CannedReply, ...]:
        """All of a workspace, newest first."""

    def unlearned(self, workspace: str) -> tuple[CannedReply, ...]:
        """Those that the knowledge base does not have yet, oldest first."""

    def learned(self, reply_id: str) -> None:
        """The knowledge base has it now."""

    def reply_stats(self, since: float = 0.0, workspace: str = "") -> ReplyStats:
        """Over what was sent and rated at this moment or later, in one workspace or in all."""


class RetentionStore(Protocol):
    """Takes away what jobs leave behind. All methods raise StoreUnavailable.

    A job is over when it and all of its root are finished and delivered; `before` is compared with the newest of them.
    """

    def forget(self, before: float) -> int:
        """Delete what people wrote and what was made from jobs that were over before `before`; how many jobs.

        Who asked when and where for which kind, what it took, and where its message stands, stay.
        """

    def forgettable(self, before: float) -> int:
        """How many that would be."""

    def remove(self, before: float) -> int:
        """Delete jobs that were over before `before`, with their events and deliveries; how many."""

    def removable(self, before: float) -> int:
        """How many that would be."""

    def clear_usage(self, before: float, counted_since: float) -> int:
        """Take people and channels out of the usage entries from before `before`; how many entries that concerned.

        Those from before `counted_since` too go altogether, which no budget counts any more.
        """

    def clearable_usage(self, before: float, counted_since: float) -> int:
        """How many that would be."""

    def named(self, ended_before: float | None = None) -> Iterator[str]:
        """Keys of all artifacts that jobs name, with repeats; without those of jobs that were over by then."""

    def has_drawn(self) -> bool:
        """Whether there is, or was, a job here that could name an artifact."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One file of the artifact store."""

    size_bytes: int
    at: float
    """When it was last put, in seconds since the epoch by the clock of whoever stores it."""


class ArtifactStore(Protocol):
    """Bytes by the hash of their content. All methods raise BackendUnavailable."""

    def put(self, data: bytes, extension: str) -> str:
        """Store, durable on return, and return the key. Raises StorageFull."""

    def get(self, key: str) -> bytes:
        """Raises ArtifactMissing when it is not there or does not hash to its key."""

    def names(self) -> Iterator[str]:
        """All that is stored, in any order: keys, and names of what killed writers left half written."""

    def stat(self, name: str) -> Stored | None:
        """None if it is not there."""

    def delete(self, name: str, before: float) -> bool:
        """Delete what was last put before `before` (epoch seconds); False if it is younger, or not there."""


class JobQueue(Protocol):
    """Carries ids, never content. Raises QueueUnavailable."""

    def generate(self, job_id: str, kind: Kind, delay_s: float = 0.0) -> None: ...

    def deliver(self, job_id: str) -> None: ...

    def waiting(self, kind: Kind) -> int:
        """How many ids wait to be generated; those a worker has taken do not count."""

    def forgot(self) -> bool:
        """Whether the broker lost everything since `remember` was last called."""

    def remember(self) -> None:
        """Leave the sign in the broker whose absence `forgot` notices."""


class ProgressBoard(Protocol):
    """The latest progress of running jobs; losing it loses nothing but a glimpse."""

    def put(self, job_id: str, progress: Progress) -> None: ...

    def get(self, job_id: str) -> Progress | None: ...


class Backends(Protocol):
    """The backends by model name, set up on first use; None means the default. Raises ModelNotFound."""

    def text(self, model: str | None) -> TextBackend: ...

    def image(self, model: str | None) -> ImageBackend: ...

    def info(self, kind: Kind, model: str | None) -> ModelInfo: ...
