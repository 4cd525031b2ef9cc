"""Renewals that need somebody: overdue, escalated, nobody on them, or signed and not paid; and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, or_, select

from bot.accounts.overview_facts import Listing, OverviewAsk, OverviewSection
from bot.accounts.overview_parts import Asked, OverviewLook
from bot.core.calendar import local_date
from bot.db.scope import among, within
from bot.db.work import Work
from bot.models import Account, Escalation, Post, Renewal
from bot.renewals.escalations import QUESTION
from bot.renewals.line_codes import NoticeCode
from bot.renewals.messages import overview as words
from bot.renewals.overview import rows
from bot.renewals.overview.sums import sums_by
from bot.renewals.rules.escalation import is_overdue
from bot.renewals.rules.needs import KINDS, Need
from bot.renewals.rules.stages import Forecast, Stage, is_unsigned
from bot.renewals.rules.sums import together
from bot.workspace import context

SECTION, MOST = "needs", 5
ESCALATED_FOR = timedelta(days=28)
"""How long an escalation that nobody answered with an update still counts."""

_SIGNED = (Stage.SIGNED, Stage.INVOICED)
_CODES = {
    Need.OVERDUE: NoticeCode.OVERDUE,
    Need.ESCALATED: NoticeCode.QUIET,
    Need.UNCLAIMED: NoticeCode.UNCLAIMED,
    Need.UNPAID: NoticeCode.UNPAID,
}


def tell(work: Work, look: OverviewLook) -> OverviewSection:
    """How many need somebody and what they are worth, and the worst of them."""
    need = _need(work, look)
    found = sums_by(work, look, [need], _is_open(look), need.is_not(None))
    if not found:
        return OverviewSection(SECTION, words.NEEDS)
    counts = {kind.value: found[(kind.value,)].count for kind in KINDS if (kind.value,) in found}
    ids, why, _ = _worst(work, look, 0, MOST, look.folded)
    return OverviewSection(
        key=SECTION,
        title=words.NEEDS,
        lines=(words.need_worth(together(list(found.values()))),),
        asks=tuple(
            _ask(row, why[row.renewal_id], look) for row in rows.read(work, ids, look.today, look.zone, _codes(why))
        ),
        counts=counts,
        kinds={kind: KINDS[Need(kind)] for kind in counts},
        listed=True,
    )


def listing(work: Work, look: OverviewLook, offset: int, limit: int) -> Listing:
    """All of them, the worst first."""
    ids, why, total = _worst(work, look, offset, limit, frozenset())
    found = rows.read(work, ids, look.today, look.zone, _codes(why))
    whys = [words.need_words(why[row.renewal_id], row, str(look.today)) for row in found]
    return Listing(rows.listed(found, look.today, whys), total)


def acts(work: Work, lines: Sequence[Asked]) -> Mapping[int, datetime]:
    """When somebody first did something to each of these renewals, or asked who answers for it, after it was told."""
    numbers = {one.number for one in lines}
    found = {one.id: one for one in work.rows(_AS_THEY_ARE, ids=list(numbers))}
    asked = _questions(work, min(one.at for one in lines)) if lines else {}
    today = local_date(work.now, context.of(work).zone)
    acted: dict[int, datetime] = {}
    for one in lines:
        row = found.get(one.number)
        if row is None:
            acted[one.line] = work.now
            continue
        moments = [at for name in _MOMENTS if (at := getattr(row, name)) is not None]
        later = [at for at in [*moments, *asked.get(one.number, [])] if at > one.at]
        if later:
            acted[one.line] = min(later)
        elif not _still(one.kind, row, today):
            acted[one.line] = work.now
    return acted


_MOMENTS = ("touched_at", "claimed_at", "stage_at", "snoozed_at", "signed_at", "invoiced_at", "paid_at", "closed_at")
_R, _P = Renewal.__table__.c, Post.__table__.c
_AS_THEY_ARE = select(
    _R.id,
    _R.claimed_by_id,
    _R.stage,
    _R.forecast,
    _R.renewal_date,
    _R.auto_renew,
    *(_R[name] for name in _MOMENTS),
).where(within(_R.workspace_id, bindparam("of")), among(_R.id))
_QUESTIONS = select(_P.key, _P.created_at).where(
    _P.workspace_id == bindparam("of"), _P.kind == QUESTION, _P.created_at > bindparam("since")
)


def _still(kind: str, row: Any, today: Any) -> bool:
    """Whether what was asked about is still so, though nobody did anything."""
    unsigned = is_unsigned(Stage(row.stage))
    if row.closed_at is not None:
        return False
    if kind == Need.OVERDUE:
        return is_overdue(Stage(row.stage), row.auto_renew, row.renewal_date, today)
    if kind == Need.UNCLAIMED:
        return unsigned and row.claimed_by_id is None
    if kind == Need.UNPAID:
        return not unsigned
    return unsigned and (kind != Need.AT_RISK or row.forecast == Forecast.AT_RISK)


def _questions(work: Work, since: datetime) -> dict[int, list[datetime]]:
    """Renewal → when somebody was asked what is next with it."""
    found: dict[int, list[datetime]] = {}
    for key, at in work.rows(_QUESTIONS, since=since):
        found.setdefault(int(key.split(":")[1]), []).append(at)
    return found


def _is_open(look: OverviewLook) -> ColumnElement[bool]:
    return and_(
        Renewal.closed_at.is_(None),
        Renewal.carded_at.is_not(None),
        or_(Renewal.snoozed_until.is_(None), Renewal.snoozed_until <= look.today),
    )


def _need(work: Work, look: OverviewLook) -> ColumnElement[Any]:
    unsigned = Renewal.stage.not_in(_SIGNED)
    told = exists().where(
        within(Escalation.workspace_id, work.workspace_id),
        Escalation.renewal_id == Renewal.id,
        Escalation.told_at > work.now - ESCALATED_FOR,
        or_(
            Escalation.step == "quiet",
            Escalation.step.startswith("stuck_"),
            and_(Escalation.step.startswith("unclaimed_"), Escalation.step != "unclaimed_owner"),
        ),
        or_(Renewal.touched_at.is_(None), Renewal.touched_at < Escalation.told_at),
    )
    return case(
        (and_(unsigned, Renewal.auto_renew.is_(False), Renewal.renewal_date <= look.today), Need.OVERDUE.value),
        (and_(unsigned, told), Need.ESCALATED.value),
        (and_(unsigned, Renewal.claimed_by_id.is_(None)), Need.UNCLAIMED.value),
        (and_(~unsigned, Renewal.renewal_date < look.today), Need.UNPAID.value),
        else_=None,
    )


def _worst(
    work: Work, look: OverviewLook, offset: int, limit: int, but: frozenset[str]
) -> tuple[list[int], dict[int, Need], int]:
    need = _need(work, look)
    wanted = [kind for kind in KINDS if kind not in but]
    rank = case({kind.value: place for place, kind in enumerate(KINDS)}, value=need)
    found = work.session.execute(
        select(Renewal.id, need.label("need"), func.count().over().label("total"))
        .join(Account, Account.id == Renewal.account_id)
        .where(*look.conditions, _is_open(look), need.in_(wanted))
        .order_by(rank, Renewal.deadline, Renewal.id)
        .offset(offset)
        .limit(limit)
    ).all()
    return [one.id for one in found], {one.id: Need(one.need) for one in found}, found[0].total if found else 0


def _codes(why: Mapping[int, Need]) -> dict[int, str]:
    return {renewal_id: _CODES[need].value for renewal_id, need in why.items()}


def _ask(row: Any, need: Need, look: OverviewLook) -> OverviewAsk:
    shown = replace(row, account=row.account[: rows.NAME_SHOWN])
    return OverviewAsk(
        key=f"{need}:{row.renewal_id}",
        kind=need.value,
        account_id=row.account_id,
        account=row.account,
        words=words.need_row(need, shown, str(look.today)),
        severity=len(KINDS) - list(KINDS).index(need),
        due_on=row.deadline,
        buttons=words.buttons(row, look.reader),
        menu=words.menu(row),
    )
