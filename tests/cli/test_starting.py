"""How the process starts."""

from __future__ import annotations

import gc

import pytest

from bot import __main__


def test_what_was_imported_is_no_garbage_and_what_comes_later_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.unfreeze()
    seen: list[tuple[bool, bool]] = []
    monkeypatch.setattr("bot.cli.main", lambda: seen.append((gc.isenabled(), gc.get_freeze_count() > 0)))
    __main__.main()
    assert seen == [(True, True)]
