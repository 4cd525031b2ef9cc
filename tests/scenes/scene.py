"""A small customer base to start from: one account, its owner, her manager, a leadership channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Account, Contract, Member, Renewal
from bot.renewals import actions
from bot.renewals.actions import ActionResult, RenewalChange
from bot.renewals.reconcile import Planned, plan_accounts
from tests.factories import NOW, make_account, make_contract, make_member, make_teammate, make_workspace

LEADERSHIP = "CLEADERSHIP"

LADDER = (120, 90, 60, 30, 14, 7)
"""The lead times by which the tests of a scene count their days, whatever the defaults are."""


@dataclass(frozen=True)
class Scene:
    """Ids of what stands in the database."""

    db: Database
    workspace: int
    manager: Member
    owner: Member
    support: Member
    account: Account

    def contract(self, renewal_date: date, **values: Any) -> int:
        """One more contract of the account."""
        with self.db.transaction() as session:
            return make_contract(session, self.account, renewal_date, **values).id

    def plan(self, now: datetime = NOW) -> Planned:
        """Plan the account's renewals."""
        with Work.writing(self.db, self.workspace, now) as work:
            return plan_accounts(work, [self.account.id])

    def renewals(self) -> list[Renewal]:
        """All renewals of the workspace, oldest first."""
        with self.db.reading() as session:
            rows = session.scalars(select(Renewal).where(Renewal.workspace_id == self.workspace).order_by(Renewal.id))
            return list(rows)

    def contracts(self) -> list[Contract]:
        """All contracts of the workspace, oldest first."""
        with self.db.reading() as session:
            rows = session.scalars(
                select(Contract).where(Contract.workspace_id == self.workspace).order_by(Contract.id)
            )
            return list(rows)

    def claim(self, now: datetime, by: Member | None = None, renewal: int | None = None) -> ActionResult:
        """Someone, the owner when nobody is named, takes the renewal on."""
        with Work.writing(self.db, self.workspace, now) as work:
            return actions.claim(work, renewal or self.first, (by or self.owner).id)

    def change(
        self, now: datetime, by: Member | None = None, renewal: int | None = None, **wanted: Any
    ) -> ActionResult:
        """Someone changes the renewal."""
        with Work.writing(self.db, self.workspace, now) as work:
            return actions.change(work, renewal or self.first, (by or self.owner).id, RenewalChange(**wanted))

    def snooze(self, until: date, now: datetime, reason: str = "On holiday") -> ActionResult:
        """The owner snoozes the renewal."""
        with Work.writing(self.db, self.workspace, now) as work:
            return actions.snooze(work, self.first, self.owner.id, until, reason)

    @property
    def first(self) -> int:
        """The first renewal's id."""
        return self.renewals()[0].id


def make_scene(db: Database, **account: Any) -> Scene:
    """The scene, without a contract."""
    with db.transaction() as session:
        workspace = make_workspace(session, leadership_channel=LEADERSHIP, policy={"*": {"rungs": LADDER}})
        manager = make_member(session, workspace, "Mona", role="manager")
        owner = make_member(session, workspace, "Dana", manager_id=manager.id)
        support = make_member(session, workspace, "Sam", role="support", department="support")
        acme = make_account(session, workspace, "Acme", **{"owner_id": owner.id, **account})
        make_teammate(session, acme, owner, "owner")
        make_teammate(session, acme, support, "support_lead")
        return Scene(db, workspace.id, manager, owner, support, acme)
