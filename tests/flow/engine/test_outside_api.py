"""What people type reaches an outside API without personal data and secrets, and comes back whole where it may."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import redis
from pydantic import SecretStr

from engine.adapters.backend_registry import BackendRegistry
from engine.adapters.celery_queue import CeleryQueue, make_celery
from engine.adapters.job_store import SqlJobStore, migrate
from engine.domain.job import Job, NewJob, Origin, State
from engine.domain.request import CopyParams, DrawParams
from engine.domain.work import Purpose, Said
from engine.safety.policy import load_policy
from engine.safety.recognisers import RecogniserCheck
from engine.service import Engine
from engine.settings import EngineSettings, ModelSpec
from engine.steps.tools import Tools
from tests.fakes import FakeArtifactStore, FakeKnowledge, FakeLabeller, FakeProgressBoard, FakeQueue
from tests.support.asgi import serving
from tests.support.jobs import edit, new_job
from tests.support.openai_server import OpenAIServer, failure
from tests.support.redis import redis_server
from tests.support.threads import RETURNS, drafting, hits, new_draft
from tests.unit.engine.safety.conftest import FakeImageCheck, make_filter, presidio

EMAIL, PHONE, IDENTITY = "ann.lee@example.com", "138 1234 5678", "11010519491231002X"
TOKEN = "xoxb-" + "1234567890-abcdefghij"
PLANTED = (EMAIL, PHONE, "13812345678", IDENTITY, TOKEN, "abcdefghij")
DEPOT = "returns.desk@acme.example"
BRIEF = f"Invite {EMAIL} or call {PHONE}; her ID is {IDENTITY}. The bot's token is {TOKEN}."


@dataclass
class Office:
    """An engine whose models are an outside API's."""

    server: OpenAIServer
    store: SqlJobStore
    engine: Engine
    progress: FakeProgressBoard

    def run(self, new: NewJob) -> Job:
        self.store.add([new])
        self.engine.run_job(new.id)
        job = self.store.get(new.id)
        assert job is not None
        return job

    @property
    def sent(self) -> str:
        """All that the outside server was ever sent."""
        return json.dumps(self.server.calls, ensure_ascii=False)


Open = Callable[..., Office]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Open]:
    """Opens an office; a `policy` says what differs from the built-in one."""
    server, url = OpenAIServer(), f"sqlite:///{tmp_path / 'jobs.db'}"
    migrate(url)
    store = SqlJobStore(url)
    engines: list[Engine] = []

    with serving(server.application()) as address:

        def open_office(policy: str = "", **spec: bool) -> Office:
            path = tmp_path / "policy.yaml"
            path.write_text(f"name: test\nversion: 1\n{policy}", encoding="utf-8")
            options = {"base_url": f"{address}/v1", "max_retries": 0, "timeout_s": 5.0}
            model = ModelSpec(backend="openai", model="gpt-test", options=options, **spec)
            settings = EngineSettings(
                openai_api_key=SecretStr("key"), text_models={"gpt": model}, image_models={"gpt": model}
            )
            progress = FakeProgressBoard()
            tools = Tools(
                BackendRegistry(settings),
                make_filter(RecogniserCheck(), presidio(), images=FakeImageCheck(), policy=load_policy(path)),
                FakeLabeller(),
                FakeArtifactStore(),
                store,
                knowledge=FakeKnowledge(hits(replace(RETURNS, text=f"Lamps go back to {DEPOT} within 30 days."))),
            )
            engine = Engine(tools, queue=FakeQueue(), progress=progress, owner="test")
            engines.append(engine)
            return Office(server, store, engine, progress)

        yield open_office
    for engine in engines:
        engine.close()
    store.close()


def words_of(job: Job) -> str:
    assert job.result is not None
    return job.result.artifacts[0].text


def notices_of(job: Job) -> tuple[str, ...]:
    assert job.result is not None
    return job.result.notices


