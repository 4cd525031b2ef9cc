"""Two imports at the same moment: what both bring is made once, and each says truly what it did."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from bot.importing import ACCOUNTS, CONTRACTS, batches
from bot.models import Account, Contract
from tests.importing.conftest import Desk

ROWS = 60


def test_two_imports_of_the_same_rows_at_once_make_each_once_and_count_right(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH", 5)
    accounts = "Account Name,Industry\n" + "".join(f"Company {n},Food\n" for n in range(ROWS))
    contracts = "Customer,Start Date,Product\n" + "".join(f"Company {n},2026-01-01,Plan\n" for n in range(ROWS))
    for kind, text, table in ((ACCOUNTS, accounts, Account), (CONTRACTS, contracts, Contract)):
        paths = [any_desk.file(text, f"{table.__tablename__}-{n}.csv") for n in range(2)]
        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(lambda path, kind=kind: any_desk.bring_file(kind, path), paths)
        assert first.tally.created + second.tally.created == ROWS
        assert first.tally.unchanged + second.tally.unchanged == ROWS
        assert (first.tally.rejected, second.tally.rejected) == (0, 0)
        with any_desk.db.reading() as session:
            assert session.scalar(select(func.count()).select_from(table)) == ROWS


def test_the_rejected_rows_of_two_imports_of_one_file_do_not_mix(desk: Desk) -> None:
    path = desk.file("Account ID,Account Name\nA1,Acme\n" + "".join(f"B{n},\n" for n in range(200)))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: desk.bring_file(ACCOUNTS, path), range(2)))
    assert len(desk.rejected().splitlines()) == 201
    assert not list(desk.folder.glob("*.part"))
