"""Days and times as people write them at a terminal, and as they are written for them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import click


def iso(at: float) -> str:
    """ISO 8601 in UTC, with milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def moment(option: str, given: str, otherwise: float, zone: tzinfo = UTC) -> float:
    """Seconds since the epoch; `otherwise` for "". Without a zone: `zone`. Raises click.BadParameter."""
    if not given:
        return otherwise
    try:
        read = datetime.fromisoformat(given)
    except ValueError as error:
        raise click.BadParameter(f"{given!r} is no day or time such as 2026-11-01", param_hint=option) from error
    return (read if read.tzinfo else read.replace(tzinfo=zone)).timestamp()
