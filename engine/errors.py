"""The engine's error tree; every error carries a code that the front end translates for the user.

EngineError
├── TransientError            may succeed when tried again
│   ├── BackendUnavailable    a model server timed out, refused or is rate limited
│   ├── StoreUnavailable      the database cannot be reached
│   │   └── StoreFull         it has no space left
│   ├── KnowledgeUnavailable  the knowledge base cannot be searched
│   │   └── PassagesGone          passages that were to stay are not there any more
│   └── QueueUnavailable      the broker cannot be reached
├── PermanentError            trying again gives the same
│   ├── ModelNotFound         no such model, folder or file
│   ├── ModelCorrupt          the files are there but cannot be loaded
│   ├── OutOfMemory           does not fit, even in the smallest batch
│   ├── UnsupportedParameter  this backend cannot do what was asked
│   ├── BackendRejected       a model server refused: key, quota or request
│   ├── PromptTooLong         does not fit the model's context window
│   ├── StorageFull           no space left for artifacts
│   ├── ArtifactMissing       an artifact is gone or damaged
│   ├── StartingImageError    an image that a person gave to start from cannot be used
│   │   ├── ImageFormatUnknown    no PNG, JPEG or WebP
│   │   ├── ImageTooLarge         too many bytes or pixels
│   │   ├── ImageDamaged          cannot be decoded
│   │   └── ImageNotSupported     this model cannot start from an image
│   ├── MaterialUnreadable    a file for the knowledge base cannot be read
│   ├── TableError            a table that a person gave cannot be used
│   │   ├── TableUnreadable       no CSV, in no known encoding, or without a head
│   │   ├── TableTooLarge         too many bytes, rows, columns or characters in a cell
│   │   └── TableEmpty            a head and no rows
│   ├── RecipeUnknown         no such recipe, any more
│   ├── RecipeNotUsable       a recipe needs what this installation does not have
│   ├── LabelFailed           a picture could not be labelled as made by an AI
│   ├── WorkNotSupported      this worker does not do that kind of work
│   └── ConfigurationError    settings or policy file are wrong
└── Interrupted               the job was canceled, or the worker is draining
"""

from __future__ import annotations

from typing import ClassVar


class EngineError(Exception):
    """`str(error)` is for the operator's log; `code` and `params` make the user's text."""

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, **params: str | int | float) -> None:
        super().__init__(message)
        self.params = params


class TransientError(EngineError):
    """May succeed when tried again; `retry_after_s` is the server's own advice, if any."""

    code = "unavailable"

    def __init__(self, message: str, *, retry_after_s: float | None = None, **params: str | int | float) -> None:
        super().__init__(message, **params)
        self.retry_after_s = retry_after_s


class BackendUnavailable(TransientError):
    code = "backend_unavailable"


class StoreUnavailable(TransientError):
    code = "store_unavailable"


class StoreFull(StoreUnavailable):
    code = "store_full"


class KnowledgeUnavailable(TransientError):
    code = "knowledge_unavailable"


class PassagesGone(KnowledgeUnavailable):
    """Whoever stores a document embeds all of it, and tries again: nobody else sees this."""


class QueueUnavailable(TransientError):
    code = "queue_unavailable"


class PermanentError(EngineError):
    """Trying again gives the same."""


class ModelNotFound(PermanentError):
    code = "model_not_found"


class ModelCorrupt(PermanentError):
    code = "model_corrupt"


class OutOfMemory(PermanentError):
    code = "out_of_memory"


class UnsupportedParameter(PermanentError):
    code = "unsupported_parameter"


class BackendRejected(PermanentError):
    code = "backend_rejected"


class PromptTooLong(PermanentError):
    code = "prompt_too_long"


class StorageFull(PermanentError):
    code = "storage_full"


class ArtifactMissing(PermanentError):
    code = "artifact_missing"


class StartingImageError(PermanentError):
    code = "starting_image"


class ImageFormatUnknown(StartingImageError):
    code = "image_format_unknown"


class ImageTooLarge(StartingImageError):
    code = "image_too_large"


class ImageDamaged(StartingImageError):
    code = "image_damaged"


class ImageNotSupported(StartingImageError):
    code = "image_not_supported"


class MaterialUnreadable(PermanentError):
    """`params["reason"]` is one of `engine.knowledge.reading.limits.REASONS`."""

    code = "material_unreadable"


class TableError(PermanentError):
    code = "table_unreadable"


class TableUnreadable(TableError):
    pass


class TableTooLarge(TableError):
    code = "table_too_large"


class TableEmpty(TableError):
    code = "table_empty"


class RecipeUnknown(PermanentError):
    code = "recipe_unknown"


class RecipeNotUsable(PermanentError):
    code = "recipe_not_usable"


class LabelFailed(PermanentError):
    code = "label_failed"


class WorkNotSupported(PermanentError):
    code = "work_not_supported"


class ConfigurationError(PermanentError):
    code = "configuration"


class Interrupted(EngineError):
    """The job was canceled, or the worker is draining; not a failure."""

    code = "interrupted"
