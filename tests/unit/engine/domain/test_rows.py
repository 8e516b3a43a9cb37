"""Which cells fill in which fields."""

from __future__ import annotations

from engine.domain.rows import columns_of, row_of
from engine.domain.table import Table
from tests.support.recipes import RECOMMENDATION, SLOGAN

TABLE = Table(("Customer", "产品", "City"), (("Ada", "tea", "Paris"), ("Ben", "", "")))


def test_columns_are_known_by_name_or_label_in_either_language() -> None:
    assert columns_of(RECOMMENDATION, TABLE.columns) == {"Customer": "customer", "产品": "product"}


def test_other_columns_are_told_beside_them() -> None:
    assert row_of(RECOMMENDATION, TABLE, 0) == ({"customer": "Ada", "product": "tea"}, "City: Paris")


def test_what_is_the_same_for_all_rows_stands_where_a_cell_is_empty() -> None:
    given, rest = row_of(RECOMMENDATION, TABLE, 1, (("product", "coffee"),))
    assert (given, rest) == ({"product": "coffee", "customer": "Ben"}, "")


def test_a_recipe_without_fields_is_told_all_columns() -> None:
    assert row_of(SLOGAN, TABLE, 0) == ({}, "Customer: Ada\n产品: tea\nCity: Paris")
