"""The part of the policy file that is about people: who reviews, and how long what they wrote is kept.

The bot reads it too, and therefore it needs none of the safety filter's libraries.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from engine.domain.review import UNREVIEWED, Oversight, ReviewRules
from engine.errors import ConfigurationError
from engine.yaml_file import parse_yaml

_HOUR_S = 3600.0
_DAY_S = 86_400.0

Channel = Annotated[str, StringConstraints(pattern=r"^[CG][A-Z0-9]{2,}$")]
"""A channel's id, e.g. C0123ABC: names can be changed by anybody."""
User = Annotated[str, StringConstraints(pattern=r"^[UW][A-Z0-9]{2,}$")]


class ReviewSection(BaseModel):
    """Where held results go. Without it, what the policy would hold is refused."""

    model_config = {"frozen": True, "extra": "forbid"}

    channel: Channel
    reviewers: Annotated[list[User], Field(min_length=1)]
    expire_after_h: float = Field(72.0, gt=0, le=24 * 90)
    """Nobody decided by then: refused."""
    self_approval: bool = False
    """Whether reviewers may decide on their own requests."""
    lang: Literal["en", "zh"] | None = None
    """The language to ask reviewers in; absent: that of whoever asked."""

    def rules(self) -> ReviewRules:
        return ReviewRules(
            self.channel, tuple(self.reviewers), self.expire_after_h * _HOUR_S, self.self_approval, self.lang or ""
        )


class AuditSection(BaseModel):
    """What the audit log keeps beside who, what category, which policy and which decision."""

    model_config = {"frozen": True, "extra": "forbid"}

    keep_texts_days: float = Field(0.0, ge=0, le=3650)
    """0: no text is ever written to the log."""

    @property
    def keep_texts_s(self) -> float:
        return self.keep_texts_days * _DAY_S


class RetentionSection(BaseModel):
    """How long finished requests are kept, counted from the newest revision of each; absent: for good."""

    model_config = {"frozen": True, "extra": "forbid"}

    contents_days: float | None = Field(None, gt=0, le=36500)
    """What was asked, and the texts and images that were made or given to start from."""
    requests_days: float | None = Field(None, gt=0, le=36500)
    """What then is left: who asked when and where for which kind of work, what it took, where the message stands."""

    @model_validator(mode="after")
    def contents_go_first(self) -> Self:
        if self.requests_days is not None and (self.contents_days or 0) > self.requests_days:
            raise ValueError("contents_days must not be more than requests_days: contents go with their request")
        return self

    @property
    def contents_s(self) -> float | None:
        return None if self.contents_days is None else self.contents_days * _DAY_S

    @property
    def requests_s(self) -> float | None:
        return None if self.requests_days is None else self.requests_days * _DAY_S


class _Workspace(BaseModel):
    """Of a workspace's part, what is about people; engine.safety.policy reads the rest, and forbids what is unknown."""

    review: ReviewSection | None = None


class _File(_Workspace):
    workspaces: dict[str, _Workspace] = Field(default_factory=dict)
    audit: AuditSection = AuditSection(keep_texts_days=0)
    retention: RetentionSection = RetentionSection(contents_days=None, requests_days=None)


def load_oversight(path: Path | None) -> Oversight:
    """What the policy file at `path` says of people; without one, nobody reviews and the audit log has no text.

    Raises ConfigurationError that names file, line and key.
    """
    if path is None:
        return UNREVIEWED
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the policy file {path} cannot be read: {error}") from error
    file = parse_yaml(text, str(path), _File)
    own = {name: scope.review.rules() for name, scope in file.workspaces.items() if scope.review}
    return Oversight(
        file.review.rules() if file.review else None,
        own,
        keep_texts_s=file.audit.keep_texts_s,
        contents_s=file.retention.contents_s,
        requests_s=file.retention.requests_s,
    )
