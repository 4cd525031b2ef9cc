"""How long what is kept stays."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.core.retention import Retention

NOW = datetime(2026, 3, 11, 9, tzinfo=UTC)


def test_what_a_workspace_keeps_comes_back_and_what_it_does_not_say_has_its_default() -> None:
    own = Retention(posts=200, scores=400, people=10)
    assert own.as_kept() == {"posts": 200, "scores": 400, "people": 10}
    assert Retention.of(own.as_kept()) == own
    assert Retention.of({"people": 5, "other": 1}) == Retention(730, 1095, 5)


def test_what_is_older_than_its_days_may_go() -> None:
    own = Retention(posts=10, scores=9, people=8)
    assert own.posts_before(NOW) == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert own.scores_before(date(2026, 3, 11)) == date(2026, 3, 2)
    assert own.people_before(NOW) == datetime(2026, 3, 3, 9, tzinfo=UTC)
