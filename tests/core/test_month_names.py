"""Months and days of the week by their names."""

from __future__ import annotations

import pytest

from bot.core.month_names import is_weekday, month_named


@pytest.mark.parametrize(
    ("word", "month"),
    [("March", 3), ("märz", 3), ("Sept.", 9), ("d'août", 8), ("de maio", 5), ("XII", 12), ("listopad", 0), ("foo", 0)],
)
def test_a_month_is_known_by_its_name_where_all_languages_agree(word: str, month: int) -> None:
    assert month_named(word) == month


def test_a_day_of_the_week_is_known_by_its_name() -> None:
    assert all(map(is_weekday, ["Monday", "Mo.", "MARDI", "de lunes"]))
    assert not any(map(is_weekday, ["March", "foo", ""]))
