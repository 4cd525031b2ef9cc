"""The first look at a file: in which order each date column writes day and month. Never guessed: clear, or refused."""

from __future__ import annotations

from collections.abc import Collection

from bot.errors import Refused
from bot.rules.dates import AmbiguousDates, DateOrder, OrderGuess, UnreadableDates
from bot.services.importing.cells import says_no_end, says_nothing
from bot.services.importing.files import Progress, Table

_REMEMBERED = 20_000


def date_orders(
    table: Table, fields: Collection[str], stated: DateOrder | None, progress: Progress | None = None
) -> dict[str, DateOrder]:
    """Field → the order of its column. `stated` is what a person said, and goes for all columns.

    Reads the file once when nothing was stated. Raises Refused for a column that reads as both day-first and
    month-first, or in no single order.
    """
    present = [name for name in fields if name in table.columns]
    if stated is not None or not present:
        return dict.fromkeys(present, stated or DateOrder.YMD)
    looked = [(table.columns[name], OrderGuess(), set[str]()) for name in present]
    for _, cells, why in table.rows(progress):
        if why:
            continue
        for at, guess, seen in looked:
            cell = cells[at]
            if cell not in seen:
                if len(seen) < _REMEMBERED:
                    seen.add(cell)
                if not (says_nothing(cell) or says_no_end(cell)):
                    guess.see(cell)
    return {name: _order(table.headers[at], guess) for name, (at, guess, _) in zip(present, looked, strict=True)}


def _order(header: str, guess: OrderGuess) -> DateOrder:
    try:
        return guess.order()
    except AmbiguousDates as error:
        raise Refused(f"Column {header.strip()!r}: {error}") from None
    except UnreadableDates as error:
        raise Refused(f"Column {header.strip()!r}: {error}") from None
