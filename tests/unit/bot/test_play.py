"""What `aigc play` is made of, before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.play import Play


def test_its_workers_have_the_time_to_end_that_the_settings_give_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIGC_DRAIN_S", "100")
    with Play(tmp_path, 0, fresh=False) as play:
        assert play.supervisor.stop_s > 100
