"""`python -m bot proof`: the sheet on the screen, as files, and what is refused."""

import pytest

from bot import features
from bot.db import schema
from bot.db.engine import Database
from tests.factories import make_account, make_workspace

features.install()


@pytest.fixture
def url(tmp_path):
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    db = Database(url)
    schema.upgrade(db)
    with db.transaction() as session:
        make_account(session, make_workspace(session), "Acme Robotics")
    db.close()
    return url


def test_it_is_shown_or_written_as_two_files(run_bot, url, tmp_path):
    shown = run_bot("proof", "--as-of", "2026-03-31", DATABASE_URL=url)
    assert shown.returncode == 0, shown.stderr
    assert "# How we keep our customers" in shown.stdout and "1 April 2025 to 31 March 2026" in shown.stdout
    done = run_bot("proof", "--as-of", "2026-03-31", "--into", "out", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "proof-2026-03-31.md").read_text(encoding="utf-8").strip() == shown.stdout.strip()
    drawn = (tmp_path / "out" / "proof-2026-03-31.svg").read_text(encoding="utf-8")
    assert drawn.startswith("<svg") and "too few to say" in drawn and "Acme" not in drawn + shown.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--as-of", "tomorrow"), "is not a day"),
        (("--as-of", "2199-01-01"), "has not come yet"),
        (("--rates", "EUR"), "is not a rate"),
        (("--into", "bot.sqlite3"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run_bot, url, arguments, words):
    done = run_bot("proof", *arguments, DATABASE_URL=url)
    assert done.returncode == 2 and words in done.stderr and len(done.stderr.strip().splitlines()) == 1
