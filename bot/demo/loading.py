"""Loads the sample accounts as anyone would load theirs: through the importer, and then by what people do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import Bot
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.demo import past_terms
from bot.demo.competitors import load_answered, load_waiting
from bot.demo.digests import load_overview, load_rates
from bot.demo.growth import load_growth
from bot.demo.handoffs import load_handoffs
from bot.demo.health import load_health
from bot.demo.losses import load_loss
from bot.demo.nurture import load_nurture
from bot.demo.past import forget_said
from bot.demo.past_care import load_care
from bot.demo.people import contacts_csv, load_decisions
from bot.demo.plans import load_plans
from bot.demo.pulses import load_earlier, load_running
from bot.demo.samples import MID_MARKET, accounts_csv, contracts_csv
from bot.demo.touches import load_insights, load_touches, tickets_csv, touches_csv
from bot.demo.usage import load_proposals, usage_csv
from bot.importing.accounts import ACCOUNTS
from bot.importing.batches import ImportKind, import_file
from bot.importing.contracts import CONTRACTS
from bot.importing.people import CONTACTS
from bot.importing.summary import ImportOptions
from bot.importing.touches import TICKETS, TOUCHPOINTS
from bot.importing.usage import USAGE
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
ROUTES = {"Enterprise": "C0ENTERPRISE", MID_MARKET: "C0MIDMARKET"}
"""Segment → the channel of its accounts that have none of their own."""


def load_samples(bot: Bot, folder: Path, now: datetime) -> None:
    """Write the sample export into `folder`, import it, and let people have done what they did before today."""
    today = local_date(now, bot.settings.timezone)
    with Work.writing(bot.db, bot.workspace_id, now) as work:
        for slack_id, role in ROLES.items():
            members.set_role(work, slack_id, role, "" if slack_id == MANAGER else MANAGER)
        for segment, channel in ROUTES.items():
            work.session.add(Route(workspace_id=bot.workspace_id, kind="segment", value=segment, channel=channel))
    _import(bot, ACCOUNTS, folder / "accounts.csv", accounts_csv(), now)
    _load_past(bot, folder, now)
    _import(bot, CONTRACTS, folder / "contracts.csv", contracts_csv(today), now)
    _import(bot, TOUCHPOINTS, folder / "touchpoints.csv", touches_csv(today), now)
    _import(bot, TICKETS, folder / "tickets.csv", tickets_csv(today), now)
    _import(bot, CONTACTS, folder / "contacts.csv", contacts_csv(today), now)
    _import(bot, USAGE, folder / "usage.csv", usage_csv(today), now)
    with Work.writing(bot.db, bot.workspace_id, now) as work:
        _act(work)
        load_insights(work)
        load_touches(work)
        load_earlier(work)
        load_health(work)
        load_plans(work)
        load_decisions(work)
        load_growth(work)
        load_handoffs(work)
        load_running(work)
        load_loss(work)
        load_nurture(work)
        load_waiting(work)
        load_overview(work)
        load_proposals(work)


def _load_past(bot: Bot, folder: Path, now: datetime) -> None:
    """The year before: imported as it was then, and worked on day by day. What was said of it has been read."""
    began = past_terms.began(now)
    today = local_date(now, bot.settings.timezone)
    _import(bot, ACCOUNTS, folder / "former.csv", past_terms.former_csv(is_gone=False), began)
    _import(bot, CONTRACTS, folder / "contracts-before.csv", past_terms.contracts_before_csv(today), began)
    with Work.writing(bot.db, bot.workspace_id, began) as work:
        past_terms.load_terms(work)
    with Work.writing(bot.db, bot.workspace_id, now) as work:
        load_rates(work)
        load_care(work)
        load_answered(work)
        forget_said(work)
    _import(bot, ACCOUNTS, folder / "former.csv", past_terms.former_csv(is_gone=True), now)


def _import(bot: Bot, kind: ImportKind, path: Path, text: str, now: datetime) -> None:
    path.write_text(text, encoding="utf-8", newline="")
    summary = import_file(bot.db, bot.workspace_id, kind, path, ImportOptions(), now, plan_accounts)
    # The samples are ours: if the importer cannot read them, the demo is broken and must say so.
    if summary.exit_code:
        raise RuntimeError(f"{path.name}: {dict(summary.tally.reasons)}")


def _act(work: Work) -> None:
    dana, marco = (_member(work, slack_id) for slack_id in (DANA, MARCO))
    cedar = _renewal(work, "Cedar Health")
    actions.claim(work, cedar, dana)
    at_risk = RenewalChange(
        stage="negotiating",
        forecast="at_risk",
        forecast_reason="Their new CFO wants 15% off and compares us with two others",
    )
    actions.change(work, cedar, dana, at_risk)
    fenwick = _renewal(work, "Fenwick & Rowe Legal")
    actions.claim(work, fenwick, marco)
    actions.change(work, fenwick, marco, RenewalChange(stage="signed"))
    _side_by_side(work, dana, marco)
    kestrel = _renewal(work, "Kestrel Air")
    until = local_date(work.now, "Europe/Berlin") + timedelta(days=7)
    actions.snooze(work, kestrel, dana, until, "Their buyer is on holiday until next week")


def _side_by_side(work: Work, dana: int, marco: int) -> None:
    """The four renewals that a newcomer sees first: one is won, one on track, one overdue, one at risk."""
    keepers = {
        "Sable Insurance": dana,
        "Ridgeway Museums": marco,
        "Quarrystone Builders": marco,
        "Poppyfield Hotels": dana,
    }
    found = {name: _renewal(work, name) for name in keepers}
    # A channel takes a message a second: the cards come first, and then what was done to them.
    for name, keeper in keepers.items():
        actions.claim(work, found[name], keeper)
    for stage in ("signed", "paid"):
        actions.change(work, found["Sable Insurance"], dana, RenewalChange(stage=stage))
    sure = RenewalChange(
        stage="proposed", forecast="commit", forecast_reason="Their director has said yes on the phone"
    )
    actions.change(work, found["Ridgeway Museums"], marco, sure)
    reason = "A cheaper tool was shown to them last week, and their buyer likes the price"
    at_risk = RenewalChange(stage="negotiating", forecast="at_risk", forecast_reason=reason)
    actions.change(work, found["Poppyfield Hotels"], dana, at_risk)


def _member(work: Work, slack_id: str) -> int:
    person = members.find(work, slack_id)
    if person is None:
        raise RuntimeError(f"the sandbox has no {slack_id}")
    return person.id


def _renewal(work: Work, account: str) -> int:
    return work.session.scalars(
        work.select(Renewal.id)
        .join(Account, Account.id == Renewal.account_id)
        .where(Account.name == account, Renewal.closed_at.is_(None))
    ).one()
