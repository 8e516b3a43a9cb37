"""Hostile outputs of a model, on the whole road and in the local workspace: none of them gets out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.cli.leaks import leaks, texts
from bot.deliver import Deliverer
from bot.slack.message import SlackRenderer
from bot.slack.messenger import SlackMessenger
from engine.adapters.job_store import SqlJobStore, migrate
from engine.domain.job import Origin
from engine.domain.request import CopyParams
from engine.evals.leaks.hostile import Hostile, all_hostile
from engine.evals.leaks.play import BRIEF, Parrot
from engine.safety.filter import LayeredFilter
from engine.safety.layers import Layer
from engine.safety.leaks import LeakCheck
from engine.safety.links import LinkCheck
from engine.safety.policy import load_policy
from engine.service import Engine
from engine.steps.tools import Tools
from tests.fake_messenger import FakeSlots
from tests.fakes import FakeArtifactStore, FakeBackends, FakeLabeller, FakeProgressBoard, FakeQueue
from tests.support.jobs import edit, new_job
from tests.support.slack import (
    ADA,
    BEN,
    BOT,
    BOT_TOKEN,
    GENERAL,
    RunningPlayground,
    playground_config,
    running_playground,
)

TEAM = "T1"
QUIET = Hostile("none", "nothing hostile", lambda turns: f"Here it is: {BRIEF[11:]} for all.")


@dataclass
class Town:
    """A worker and a delivery in this process, with a workspace to show in."""

    slack: RunningPlayground
    store: SqlJobStore
    parrot: Parrot
    engine: Engine
    deliverer: Deliverer
    asked: int = 0

    def says(self, hostile: Hostile) -> tuple[list[dict[str, Any]], str]:
        """What people see when the model answers Ben so, in a thread that Ada began; and what they must not."""
        self.asked += 1
        self.parrot.hostile = QUIET
        first = new_job(f"a{self.asked}", BRIEF, params=CopyParams(), origin=Origin(TEAM, GENERAL, ADA))
        second = new_job(
            f"b{self.asked}", BRIEF, params=CopyParams(), origin=Origin(TEAM, GENERAL, BEN), revision=edit(first.id)
        )
        before = len(self.slack.messages(ADA, GENERAL))
        for new in (first, second):
            self.store.add([new])
            self.engine.run_job(new.id)
            self.deliverer.deliver(new.id)
            self.parrot.hostile = hostile
        return self.slack.messages(ADA, GENERAL)[before + 1 :], hostile.needle(self.parrot.told)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    url = f"sqlite:///{tmp_path_factory.mktemp('leaks') / 'jobs.db'}"
    migrate(url)
    store, parrot, progress, artifacts = SqlJobStore(url), Parrot(QUIET), FakeProgressBoard(), FakeArtifactStore()
    outputs = [Layer(LeakCheck(), 60.0), Layer(LinkCheck(), 60.0)]
    safety = LayeredFilter(load_policy(None), [], [], outputs=outputs)
    tools = Tools(FakeBackends(parrot), safety, FakeLabeller(), artifacts, store)
    engine = Engine(tools, queue=FakeQueue(), progress=progress, owner="test")
    with running_playground(playground_config(quiet_only=True)) as slack:
        client = WebClient(BOT_TOKEN, base_url=slack.api_url)
        deliverer = Deliverer(
            store=store,
            artifacts=artifacts,
            progress=progress,
            messenger=SlackMessenger(client),
            renderer=SlackRenderer(),
            slots=FakeSlots(),
            queue=FakeQueue(),
            lease_s=30.0,
        )
        yield Town(slack, store, parrot, engine, deliverer)
    engine.close()
    store.close()


def test_an_ordinary_answer_is_shown_with_the_link_that_was_asked_for(town: Town) -> None:
    [message], _ = town.says(QUIET)
    assert "acme.example/ for all." in str(message["blocks"])


@pytest.mark.parametrize("hostile", list(all_hostile()), ids=lambda hostile: f"{hostile.kind}: {hostile.name}")
def test_nothing_gets_out(town: Town, hostile: Hostile) -> None:
    [message], needle = town.says(hostile)
    assert message["user"] == BOT
    shown = {"text": message["text"], "blocks": message["blocks"]}
    for text in texts(shown):
        assert not leaks(text.replace(f"<@{BEN}>", ""), needle)