def test_placeholders_go_out_and_what_the_model_writes_has_the_data_again(office: Open) -> None:
    place = office()
    place.server.words = (
        "Dear [em",
        "ail 1], we call [phone",
        " 1]. ",
        "Your ID: [id ",
        "number 1",
        "]. [email 9] ok.",
    )
    job = place.run(new_job("a", BRIEF))
    assert not [value for value in PLANTED if value in place.sent]
    assert "Invite [email 1] or call [phone 1]; her ID is [id number 1]. The bot's token is [token]." in place.sent
    assert words_of(job) == f"Dear {EMAIL}, we call {PHONE}. Your ID: {IDENTITY}. [email 9] ok."
    assert notices_of(job) == ("redacted", "shielded")


CUSTOMERS = Said("C", f"I am {EMAIL}, my phone is {PHONE}, the key is {TOKEN}. Can the lamp go back?")


def test_a_customers_data_and_that_of_the_passages_is_masked_and_put_back_into_the_draft(office: Open) -> None:
    place = office()
    place.server.words = (
        "Hello! Your phone is [phone",
        " 1]. Lamps go back to [email",
        " 2] within 30 days [1]. ",
        "Your mail is [email 1].",
    )
    job = place.run(new_draft("a", drafting(CUSTOMERS)))
    assert not [value for value in (*PLANTED, DEPOT) if value in place.sent]
    assert "I am [email 1], my phone is [phone 1]" in place.sent
    assert "Lamps go back to [email 2] within 30 days." in place.sent
    said = f"Hello! Your phone is {PHONE}. Lamps go back to {DEPOT} within 30 days. [1] Your mail is {EMAIL}."
    assert words_of(job) == said
    assert notices_of(job) == ("shielded",)


def test_a_summary_has_the_customers_data_again_and_nobody_elses(office: Open) -> None:
    place = office()
    place.server.words = ("The customer, [email 1], asks whether the lamp can go back. ", "Ask bob@example.org.")
    job = place.run(new_draft("a", drafting(CUSTOMERS, purpose=Purpose.SUMMARY)))
    assert not [value for value in PLANTED if value in place.sent]
    assert words_of(job) == f"The customer, {EMAIL}, asks whether the lamp can go back. Ask [email]."
    assert notices_of(job) == ("shielded", "redacted")


def test_what_streams_has_it_too_and_never_half_a_placeholder(office: Open) -> None:
    place = office()
    place.server.words = ("Dear [em", "ail 1], hello. ", "And ", "so on. ", "End.")
    place.server.pause_s = 0.3
    place.run(new_job("a", BRIEF))
    shown = [progress.texts[0] for progress in place.progress.shown["a"] if progress.texts]
    assert f"Dear {EMAIL}, hello." in shown
    assert not [text for text in shown if "[" in text]


def test_other_peoples_data_in_what_the_model_writes_is_redacted(office: Open) -> None:
    place = office()
    place.server.words = ("Ask [email 1], or bob@example.org, or 415-555-2671.",)
    assert words_of(place.run(new_job("a", BRIEF))) == f"Ask {EMAIL}, or [email], or [phone]."


def test_a_secret_never_comes_back(office: Open) -> None:
    place = office()
    place.server.words = ("The token is [token 1] or [token].",)
    assert words_of(place.run(new_job("a", BRIEF))) == "The token is [token 1] or [token]."


def test_a_revision_sends_the_same_placeholders_for_the_same_values(office: Open) -> None:
    place = office()
    place.server.words = ("Dear [email 1], come.",)
    place.run(new_job("a", f"Invite {EMAIL}."))
    place.server.words = ("Dear [email 1], call [phone 1].",)
    job = place.run(new_job("b", f"Invite {EMAIL}.", revision=edit("a", f"add 13812345678 for {EMAIL.upper()}")))
    turns = [turn["content"] for turn in place.server.calls[-1]["messages"]]
    assert turns[1:] == [
        "Invite [email 1].",
        "Dear [email 1], come.",
        "Revise the text above: add [phone 1] for [email 1]",
    ]
    assert words_of(job) == f"Dear {EMAIL}, call 13812345678."
    assert EMAIL not in place.sent


