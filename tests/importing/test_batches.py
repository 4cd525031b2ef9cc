"""How an import shares SQLite's one place for writers with whoever writes beside it."""

from __future__ import annotations

from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text

from bot.core import time_left
from bot.db.engine import Database
from bot.importing import batches
from bot.importing.contract_rows import ContractReader
from tests.importing.conftest import Desk

ROWS = 2000
CONTRACTS = "Contract ID,Customer,End Date\n" + "".join(f"K-{n},Company,2026-12-31\n" for n in range(ROWS))


@pytest.mark.parametrize(("is_alone", "seconds", "transactions"), [(False, 1e9, 5), (False, 1e-9, 20), (True, 1e-9, 5)])
def test_a_batch_is_as_many_rows_as_the_writers_place_may_be_kept_for_while_others_ask_for_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, is_alone: bool, seconds: float, transactions: int
) -> None:
    monkeypatch.setattr(batches, "WAITED_SECONDS", 1e9 if is_alone else -1)
    monkeypatch.setattr(batches, "HOLD_SECONDS", seconds)
    before = desk.db.writes
    assert desk.contracts(CONTRACTS).tally.created == ROWS
    # 100, 200, 400, 800 and the rest where there is time for more each time; 100 again and again where there is not.
    assert desk.db.writes - before == transactions


def test_another_process_can_write_while_an_import_reads_its_rows(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Database(str(desk.db.engine.url))
    read = ContractReader.read

    def read_beside_a_writer(*arguments: Any) -> Any:
        with time_left.answering(monotonic() - time_left.ANSWER_WITHIN + 0.5), other.transaction() as session:
            session.execute(text("SELECT 1"))
        return read(*arguments)

    monkeypatch.setattr(ContractReader, "read", read_beside_a_writer)
    assert desk.contracts(CONTRACTS[: CONTRACTS.index("K-5")]).tally.created == 5
    other.close()
