"""A request written out as a command is that request."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.command import parse
from bot.command.clean import clean
from bot.command.flags import MAX_SEED, MOST_IMAGES, MOST_TEXTS
from bot.command.quotes import quoted, unquoted
from bot.wishes import Generate
from engine.domain.request import CopyParams, DrawParams, Kind, Length, Request
from tests.unit.bot.command.texts import CATALOG

_signs = st.one_of(st.characters(), st.sampled_from("-—＝=\"'“”‘’「」『』«»，。 你a\u200d&<"))


def words(most: int) -> st.SearchStrategy[str]:
    """Clean, on one line, without the marks of all four ways to quote at once."""
    made = st.text(_signs, max_size=most).map(lambda text: " ".join(clean(text).split())[:most].strip())
    return made.filter(lambda text: bool(clean(text)) and clean(text) == text and not set('"“”‟＂') & set(text))


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | strategy


def numbers(most: float) -> st.SearchStrategy[float | None]:
    return st.none() | st.floats(0, most).map(lambda number: round(number, 4))


copies = st.builds(
    CopyParams,
    tone=maybe(words(40)),
    lang=st.sampled_from([None, "en", "zh-Hant-TW", "pt-BR"]),
    length=st.sampled_from(Length),
    n=st.integers(1, MOST_TEXTS),
    model=st.sampled_from([None, *CATALOG.text_models]),
    seed=st.integers(0, MAX_SEED),
    temperature=numbers(2),
)
drawings = st.builds(
    DrawParams,
    width_px=st.just(512),
    height_px=st.integers(64, 2048),
    n=st.integers(1, MOST_IMAGES),
    seed=st.integers(0, MAX_SEED),
    steps=st.none() | st.integers(1, 150),
    guidance=numbers(30),
    negative=maybe(words(60)),
    style=maybe(words(100)),
    model=st.sampled_from([None, *CATALOG.image_models]),
)


def written(request: Request) -> str:
    """As a command, the brief after "--", where nothing is a flag."""
    given = {name: getattr(request.params, name) for name in type(request.params).__dataclass_fields__}
    if isinstance(request.params, DrawParams):
        given["size"] = f"{given.pop('width_px')}x{given.pop('height_px')}"
    flags = [f"--{name} {quoted(f'{value}')}" for name, value in given.items() if value is not None]
    return " ".join([request.kind.value, *flags, "--", request.prompt])


@settings(max_examples=100, deadline=None)
@given(st.one_of(copies, drawings), words(80).filter(lambda text: unquoted(text) == text))
def test_a_request_survives_being_written_as_a_command(params: CopyParams | DrawParams, brief: str) -> None:
    request = Request(Kind.COPY if isinstance(params, CopyParams) else Kind.DRAW, brief, params)
    command = written(request).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse(command, CATALOG) == Generate(request)
