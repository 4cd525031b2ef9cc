"""python -m bot explain: the score with all that made it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.db import schema
from bot.db.engine import Database
from tests.factories import make_account, make_workspace
from tests.scenes.learning import make_check, make_touch


@pytest.fixture
def url(tmp_path):
    """A database with an account that is known and one that is not."""
    address = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    db = Database(address)
    schema.upgrade(db)
    now = datetime.now(UTC)
    with db.transaction() as session:
        workspace = make_workspace(session)
        acme = make_account(session, workspace, "Acme [Robotics]", tier="enterprise")
        make_account(session, workspace, "Quiet Harbour")
        make_account(session, workspace, "Quiet Meadow")
        make_check(session, acme, now - timedelta(days=30), every=3)
        make_touch(session, acme, now - timedelta(days=60))
    db.close()
    return address


def test_it_names_each_input_with_points_and_age_and_what_is_missing(run_bot, url):
    said = run_bot("explain", "acme", DATABASE_URL=url)
    assert said.returncode == 0, said.stderr
    assert "Acme [Robotics]: health 6" in said.stdout
    assert "of what counts is known" in said.stdout
    assert "lowest: outcomes reached 3 of 5" in said.stdout
    assert "30 days ago" in said.stdout
    assert said.stdout.count("nothing is known") == 3


def test_an_account_of_which_nothing_is_known_has_no_score(run_bot, url):
    said = run_bot("explain", "Quiet Harbour", DATABASE_URL=url)
    assert "no health score, since nothing is known yet" in said.stdout


def test_an_unclear_name_is_refused_with_what_to_write(run_bot, url):
    several = run_bot("explain", "quiet", DATABASE_URL=url)
    assert several.returncode == 2
    assert "Quiet Harbour, Quiet Meadow" in several.stderr
    none = run_bot("explain", "zzzzqqq", DATABASE_URL=url)
    assert none.returncode == 2
    assert "I found no account like" in none.stderr
