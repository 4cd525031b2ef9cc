"""`python -m bot story`: an account's story now, and as it stood on a past day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.db import schema
from bot.db.engine import Database
from tests.factories import make_account, make_workspace
from tests.scenes.learning import make_touch

NOW = datetime.now(UTC)
THEN = (NOW - timedelta(days=90)).date()


@pytest.fixture
def url(tmp_path: Path) -> str:
    """An account with one touch of long ago, entered late, and one of yesterday."""
    address = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    db = Database(address)
    schema.upgrade(db)
    with db.transaction() as session:
        acme = make_account(session, make_workspace(session), "Acme & <Co>")
        late = {"words": "Long ago", "created_at": NOW - timedelta(days=10)}
        make_touch(session, acme, NOW - timedelta(days=100), **late)
        make_touch(session, acme, NOW - timedelta(days=1), words="Yesterday", created_at=NOW)
    db.close()
    return address


def test_a_past_day_is_told_as_far_as_it_is_kept(run_bot: Callable[..., Any], url: str) -> None:
    now = run_bot("story", "acme", DATABASE_URL=url)
    assert now.returncode == 0, now.stderr
    assert "Acme & <Co>: no open renewal" in now.stdout and "Yesterday" in now.stdout
    then = run_bot("story", "acme", "--as-of", str(THEN), DATABASE_URL=url)
    assert then.returncode == 0, then.stderr
    assert then.stdout.startswith("As it stood on ") and f"{THEN:%Y}" in then.stdout.splitlines()[0]
    assert "Long ago" in then.stdout and "Yesterday" not in then.stdout
    assert "Not kept for that day: who owned it" in then.stdout


def test_what_was_entered_later_was_not_known_then(run_bot: Callable[..., Any], url: str) -> None:
    said = run_bot("story", "acme", "--as-of", str(THEN), "--known-at", str(THEN), DATABASE_URL=url)
    assert said.returncode == 0, said.stderr
    assert "Long ago" not in said.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("acme", "--as-of", "30 June"), "'30 June' is not a day. Write it as 2026-06-30."),
        (("acme", "--as-of", "2999-01-01"), "has not come yet"),
        (("acme", "--known-at", "2999-01-01"), "has not come yet"),
        (("nobody",), "I found no account like “nobody”."),
    ],
)
def test_what_cannot_be_is_refused(
    run_bot: Callable[..., Any], url: str, arguments: tuple[str, ...], words: str
) -> None:
    done = run_bot("story", *arguments, DATABASE_URL=url)
    assert done.returncode == 2 and words in done.stderr
