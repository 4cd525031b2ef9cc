"""The two commands, as people type them."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.cli import main
from bot.db import schema
from bot.db.engine import Database
from bot.models import Contract, Workspace
from tests.factories import make_workspace

Run = Callable[..., tuple[int, str]]

ACCOUNTS = "Account ID,Account Name,Colour\nA1,Acme,red\nA2,Beta,blue\n"
CONTRACTS = "Account ID,Contract ID,Renewal Date,Amount\nA1,C1,2036-12-31,12000\nA2,C2,2036-11-30,\n"
BAD_ROW = "A1,C3,never,5\n"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    db = Database(f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    schema.upgrade(db)
    return db


@pytest.fixture
def run(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in a folder of its own; answers with its exit code and all it printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    monkeypatch.setenv("COLUMNS", "160")

    def typed(*arguments: str, **files: str) -> tuple[int, str]:
        for name, text in files.items():
            Path(f"{name}.csv").write_text(text)
        monkeypatch.setattr(sys, "argv", ["perennial", "import", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out + printed.err

    return typed


def line(printed: str, label: str) -> str:
    found = next(text for text in printed.splitlines() if text.strip("│ ").startswith(label))
    return " ".join(found.strip("│ ").removeprefix(label).split()).removeprefix("│ ")


def contracts_in(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(Contract.id))) or 0


def test_two_commands_bring_everything_in_before_slack_was_ever_met(run: Run, database: Database) -> None:
    code, printed = run("accounts", "a.csv", a=ACCOUNTS)
    assert (code, line(printed, "created"), line(printed, "columns nobody knows")) == (
        0,
        "2",
        "Colour (name them with --map)",
    )
    code, printed = run("contracts", "c.csv", c=CONTRACTS)
    assert (code, line(printed, "created"), line(printed, "renewals")) == (0, "2", "2 planned, 0 changed, 0 ended")
    assert (line(printed, "worth a year"), line(printed, "no amount")) == ("USD 12,000.00", "1 active contracts")
    code, printed = run("contracts", "c.csv")
    assert (code, line(printed, "unchanged")) == (0, "2")
    assert contracts_in(database) == 2


def test_some_rejected_rows_end_with_1_and_a_file_that_says_why(run: Run, database: Database) -> None:
    run("accounts", "a.csv", a=ACCOUNTS)
    code, printed = run("contracts", "c.csv", c=CONTRACTS + BAD_ROW)
    assert (code, line(printed, "created"), line(printed, "rejected")) == (1, "2", "1")
    assert "c.csv.rejected.csv" in printed
    assert "'never' is no date" in line(printed, "why rejected")
    assert (
        Path("c.csv.rejected.csv")
        .read_bytes()
        .startswith(b"\xef\xbb\xbfAccount ID,Contract ID,Renewal Date,Amount,why")
    )
    assert stat.S_IMODE(Path("c.csv.rejected.csv").stat().st_mode) == 0o600, "it holds what is known of customers"
    assert contracts_in(database) == 2


def test_nothing_usable_ends_with_2(run: Run) -> None:
    run("accounts", "a.csv", a=ACCOUNTS)
    code, printed = run("contracts", "c.csv", c="Account ID,Contract ID,Renewal Date\nA9,C1,2036-12-31\n")
    assert (code, line(printed, "rejected")) == (2, "1")
    assert "No row could be used." in printed
    assert run("accounts", "b.csv", b="Account ID,Account Name\n")[0] == 2
    assert run("accounts", "d.csv", d="")[0] == 2
    assert run("accounts", "missing.csv")[0] == 2


def test_dates_that_read_both_ways_end_with_2_and_the_option_that_helps(run: Run) -> None:
    both = "Customer,Renewal Date\nAcme,01/02/2036\n"
    code, printed = run("contracts", "c.csv", c=both)
    assert code == 2
    assert "--dates dmy|mdy" in printed
    assert run("contracts", "c.csv", "--dates", "mdy")[0] == 0
    assert run("contracts", "c.csv", "--dates", "dym")[0] == 2


def test_a_dry_run_shows_all_and_writes_nothing_not_even_a_workspace(run: Run, database: Database) -> None:
    text = CONTRACTS.replace("Account ID", "Customer") + BAD_ROW
    code, printed = run("contracts", "c.csv", "--dry-run", "--currency", "€", c=text)
    assert (code, line(printed, "created"), line(printed, "rejected")) == (1, "2", "1")
    assert "nothing was written" in printed
    assert line(printed, "worth a year") == "EUR 12,000.00"
    assert not Path("c.csv.rejected.csv").exists()
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(Workspace)).scalar() == 0


def test_columns_are_mapped_and_wrong_mappings_refused(run: Run) -> None:
    text = "Konto,Ende,Wert\nAcme,2036-12-31,5\n"
    mapped = ["--map", "Konto=account_name", "--map", "Ende=end_date", "--map", "Wert=annual_value"]
    code, printed = run("contracts", "c.csv", *mapped, c=text)
    assert (code, line(printed, "created")) == (0, "1")
    assert run("contracts", "c.csv", "--map", "Konto")[0] == 2
    code, printed = run("contracts", "c.csv", "--map", "Konto=colour")
    assert (code, "There is no field 'colour'" in printed) == (2, True)


def test_with_several_workspaces_one_must_be_named(run: Run, database: Database) -> None:
    with database.transaction() as session:
        make_workspace(session, team_id="T1", name="One")
        make_workspace(session, team_id="T2", name="Two")
    code, printed = run("accounts", "a.csv", a=ACCOUNTS)
    assert (code, "--workspace" in printed) == (2, True)
    assert run("accounts", "a.csv", "--workspace", "T2")[0] == 0
    assert run("accounts", "a.csv", "--workspace", "T3")[0] == 2


def test_a_currency_that_is_none_is_refused(run: Run) -> None:
    code, printed = run("accounts", "a.csv", "--currency", "gold", a=ACCOUNTS)
    assert (code, "'gold' is not a currency" in printed) == (2, True)


def test_the_summary_says_how_unclear_notice_and_terms_were_read(run: Run) -> None:
    text = (
        "Contract ID,Account Name,Start Date,End Date,Term,Notice Period,Auto Renew\n"
        "C1,Acme,2036-01-01,2036-12-31,24,3,yes\nC2,Beta,2036-01-01,2036-12-31,11,3 months,no\n"
    )
    code, printed = run("contracts", "c.csv", c=text)
    assert code == 0
    assert line(printed, "renewal terms assumed") == "1 contract does not say for how long it renews"
    assert line(printed, "read with doubt").startswith("notice read as 3 months (1)")
    assert "a term of 24 months where the dates span 12: 24 months counted (1)" in printed


def test_square_brackets_in_a_file_are_words_and_no_markup(run: Run) -> None:
    code, printed = run("accounts", "m[red].csv", **{"m[red]": "Account Name,Revenue [/eur],Owner\nAcme,a,[/red]Jo\n"})
    assert (code, line(printed, "columns nobody knows")) == (0, "Revenue [/eur] (name them with --map)")
    assert line(printed, "people nobody knows") == "[/red]Jo (1)"


def test_rejected_rows_that_could_not_be_written_stop_the_import_before_it_begins(run: Run, database: Database) -> None:
    Path("c.csv.rejected.csv").mkdir()
    code, printed = run("contracts", "c.csv", c=CONTRACTS.replace("Account ID", "Customer"))
    assert (code, contracts_in(database)) == (2, 0)
    assert "cannot be written" in printed and "Copy c.csv to a folder of your own" in printed


def test_rejected_rows_of_an_earlier_import_go_when_all_rows_went_in(run: Run) -> None:
    text = CONTRACTS.replace("Account ID", "Customer")
    run("contracts", "c.csv", c=text + BAD_ROW)
    assert Path("c.csv.rejected.csv").exists()
    run("contracts", "c.csv", "--dry-run", c=text)
    assert Path("c.csv.rejected.csv").exists()
    assert run("contracts", "c.csv")[0] == 0
    assert not Path("c.csv.rejected.csv").exists()


def test_a_column_is_left_out_and_what_was_found_out_is_said(run: Run) -> None:
    text = "Account ID,Account Name,Segment\n1,Acme,Big\nGrand Total (1),,\n"
    code, printed = run("accounts", "a.csv", "--map", "Segment=", a=text)
    assert (code, line(printed, "left out as told"), line(printed, "no records")) == (0, "Segment", "Grand Total (1)")
    tickets = "Ticket ID,Company,Created At,Priority,Status\n1,Acme,2026-01-20,1,Blorp\n"
    code, printed = run("tickets", "t.csv", t=tickets)
    assert (code, "--urgent 1" in printed) == (2, True)
    code, printed = run("tickets", "t.csv", "--urgent", "1", "--closed", "blorp")
    assert (code, line(printed, "priorities read as"), "status words" in printed) == (0, "1 urgent", False)
    code, printed = run("contracts", "c.csv", "--decimal", ";", c=CONTRACTS)
    assert (code, "a point or a comma" in printed) == (2, True)
