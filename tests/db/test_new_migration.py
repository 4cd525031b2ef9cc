"""`make migration` writes the next one, with what the models have and the tables have not yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.db.engine import Base
from bot.db.schema import newest
from tests.new_migration import write


@pytest.fixture
def one_more_table() -> Iterator[None]:
    table = sa.Table("birthday_cakes", Base.metadata, sa.Column("id", sa.Integer, primary_key=True))
    yield
    Base.metadata.remove(table)


def test_a_migration_has_the_next_number_and_what_is_missing_both_ways(one_more_table: None, tmp_path: Path) -> None:
    path = write("Cakes: one a birthday", tmp_path)
    number = f"{int(newest() or 0) + 1:04}"
    assert path == tmp_path / f"{number}_cakes_one_a_birthday.py"
    written = path.read_text()
    assert f'revision = "{number}"' in written and f'down_revision = "{newest()}"' in written
    assert "###" not in written and "schema=None" not in written
    up, down = written.split("def downgrade")
    assert 'op.create_table("birthday_cakes"' in up.replace("'", '"') and "birthday_cakes" in down
