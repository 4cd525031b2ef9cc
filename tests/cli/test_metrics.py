"""`python -m bot metrics`: the figures as a table and as a file, and what is refused."""

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot import features
from bot.accounts.events import ContractsWritten
from bot.core import events
from bot.db import schema
from bot.db.engine import Database
from bot.db.work import Work
from tests.factories import make_account, make_contract, make_workspace

features.install()


@pytest.fixture
def url(tmp_path):
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    db = Database(url)
    schema.upgrade(db)
    now = datetime.now(UTC)
    with db.transaction() as session:
        workspace = make_workspace(session, currency="EUR")
        account = make_account(session, workspace, segment="=Big [bold]")
        start = now.date() - timedelta(days=900)
        contract = make_contract(session, account, start_date=start, value=Decimal(100))
        work = Work(session, workspace.id, now - timedelta(days=30))
        events.publish(work, ContractsWritten([contract.id], "imported"))
        contract.value = Decimal(130)
        session.flush()
        events.publish(work, ContractsWritten([contract.id], "imported"))
    db.close()
    return url


def test_figures_are_shown_with_their_window_and_growth_is_called_negative_churn_only_with_loss(run_bot, url):
    done = run_bot("metrics", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    assert "130.00 %" in done.stdout and "100.00 %" in done.stdout and "12 months, " in done.stdout
    assert "No renewal fell due." in done.stdout


def test_the_file_holds_the_same_figures(run_bot, url, tmp_path):
    done = run_bot("metrics", "--csv", "out.csv", "--segment", "=big [BOLD]", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["Figure"]: row["Value"] for row in csv.DictReader(file)}
    assert (rows["Net revenue retention"], rows["Gross revenue retention"], rows["Bridge: Expansion"]) == (
        "130.00 %",
        "100.00 %",
        "30",
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--as-of", "30.06.2026"), "is not a day. Write it as 2026-06-30."),
        (("--as-of", "2999-01-01"), "has not come yet"),
        (("--segment", "nobody"), "No account is or was in the segment 'nobody'."),
        (("--rates", "USD 0.9"), "is not a rate. Write rates as USD=0.90@2025-06-30"),
        (("--csv", "no/such/folder.csv"), "cannot be written"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(run_bot, url, arguments, words):
    done = run_bot("metrics", *arguments, DATABASE_URL=url)
    assert done.returncode == 2 and words in done.stderr
