"""Which step does which work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.errors import WorkNotSupported
from engine.steps.run import Board, Meter, Run
from engine.steps.work import do
from tests.support.threads import as_job, new_draft


def test_work_that_this_worker_does_not_know_is_an_error_that_names_it() -> None:
    class Unheard:
        type = "unheard"

    work: Any = Unheard()
    job = as_job(new_draft())
    run = Run((replace(job, request=replace(job.request, work=work)),), lambda: False, Board(lambda p: None), Meter())
    with pytest.raises(WorkNotSupported) as raised:
        do(run, tools=None)  # type: ignore[arg-type]  # it comes to none
    assert (raised.value.code, raised.value.params) == ("work_not_supported", {"work": "unheard"})
