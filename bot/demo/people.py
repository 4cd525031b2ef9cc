"""Who there is at the sample customers, as a CRM would export its contacts, and how two of them decide."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from bot.accounts import decision_process
from bot.db.work import Work
from bot.models import Account
from bot.workspace import members

CONTACTS = (
    ("P-01", "Ines", "Koval", "Chief operating officer", "A-01", "Decision Maker", None),
    ("P-02", "Ruben", "Hald", "Head of production", "A-01", "Champion", None),
    ("P-03", "Ruth", "Adeyemi", "Plant manager", "A-01", "End User", None),
    ("P-04", "Gareth", "Pym", "Metering lead", "A-02", "End User", None),
    ("P-05", "Monica", "Reyes", "Chief financial officer", "A-03", "Decision Maker", None),
    ("P-06", "Amy", "Osborne", "Medical director", "A-03", "End User", None),
    ("P-07", "Peter", "Lang", "Head of IT", "A-03", "Champion", 40),
    ("P-08", "Femke", "de Vries", "Planning manager", "A-05", "Champion", None),
    ("P-09", "Bram", "Smit", "Finance director", "A-05", "Budget Holder", None),
    ("P-10", "Kari", "Nygård", "Fleet manager", "A-08", "Champion", None),
    ("P-11", "Claire", "Morel", "Buyer", "A-19", "Blocker", None),
)
"""Id, first and last name, title, account, buying role, days since they left (None: they are there)."""

DECIDES = (
    (
        "Acme Robotics",
        "U0REP1",
        "Ruben Hald: asks for it, 5 days\nInes Koval: decides, 12 days\nLegal: reads it, 9 days",
    ),
    ("Cedar Health", "U0REP1", "Monica Reyes: compares offers, 20 days\nThe board: signs above $200,000"),
)
"""Account, who wrote it down, the steps."""


def contacts_csv(today: date) -> str:
    """The contacts as a CRM would export them on `today`."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("Contact ID", "First Name", "Last Name", "Title", "Account ID", "Email", "Buying Role", "Left On"))
    for number, first, last, title, account_id, role, gone in CONTACTS:
        email = f"{first}.{last.replace(' ', '')}@example.com".casefold()
        left = "" if gone is None else (today - timedelta(days=gone)).isoformat()
        writer.writerow((number, first, last, title, account_id, email, role, left))
    return text.getvalue()


def load_decisions(work: Work) -> None:
    """Write down how two of them decide."""
    for account, slack_id, steps in DECIDES:
        person = members.find(work, slack_id)
        account_id = work.session.scalar(work.select(Account.id).where(Account.name == account))
        if person is None or account_id is None:
            raise RuntimeError(f"the samples have no {account} or no {slack_id}")
        decision_process.write_down(work, account_id, steps, person.id)
