"""Whatever is in a file, each of its rows ends somewhere and nothing breaks."""

from __future__ import annotations

import csv
import io
import shutil
from itertools import count
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.db.engine import Database
from bot.errors import Refused
from bot.importing import ACCOUNTS, CONTRACTS, ImportKind, Summary
from bot.importing.rules.columns import ACCOUNT_FIELDS, CONTRACT_FIELDS
from tests.factories import make_workspace
from tests.importing.conftest import Desk

numbers = count()
LIKELY = st.sampled_from((
    "A1", "A2", "Acme", "Beta", "2026-12-31", "2025-01-31", "31.12.2026", "01/02/2026", "0001-01-01", "2199-12-31",
    "annual", "monthly", "24", "100", "1.234,5", "-5", "yes", "no", "x", "€", "USD", "30", "999", "90", "@Dana",
    "#general", "C0123ABC", "", " ", '"', "a\nb", "3 years", "24 months", "\0", "9" * 400,
))  # fmt: skip
CELL = LIKELY | st.text(st.characters(codec="utf-8"), max_size=12)


@st.composite
def tables(draw: st.DrawFn, fields: list[str]) -> list[list[str]]:
    header = draw(st.lists(st.sampled_from(fields) | CELL, min_size=1, max_size=9))
    rows = draw(
        st.lists(st.lists(CELL, max_size=10) | st.lists(CELL, min_size=len(header), max_size=len(header)), max_size=8)
    )
    return [header, *rows]


def twice(folder: Path, template: Path, kind: ImportKind, text: str) -> tuple[Summary, Summary] | None:
    """The file imported into a fresh database, and again; None when it was refused as a whole."""
    path = folder / f"{next(numbers)}.sqlite3"
    shutil.copy(template, path)
    db = Database(f"sqlite:///{path}")
    try:
        with db.transaction() as session:
            desk = Desk(db, make_workspace(session).id, folder)
        return desk.bring(kind, text), desk.bring(kind, text)
    except Refused as refusal:
        assert refusal.message.endswith((".", '".'))
        return None
    finally:
        db.close()
        path.unlink()


def check(results: tuple[Summary, Summary] | None, rows: int | None) -> None:
    if results is None:
        return
    first, second = results
    assert rows is None or first.rows <= rows
    assert second.rows == first.rows
    assert (second.tally.created, second.tally.updated) == (0, 0)
    assert second.tally.rejected == first.tally.rejected


@settings(max_examples=60)
@given(table=tables([*ACCOUNT_FIELDS]))
def test_any_table_of_accounts_comes_to_an_end_and_the_second_time_changes_nothing(
    table: list[list[str]], tmp_path: Path, sqlite_template: Path
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    check(twice(tmp_path, sqlite_template, ACCOUNTS, out.getvalue()), len(table) - 1)


@settings(max_examples=100)
@given(table=tables([*CONTRACT_FIELDS]))
def test_any_table_of_contracts_comes_to_an_end_and_the_second_time_changes_nothing(
    table: list[list[str]], tmp_path: Path, sqlite_template: Path
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    check(twice(tmp_path, sqlite_template, CONTRACTS, out.getvalue()), len(table) - 1)


@settings(max_examples=60)
@given(text=st.text(st.characters(codec="utf-8") | st.sampled_from('",;\t\n\r'), max_size=200))
def test_any_text_at_all_comes_to_an_end(text: str, tmp_path: Path, sqlite_template: Path) -> None:
    check(twice(tmp_path, sqlite_template, CONTRACTS, f"Customer,Renewal Date,Amount\n{text}"), None)
