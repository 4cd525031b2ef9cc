"""Forty thousand accounts with two aliases each, to look for one among."""

from __future__ import annotations

from bot.core.company_names import name_key
from bot.db.work import Work
from bot.models import Account, AccountAlias
from tests.factories import NOW

WORDS = ("Acme", "Meridian", "Stone", "Harbor", "Cedar", "Granite", "Juniper", "Larch")
MANY = 40_000


def fill_names(work: Work, number: int = MANY) -> None:
    """Accounts "Acme Acme 0", "Meridian Acme 1", …: each with its name and "Holding", and with a code, as aliases."""
    last = work.session.query(Account.id).order_by(Account.id.desc()).limit(1).scalar() or 0
    names = [f"{WORDS[n % 8]} {WORDS[n // 8 % 8]} {n}" for n in range(number)]
    aliases = [[f"{name} Holding", f"AB{n}"] for n, name in enumerate(names)]
    plain = {"tier": "mid", "segment": "", "industry": "", "country": "", "is_active": True, "row_digest": ""}
    rows = [
        {
            "id": last + 1 + n,
            "workspace_id": work.workspace_id,
            "external_id": f"many-{n}",
            "name": name,
            "name_key": name_key(name),
            "aliases": aliases[n],
            "created_at": NOW,
            **plain,
        }
        for n, name in enumerate(names)
    ]
    keys = [
        {"workspace_id": work.workspace_id, "account_id": row["id"], "key": name_key(alias)}
        for row in rows
        for alias in row["aliases"]
    ]
    work.session.connection().execute(Account.__table__.insert(), rows)
    work.session.connection().execute(AccountAlias.__table__.insert(), keys)
