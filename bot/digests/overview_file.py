"""All that lies behind an overview as one file for a spreadsheet."""

from __future__ import annotations

import csv
import io

from bot.db.work import Work
from bot.digests.facts_overview import OverviewPlace
from bot.digests.overview import PART_NAMES, listed_sections, look_over, rows_of, scope_of
from bot.errors import Refused
from bot.importing.rules.spreadsheets import safe_row
from bot.workspace import members

HEADER = ("Part", "Account", "Owner", "Value a year", "Due", "Why")
BATCH, MOST = 5_000, 50_000
"""Rows that are read at once, and rows of one part in the file."""


def as_csv(work: Work, place: OverviewPlace) -> bytes:
    """Every row of every list, with what a spreadsheet would run as a formula made harmless. UTF-8 with its mark.

    Raises Refused when whose overview it is has gone.
    """
    person = members.by_id(work, place.member_id)
    if person is None or person.is_outsider:
        raise Refused("Whose overview this was is not here any more.")
    look = look_over(work, scope_of(place), person)
    written = io.StringIO()
    out = csv.writer(written)
    out.writerow(HEADER)
    for section in listed_sections():
        for offset in range(0, MOST, BATCH):
            found = rows_of(work, look, section, offset, BATCH)
            out.writerows(
                safe_row((PART_NAMES[section], one.account, one.owner, one.worth, one.due, one.why))
                for one in found.rows
            )
            if offset + BATCH >= found.total:
                break
        else:
            out.writerow((PART_NAMES[section], f"The first {MOST:,} of {found.total:,}"))
    return written.getvalue().encode("utf-8-sig")
