"""The part of the policy file that is about people: who reviews, and how long the audit log keeps texts.

The bot reads it too, and therefore it needs none of the safety filter's libraries.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

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


class _Workspace(BaseModel):
    """Of a workspace's part, what is about people; engine.safety.policy reads the rest, and forbids what is unknown."""

    review: ReviewSection | None = None


class _File(_Workspace):
    workspaces: dict[str, _Workspace] = Field(default_factory=dict)
    audit: AuditSection = AuditSection(keep_texts_days=0)


def load_oversight(path: Path | None) -> Oversight:
    """What the policy file at `path` says of people; without one, nobody reviews and no text is kept.

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
    return Oversight(file.review.rules() if file.review else None, own, file.audit.keep_texts_s)
