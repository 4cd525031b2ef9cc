"""Dismissals: kept with who, when, about what and why; counted for managers; forgotten as old messages are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.db.work import Work
from bot.models import Account, Member
from bot.models import Dismissal as Row
from bot.workspace.alerts import AlertReference, Wrong
from bot.workspace.members import MemberView

SHOWN_FOR = timedelta(days=90)
NEWEST = 3


@dataclass(frozen=True, slots=True)
class DismissedAlert:
    """One that managers read: of which account, what was wrong, in whose words, by whom and when."""

    account: str
    wrong: Wrong
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Dismissals:
    """Those of the last `SHOWN_FOR`: how many for each reason, most first, and the newest of them."""

    counts: tuple[tuple[Wrong, int], ...]
    newest: tuple[DismissedAlert, ...]


def dismiss(work: Work, alert: AlertReference, wrong: Wrong, words: str, by: MemberView) -> None:
    """Keep that an alert was wrong."""
    work.session.add(
        Row(
            workspace_id=work.workspace_id,
            account_id=alert.account_id,
            member_id=by.id,
            subject=alert.subject,
            reason=wrong.value,
            words=words,
            at=work.now,
        )
    )


def recent(work: Work) -> Dismissals:
    """What was dismissed lately."""
    rows = work.session.execute(
        select(Row.reason, Row.words, Row.at, Account.name.label("account"), Member.name.label("by"))
        .join(Account, Account.id == Row.account_id)
        .join(Member, Member.id == Row.member_id)
        .where(Row.workspace_id == work.workspace_id, Row.at >= work.now - SHOWN_FOR)
        .order_by(Row.at.desc(), Row.id.desc())
    ).all()
    known = [row for row in rows if row.reason in set(Wrong)]
    counts = Counter(Wrong(row.reason) for row in known)
    newest = tuple(DismissedAlert(row.account, Wrong(row.reason), row.words, row.by, row.at) for row in known[:NEWEST])
    return Dismissals(tuple(counts.most_common()), newest)
