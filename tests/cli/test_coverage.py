"""`python -m bot coverage`: the same numbers as in Slack."""

from datetime import UTC, datetime, timedelta

from bot.db import schema
from bot.db.engine import Database
from bot.models import PulseRound
from tests.factories import make_account, make_member, make_workspace


def test_coverage_says_how_many_were_heard_of_and_who_was_not(run_bot, tmp_path):
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    db = Database(url)
    schema.upgrade(db)
    opened = datetime.now(UTC) - timedelta(days=20)
    with db.transaction() as session:
        workspace = make_workspace(session)
        dana = make_member(session, workspace, "Dana")
        heard = make_account(session, workspace, "Acme", owner_id=dana.id)
        make_account(session, workspace, "Brightwater [bold] & <Sons>", owner_id=dana.id)
        row = {"opened_at": opened, "closed_at": opened + timedelta(days=7), "closes_on": opened.date(), "asked": []}
        session.add(PulseRound(workspace_id=workspace.id, account_id=heard.id, value=100, **row))
    db.close()
    done = run_bot("coverage", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    assert "1 of 2 accounts answered in the last 90 days (50%)." in done.stdout
    assert "1 not asked" in done.stdout and "Q4" in done.stdout
    assert "Brightwater [bold] & <Sons>" in done.stdout and "never yet" in done.stdout


def test_coverage_of_nothing_says_so(run_bot, tmp_path):
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    db = Database(url)
    schema.upgrade(db)
    with db.transaction() as session:
        make_workspace(session)
    db.close()
    done = run_bot("coverage", DATABASE_URL=url)
    assert done.returncode == 0 and "There are no active accounts yet." in done.stdout
