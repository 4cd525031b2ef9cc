"""Loads the sample accounts as anyone would load theirs: through the importer, and then by what people do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.core.calendar import local_date
from bot.demo.handoffs import load_handoffs
from bot.demo.health import load_health
from bot.demo.plans import load_plans
from bot.demo.pulses import load_earlier, load_running
from bot.demo.samples import accounts_csv, contracts_csv
from bot.demo.touches import load_insights, load_touches, tickets_csv, touches_csv
from bot.importing.accounts import ACCOUNTS
from bot.importing.batches import ImportKind, import_file
from bot.importing.contracts import CONTRACTS
from bot.importing.summary import ImportOptions
from bot.importing.touches import TICKETS, TOUCHPOINTS
from bot.models import Account, Renewal, Route
from bot.renewals import actions
from bot.renewals.actions import RenewalChange
from bot.renewals.reconcile import plan_accounts
from bot.workspace import members

ROLES: Mapping[str, str] = {
    "U0REP1": "rep",
    "U0REP2": "rep",
    "U0SUP1": "support",
    "U0IMP1": "support",
    "U0MGR1": "manager",
    "U0ADM1": "admin",
}
DANA, MARCO = "U0REP1", "U0REP2"
MANAGER = "U0MGR1"
ENTERPRISE_CHANNEL = "C0ENTERPRISE"


def load_samples(bot: Bot, folder: Path, now: datetime) -> None:
    """Write the sample export into `folder`, import it, and let people have done what they did before today."""
    today = local_date(now, bot.settings.timezone)
    with bot.db.transaction() as session:
        for slack_id, role in ROLES.items():
            members.set_role(session, bot.workspace_id, slack_id, role, "" if slack_id == MANAGER else MANAGER)
        session.add(
            Route(workspace_id=bot.workspace_id, kind="segment", value="Enterprise", channel=ENTERPRISE_CHANNEL)
        )
    _import(bot, ACCOUNTS, folder / "accounts.csv", accounts_csv(), now)
    _import(bot, CONTRACTS, folder / "contracts.csv", contracts_csv(today), now)
    _import(bot, TOUCHPOINTS, folder / "touchpoints.csv", touches_csv(today), now)
    _import(bot, TICKETS, folder / "tickets.csv", tickets_csv(today), now)
    with bot.db.transaction() as session:
        _act(session, bot.workspace_id, now)
        load_insights(session, bot.workspace_id, now)
        load_touches(session, bot.workspace_id, now)
        load_earlier(session, bot.workspace_id, now)
        load_health(session, bot.workspace_id, now)
        load_plans(session, bot.workspace_id, now)
        load_handoffs(session, bot.workspace_id, now)
        load_running(session, bot.workspace_id, now)


def _import(bot: Bot, kind: ImportKind, path: Path, text: str, now: datetime) -> None:
    path.write_text(text, encoding="utf-8", newline="")
    summary = import_file(bot.db, bot.workspace_id, kind, path, ImportOptions(), now, plan_accounts)
    # The samples are ours: if the importer cannot read them, the demo is broken and must say so.
    if summary.exit_code:
        raise RuntimeError(f"{path.name}: {dict(summary.tally.reasons)}")


def _act(session: Session, workspace_id: int, now: datetime) -> None:
    dana, marco = (_member(session, workspace_id, slack_id) for slack_id in (DANA, MARCO))
    cedar = _renewal(session, workspace_id, "Cedar Health")
    actions.claim(session, workspace_id, cedar, dana, now)
    at_risk = RenewalChange(
        stage="negotiating",
        forecast="at_risk",
        forecast_reason="Their new CFO wants 15% off and compares us with two others",
    )
    actions.change(session, workspace_id, cedar, dana, at_risk, now)
    fenwick = _renewal(session, workspace_id, "Fenwick & Rowe Legal")
    actions.claim(session, workspace_id, fenwick, marco, now)
    actions.change(session, workspace_id, fenwick, marco, RenewalChange(stage="signed"), now)
    kestrel = _renewal(session, workspace_id, "Kestrel Air")
    until = local_date(now, "Europe/Berlin") + timedelta(days=7)
    actions.snooze(session, workspace_id, kestrel, dana, until, "Their buyer is on holiday until next week", now)


def _member(session: Session, workspace_id: int, slack_id: str) -> int:
    person = members.find(session, workspace_id, slack_id)
    if person is None:
        raise RuntimeError(f"the sandbox has no {slack_id}")
    return person.id


def _renewal(session: Session, workspace_id: int, account: str) -> int:
    return session.scalars(
        select(Renewal.id)
        .join(Account, Account.id == Renewal.account_id)
        .where(Renewal.workspace_id == workspace_id, Account.name == account)
    ).one()
