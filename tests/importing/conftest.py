"""A desk to import at: a workspace in a fresh database, and files made of text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.db.engine import Database
from bot.importing import ACCOUNTS, CONTRACTS, ImportKind, ImportOptions, Summary, import_file
from bot.models import Account, Contract
from bot.renewals.reconcile import plan_accounts
from tests.factories import NOW, make_workspace


@dataclass
class Desk:
    """Imports text, as a file, into one workspace."""

    db: Database
    workspace_id: int
    folder: Path
    now: datetime = NOW

    def file(self, text: str | bytes, name: str = "export.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def bring(self, kind: ImportKind, text: str | bytes, **options: Any) -> Summary:
        return self.bring_file(kind, self.file(text), **options)

    def bring_file(self, kind: ImportKind, path: Path, **options: Any) -> Summary:
        return import_file(self.db, self.workspace_id, kind, path, ImportOptions(**options), self.now, plan_accounts)

    def accounts(self, text: str | bytes, **options: Any) -> Summary:
        return self.bring(ACCOUNTS, text, **options)

    def contracts(self, text: str | bytes, **options: Any) -> Summary:
        return self.bring(CONTRACTS, text, **options)

    def account(self, name: str) -> Account:
        with self.db.reading() as session:
            return session.scalars(select(Account).where(Account.name == name)).one()

    def contract(self, external_id: str) -> Contract:
        with self.db.reading() as session:
            return session.scalars(select(Contract).where(Contract.external_id == external_id)).one()

    def all_contracts(self) -> list[Contract]:
        with self.db.reading() as session:
            return list(session.scalars(select(Contract).order_by(Contract.id)))

    def rejected(self) -> str:
        """The rejected rows' file as a spreadsheet reads it."""
        return (self.folder / "export.csv.rejected.csv").read_text("utf-8-sig")


@pytest.fixture
def desk(db: Database, tmp_path: Path) -> Desk:
    return _desk(db, tmp_path)


@pytest.fixture
def any_desk(any_db: Database, tmp_path: Path) -> Desk:
    """The same on SQLite and on PostgreSQL."""
    return _desk(any_db, tmp_path)


def _desk(db: Database, folder: Path) -> Desk:
    with db.transaction() as session:
        workspace_id = make_workspace(session, currency="EUR").id
    return Desk(db, workspace_id, folder)
