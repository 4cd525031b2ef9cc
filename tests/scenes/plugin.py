from __future__ import annotations

import pytest

from bot import features
from bot.db.engine import Database
from tests.scenes.scene import Scene, make_scene


@pytest.fixture
def scene(db: Database) -> Scene:
    return make_scene(db)


@pytest.fixture
def any_scene(any_db: Database) -> Scene:
    return make_scene(any_db)


assert features.THINKERS, "what the features bring must be there in every test"
