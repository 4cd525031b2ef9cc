"""What tests of features may ask for: a small workspace, with all that the features bring."""

from __future__ import annotations

import pytest

from bot import features
from bot.db.engine import Database
from bot.renewals import reconcile
from tests.scenes.scene import Scene, make_scene

features.install()


@pytest.fixture
def nights() -> None:
    """Ask for it where the bot shall tidy up every night, as it does in a workspace."""


@pytest.fixture
def quiet_nights(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No nightly pruning by itself: it was more than half of what walking through a year takes, and found nothing."""
    if "nights" not in request.fixturenames:
        monkeypatch.setattr(reconcile, "plan_prune", lambda *_: None)


@pytest.fixture
def scene(db: Database, quiet_nights: None) -> Scene:
    """A workspace on SQLite."""
    return make_scene(db)


@pytest.fixture
def any_scene(any_db: Database, quiet_nights: None) -> Scene:
    """A workspace on SQLite and on PostgreSQL."""
    return make_scene(any_db)
