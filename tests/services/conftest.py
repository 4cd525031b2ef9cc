from __future__ import annotations

import pytest

from bot.db import Database
from tests.services.scenes import Scene, make_scene


@pytest.fixture
def scene(db: Database) -> Scene:
    return make_scene(db)


@pytest.fixture
def any_scene(any_db: Database) -> Scene:
    return make_scene(any_db)
