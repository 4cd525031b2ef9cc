"""Memory grows with the batch, not with the file."""

from __future__ import annotations

import tracemalloc
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.importing import CONTRACTS
from tests.importing.conftest import Desk


def export(desk: Desk, first: int, rows: int) -> Path:
    """Contracts by the month, so that it is the import that is measured and not the planning."""
    start = date(2025, 1, 1)
    path = desk.folder / f"{first}.csv"
    with path.open("w") as file:
        file.write("Contract ID,Customer,Start Date,Billing Frequency,MRR\n")
        for n in range(first, first + rows):
            file.write(f"C{n},Company {n // 20},{start + timedelta(days=n % 300)},monthly,{n % 9000}.50\n")
    return path


def peak_of(desk: Desk, path: Path) -> int:
    tracemalloc.start()
    try:
        desk.bring_file(CONTRACTS, path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_a_longer_file_takes_no_more_memory(desk: Desk) -> None:
    desk.bring_file(CONTRACTS, export(desk, 0, 3_000))
    # Long enough that what is remembered of cells is full, up to its bound, in the shorter one too.
    small = peak_of(desk, export(desk, 10_000, 6_000))
    assert peak_of(desk, export(desk, 20_000, 18_000)) < small * 1.5