def test_a_value_is_hidden_where_only_another_text_tells_what_it_is(office: Open) -> None:
    place = office()
    place.server.words = ("Yes.",)
    place.run(new_job("a", "Her passport no. is E12345678."))
    place.run(new_job("b", "Her passport no. is E12345678.", revision=edit("a", "put E12345678 first")))
    assert "E12345678" not in place.sent


def test_the_parameters_that_are_free_text_are_hidden_too(office: Open) -> None:
    place = office()
    place.run(new_job("a", "A post.", params=CopyParams(tone=f"as {EMAIL} would", seed=1)))
    assert "as [email 1] would" in place.sent


def test_the_prompt_of_a_picture_goes_out_without_it(office: Open) -> None:
    place = office()
    params = DrawParams(seed=1, negative=f"no {EMAIL}", style=f"like {PHONE}")
    job = place.run(new_job("a", BRIEF, params=params))
    place.run(new_job("b", BRIEF, params=params, revision=edit("a", f"with {IDENTITY} on it")))
    assert job.state is State.SUCCEEDED
    assert len(place.server.calls) == 2
    assert not [value for value in PLANTED if value in place.sent]


def test_where_the_policy_says_redact_nothing_comes_back(office: Open) -> None:
    place = office("personal_data: {outside_api: redact}")
    place.server.words = ("Dear [email], hello.",)
    job = place.run(new_job("a", BRIEF))
    assert "Invite [email] or call [phone]" in place.sent
    assert words_of(job) == "Dear [email], hello."
    assert notices_of(job) == ("redacted",)


def test_where_the_policy_says_refuse_nothing_is_sent(office: Open) -> None:
    place = office("channels: {C1: {personal_data: {outside_api: refuse}}}")
    assert place.run(new_job("a", BRIEF)).state is State.REFUSED
    assert place.server.calls == []
    assert place.run(new_job("b", "A post for a bottle.")).state is State.SUCCEEDED


def test_where_the_policy_says_allow_secrets_still_stay(office: Open) -> None:
    place = office("personal_data: {outside_api: allow}\ncategories: {secret: {action: allow}}")
    place.run(new_job("a", BRIEF))
    assert EMAIL in place.sent
    assert TOKEN not in place.sent


def test_a_server_of_ones_own_is_told_what_a_local_model_is(office: Open) -> None:
    place = office(outside=False)
    place.server.words = ("Dear [email], hello.",)
    assert words_of(place.run(new_job("a", BRIEF))) == "Dear [email], hello."
    assert "Invite [email] or call [phone]" in place.sent


def test_data_that_was_written_in_another_channel_is_not_shown_in_this_one(office: Open) -> None:
    place = office()
    place.server.words = ("Dear [email 1].",)
    place.run(new_job("a", f"Invite {EMAIL}.", origin=Origin("T1", "D9", "U1")))
    job = place.run(new_job("b", f"Invite {EMAIL}.", revision=edit("a"), origin=Origin("T1", "C1", "U1")))
    assert words_of(job) == "Dear [email]."


@pytest.mark.parametrize("status", [400, 500])
def test_neither_logs_nor_the_failure_tell_any_of_it(
    office: Open, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    place = office()
    place.run(new_job("a", BRIEF))
    place.server.failures = [failure(status, f"because of {BRIEF}")] * 3
    job = place.run(new_job("b", BRIEF))
    assert not [value for value in PLANTED if value in caplog.text]
    assert job.result is None or not [value for value in PLANTED if value in repr(job.result)]


def test_what_the_broker_carries_tells_none_of_it(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        settings = EngineSettings(redis_url=server.url)
        new = new_job("a", BRIEF)
        with make_celery(settings) as app:
            queue = CeleryQueue(app)
            queue.generate(new.id, new.request.kind)
            queue.deliver(new.id)
        with redis.Redis.from_url(server.url, decode_responses=True) as client:
            carried = [str(item) for key in client.scan_iter(_type="list") for item in client.lrange(key, 0, -1)]
    carried += [base64.b64decode(json.loads(message)["body"]).decode() for message in carried]
    assert len([message for message in carried if '"a"' in message]) == 2
    assert not [value for value in PLANTED if any(value in message for message in carried)]
