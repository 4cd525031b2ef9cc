"""The terms before: what the sample customers paid until a year ago, how each was renewed, and two who left since.

What people did then is done by the same verbs on the days on which they did it. Nobody is told of it now.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import update

from bot.agenda import jobs
from bot.core.calendar import local_date, local_moment, working_day_on_or_before
from bot.core.months import shifted
from bot.db.work import Work
from bot.demo.samples import ACCOUNTS, CONTRACTS, DANA, HELEN, MARCO
from bot.models import Account, Renewal, Teammate
from bot.renewals import actions, signing
from bot.renewals.actions import RenewalChange
from bot.renewals.job_kinds import RenewalJob
from bot.renewals.rung import run_rung
from bot.renewals.term_end import run_term_end
from bot.workspace import members

ZONE = "Europe/Berlin"
DAYS_BEFORE = 520
"""So many days before today the books of that time were imported: before the first reminder of any of these terms."""


@dataclass(frozen=True, slots=True)
class FormerCustomer:
    """A customer that has left: the contract ended `ended` days ago; lost so many days earlier, for a reason."""

    id: str
    name: str
    segment: str
    owner: str
    ended: int
    value: str
    currency: str
    reason: str
    words: str


FORMER = (
    FormerCustomer(
        "A-21",
        "Vesper Dental",
        "Growth",
        DANA,
        132,
        "14,500.00",
        "EUR",
        "no_answer",
        "Three mails without an answer; by then a nephew had built them something",
    ),
    FormerCustomer(
        "A-22",
        "Hollin Brewery",
        "Growth",
        MARCO,
        236,
        "19,800.00",
        "GBP",
        "company_change",
        "Bought by a group that has its own tool",
    ),
)

CALLS = (
    (90, "engaged", "best_case", "They have not said when they decide"),
    (30, "proposed", "commit", "Yes on the phone, the paper is on its way"),
)
"""Days before the deadline, the stage, how the renewal was called then, and why."""

SIGNED, PAID, LOST = 16, 4, 21
"""Days before the deadline."""


def former_csv(is_gone: bool) -> str:
    """Those who have left, as the CRM has them: while they were there, or now."""
    header = ("Account ID", "Account Name", "Tier", "Segment", "Account Owner", "Manager", "Churned")
    gone = "yes" if is_gone else "no"
    return _csv(header, [(one.id, one.name, "Mid", one.segment, one.owner, HELEN, gone) for one in FORMER])


def contracts_before_csv(today: date) -> str:
    """The contracts as they ran a year before `today`."""
    header = (
        "Contract ID",
        "Account ID",
        "Contract Name",
        "Start Date",
        "End Date",
        "Contract Term",
        "ARR",
        "Currency",
        "Auto Renew",
        "Notice Period",
    )
    rows = []
    for one in CONTRACTS:
        if one.before and (ends := one.ends(today)) is not None:
            begins, ended = str(one.starts(today)), str(shifted(ends, -12))
            renews = "yes" if one.auto_renew else "no"
            worth = (one.before, one.currency)
            rows.append((one.id, one.account_id, one.name, begins, ended, "annual", *worth, renews, one.notice))
    for left in FORMER:
        ends = today - timedelta(days=left.ended)
        name = ("C" + left.id[1:] + "00", left.id, "Platform")
        begins = str(shifted(ends, -12))
        rows.append((*name, begins, str(ends), "annual", left.value, left.currency, "no", ""))
    return _csv(header, rows)


def load_terms(work: Work) -> None:
    """Let a year pass for those contracts: reminders, calls, signatures, payments, and two that were lost."""
    renewed = {one.account_id for one in CONTRACTS if one.before}
    owned = {one.name: _slack_id(one.owner) for one in (*ACCOUNTS, *FORMER) if one.id in renewed or one in FORMER}
    lost = {one.name: one for one in FORMER}
    # The CRM's export of today made their accounts; they have been customers, and kept by these people, since then.
    of_here = Account.workspace_id == work.workspace_id
    work.session.execute(update(Account).where(of_here, Account.name.in_(owned)).values(created_at=work.now))
    work.session.execute(
        update(Teammate).where(Teammate.workspace_id == work.workspace_id).values(since=work.now - timedelta(days=1))
    )
    now_worth: dict[str, dict[str, Decimal]] = {}
    names = {one.id: one.name for one in ACCOUNTS}
    for one in CONTRACTS:
        if one.before:
            sums = now_worth.setdefault(names[one.account_id], {})
            sums[one.currency] = sums.get(one.currency, Decimal(0)) + Decimal(one.value.replace(",", ""))
    rows = work.session.execute(
        work.select(Renewal.id, Renewal.deadline, Account.name)
        .join(Account, Account.id == Renewal.account_id)
        .order_by(Renewal.deadline, Renewal.id)
    ).all()
    for renewal_id, deadline, name in rows:
        keeper = _member(work, owned[name])
        _remind(work, renewal_id, keeper, deadline, name not in lost)
        if name in lost:
            _lose(work, renewal_id, keeper, deadline, lost[name])
        else:
            _renew(work, renewal_id, keeper, deadline, now_worth[name])


def _remind(work: Work, renewal_id: int, keeper: int, deadline: date, is_renewed: bool) -> None:
    """Its first reminder comes, and somebody takes it on; the calls follow."""
    for job in jobs.pending_for(work, [f"renewal:{renewal_id}"], [RenewalJob.RUNG]):
        run_rung(work.at(job.due_at), [job])
        # Some an hour later, some after two days: as people are.
        actions.claim(work.at(job.due_at + timedelta(hours=1 + 11 * (renewal_id % 5))), renewal_id, keeper)
    for days, stage, forecast, why in CALLS if is_renewed else CALLS[:1]:
        called = RenewalChange(stage=stage, forecast=forecast, forecast_reason=why)
        actions.change(_at(work, deadline, days), renewal_id, keeper, called)


def _renew(work: Work, renewal_id: int, keeper: int, deadline: date, worth: Mapping[str, Decimal]) -> None:
    signed = _at(work, deadline, SIGNED)
    shown = signing.shown(signed, renewal_id)
    if shown is None:
        raise RuntimeError(f"renewal {renewal_id} is not there")
    terms = replace(shown, values={currency: worth[currency] for currency in shown.values})
    actions.change(signed, renewal_id, keeper, RenewalChange(stage="signed", final=terms))
    actions.mark_paid(_at(work, deadline, PAID), renewal_id, keeper)


def _lose(work: Work, renewal_id: int, keeper: int, deadline: date, left: FormerCustomer) -> None:
    lost = RenewalChange(stage="lost", lost_reason=left.reason, lost_words=left.words)
    actions.change(_at(work, deadline, LOST), renewal_id, keeper, lost)
    for job in jobs.pending_for(work, [f"renewal:{renewal_id}"], [RenewalJob.TERM_END]):
        run_term_end(work.at(job.due_at), [job])


def _at(work: Work, deadline: date, days_before: int) -> Work:
    """The work as of eleven o'clock, so many days before a deadline or on the working day before that."""
    day = working_day_on_or_before(deadline - timedelta(days=days_before))
    return work.at(local_moment(day, time(11), ZONE))


def began(now: datetime) -> datetime:
    """When the books of that time were imported."""
    day = working_day_on_or_before(local_date(now, ZONE) - timedelta(days=DAYS_BEFORE))
    return local_moment(day, time(9), ZONE)


def _slack_id(email: str) -> str:
    return {DANA: "U0REP1", MARCO: "U0REP2"}.get(email, "U0MGR1")


def _member(work: Work, slack_id: str) -> int:
    person = members.find(work, slack_id)
    if person is None:
        raise RuntimeError(f"the sandbox has no {slack_id}")
    return person.id


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
