"""A choice without words is noticed when the bot starts, not when somebody opens the form."""

from __future__ import annotations

import pytest

from bot.core.labelled import Labelled


class Fruit(Labelled):
    APPLE = "apple", "An apple"


def test_a_choice_is_what_tables_keep_and_carries_its_words() -> None:
    assert (Fruit("apple"), Fruit.APPLE.value, f"{Fruit.APPLE}", Fruit.APPLE.label) == (
        Fruit.APPLE, "apple", "apple", "An apple",
    )  # fmt: skip


def test_a_choice_without_words_is_refused() -> None:
    with pytest.raises((TypeError, RuntimeError)):

        class Bare(Labelled):
            PEAR = "pear"

        assert Bare
