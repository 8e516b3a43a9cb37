"""A thread that went well, as a recipe: what it says, that its schema takes it, and who finds it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters.job_store import SqlJobStore, migrate
from engine.domain.job import Job, Origin, State
from engine.domain.recipe import NO_RECIPES, RecipeBook
from engine.domain.request import CopyParams, Kind, Request, Revision
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.saved import SavedRecipe, is_personal, name_of
from engine.domain.work import FromRecipe
from engine.errors import ConfigurationError
from engine.recipes.saved import WorkspaceRecipes, read, written
from tests.support.recipes import SLOGAN


def version(number: int, *texts: str, prompt: str = "a post", change: str = "") -> Job:
    revision = Revision("1", instruction=change) if change else None
    made = tuple(Artifact(ArtifactKind.TEXT, index, 5, text) for index, text in enumerate(texts))
    request = Request(Kind.COPY, prompt, CopyParams(), revision)
    return Job(f"{number}", Origin("T1", "C1", "U1"), request, 0.0, State.SUCCEEDED, "1", number, result=Result(made))


def test_the_first_request_and_all_changes_become_instructions_and_the_text_its_example() -> None:
    line = (version(1, "Steel."), version(2, "Warm steel.", change="warmer"), version(3, "A", "B", change="shorter"))
    recipe = read(written("Our post", line, 1, "U1", 5.0))
    assert recipe is not None
    assert (recipe.name, recipe.title.en, recipe.kind) == ("our-post", "Our post", Kind.COPY)
    assert "a post" in recipe.instructions.en
    assert "warmer; shorter" in recipe.instructions.en
    assert "warmer；shorter" in recipe.instructions.zh
    assert [(example.lang, example.text) for example in recipe.examples] == [("en", "B")]


def test_what_everybody_sees_in_the_list_is_not_what_somebody_asked_for() -> None:
    recipe = read(written("Our post", (version(1, "Steel.", prompt="the merger, quietly"),), 0, "U1", 5.0))
    assert recipe is not None
    assert "merger" not in recipe.about.en + recipe.about.zh


def test_what_it_says_is_data() -> None:
    recipe = read(written("Our post", (version(1, "Steel."),), 0, "U1", 5.0))
    assert recipe is not None
    assert recipe.quoted


@pytest.mark.parametrize(("notice", "personal"), [("redacted", True), ("shielded", True), ("links", False)])
def test_what_had_personal_data_in_any_version_is_not_for_everybody(notice: str, personal: bool) -> None:
    first = version(1, "Steel.")
    assert first.result is not None
    first = replace(first, result=replace(first.result, notices=(notice,)))
    assert is_personal((first, version(2, "Warm steel.", change="warmer"))) is personal


def test_what_was_filled_in_is_a_part_of_what_was_asked() -> None:
    first = version(1, "喝茶。", prompt="")
    first = replace(first, request=replace(first.request, work=FromRecipe("slogan", (("product", "茶"),))))
    recipe = read(written("茶", (first,), 0, "U1", 5.0))
    assert recipe is not None
    assert recipe.name == name_of("茶")
    assert [(example.lang, example.brief) for example in recipe.examples] == [("zh", "product: 茶")]


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=40).filter(str.strip), st.text(max_size=60), st.text(min_size=1, max_size=60))
def test_whatever_people_write_a_recipe_says_it_or_is_none(title: str, prompt: str, text: str) -> None:
    try:
        saved = written(title, (version(1, text, prompt=prompt),), 0, "U1", 5.0)
    except ConfigurationError:
        return
    assert read(saved) is not None


def test_what_a_newer_version_saved_is_passed_over() -> None:
    assert read(SavedRecipe("T1", "x", "name: x\nnew: 1\n", "U1", 5.0)) is None


@pytest.fixture
def store(tmp_path: Path) -> SqlJobStore:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    migrate(url)
    return SqlJobStore(url)


def test_a_workspace_finds_its_own_and_no_other_does(store: SqlJobStore) -> None:
    saved = written("Our post", (version(1, "Steel."),), 0, "U1", 5.0)
    assert store.save_recipe(saved)
    assert not store.save_recipe(saved)
    found = WorkspaceRecipes(RecipeBook((SLOGAN,)), store, "T1").find("Our-Post")
    assert found is not None
    assert found.name == "our-post"
    assert WorkspaceRecipes(RecipeBook((SLOGAN,)), store, "T1").find("slogan") is SLOGAN
    assert WorkspaceRecipes(NO_RECIPES, store, "T2").find("our-post") is None
    assert store.remove_recipe("T1", "our-post")
    assert not store.remove_recipe("T1", "our-post")
    store.close()
