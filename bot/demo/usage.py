"""How much two of the sample customers used in the last six months, as a product would export it."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from bot.core.months import shifted
from bot.db.work import Work
from bot.opportunities import look

USED = (
    ("Ridgeway Museums", "Platform", (410, 425, 431, 488, 537, 561)),
    ("Poppyfield Hotels", "Platform", (302, 296, 288, 241, 198, 176)),
    ("Acme Robotics", "Platform", (1240, 1262, 1255, 1271, 1266, 1290)),
)
"""Account, product, logins of the last six full months, the oldest first."""


def usage_csv(today: date) -> str:
    """The figures as a product would export them on `today`."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("Account", "Product", "Month", "Logins"))
    for account, product, logins in USED:
        for ago, number in zip(range(len(logins), 0, -1), logins, strict=True):
            writer.writerow((account, product, f"{shifted(today.replace(day=1), -ago):%Y-%m}", number))
    return text.getvalue()


def load_proposals(work: Work) -> None:
    """What the look at growth proposed the week before last: this week's proposals are of other kinds."""
    look.run_look(work.at(work.now - timedelta(days=10)), [])
