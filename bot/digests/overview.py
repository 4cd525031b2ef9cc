"""A manager's overview: what needs them, what changed, what lies ahead; as long for 200 accounts as for 40,000.

Each feature brings its part (accounts/overview_parts.py), counted and cut short by the database; here they are put
together. Who sends one keeps what it tells by `fate.record`, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from bot.accounts import team as account_team
from bot.accounts.overview_facts import Listing, OverviewSection
from bot.accounts.overview_parts import PARTS, OverviewLook
from bot.core.calendar import local_date
from bot.db.scope import within
from bot.db.work import Work
from bot.digests import fate
from bot.digests.facts_overview import FoldedKind, LastFate, Overview, OverviewPlace
from bot.digests.scope import Rhythm, Scope, ScopeKind
from bot.home.team import led_by
from bot.models import Account
from bot.workspace import members
from bot.workspace.members import MemberView

OVERVIEW = "overview"
"""The kind of its post."""

ASKS = 5
"""Lines with buttons in what needs its reader."""

NAMED = 3
DAYS: Mapping[Rhythm, int] = {Rhythm.DAILY: 1, Rhythm.WEEKLY: 7, Rhythm.MONTHLY: 31, Rhythm.QUARTERLY: 92}
"""How long a stretch the first one tells of."""

LEADERSHIP = (Rhythm.MONTHLY, Rhythm.QUARTERLY)

FIGURES = "figures"
PART_NAMES: Mapping[str, str] = {
    "needs": "What needs you",
    "changes": "What changed since the last one",
    "renewals": "Renewals ahead",
    "risks": "At risk",
    "sight": "Accounts out of sight",
    "pulses": "Pulses",
    "wins": "Wins",
    "growth": "Room to grow",
    "quarter": "What is left this quarter",
    FIGURES: "Figures (monthly and quarterly)",
}
"""What can be left out: key → words, in the order of the overview."""


def build_overview(
    work: Work, scope: Scope, rhythm: Rhythm, since: datetime | None, left_out: frozenset[str], setup_id: int
) -> Overview | None:
    """What there is to tell of these accounts since a moment (None: since the last one was sent, or the rhythm's days).

    `left_out` are keys of PART_NAMES. None when there is nothing to say, or nobody to say it to.
    """
    person = members.by_id(work, scope.member_id)
    if person is None or person.is_outsider:
        return None
    last = fate.last(work, setup_id)
    look = replace(
        look_over(work, scope, person),
        since=since or (last.sent_at if last else None),
        before=last.figures if last else {},
        before_on=str(local_date(last.sent_at, person.timezone)) if last else "",
        folded=fate.folded_kinds(work, setup_id),
        days=DAYS[rhythm],
    )
    parts = [one for one in PARTS if one.section not in left_out]
    told = [one.tell(work, look) for one in parts if rhythm in LEADERSHIP or not one.only_leadership]
    sections = _together([one for one in told if not one.is_empty])
    before = _last_fate(last, look) if "changes" not in left_out else None
    if not sections and before is None:
        return None
    return Overview(
        as_of=str(look.today),
        at=work.now.isoformat(),
        zone=person.timezone,
        rhythm=rhythm.value,
        place=OverviewPlace(scope.kind.value, scope.member_id, scope.segment),
        whose=_whose(scope, person),
        accounts=work.session.scalar(select(func.count()).select_from(Account).where(*look.conditions)) or 0,
        sections=tuple(_cut(one, look.folded) for one in sections),
        last=before,
        folded=tuple(kind for one in sections for kind in _folded(one, look.folded)),
        setup_id=setup_id,
    )


def look_over(work: Work, scope: Scope, person: MemberView) -> OverviewLook:
    """The accounts of a scope on the reader's day, without anything from an overview before."""
    return OverviewLook(
        conditions=_conditions(work, scope),
        today=local_date(work.now, person.timezone),
        zone=person.timezone,
        reader=person.slack_id,
        segment=scope.segment if scope.kind is ScopeKind.SEGMENT else "",
        is_whole=scope.kind is ScopeKind.ALL,
    )


def scope_of(place: OverviewPlace) -> Scope:
    """What a button's place means. Raises ValueError for a kind that nobody knows."""
    return Scope(ScopeKind(place.kind), place.member_id, place.segment)


def rows_of(work: Work, look: OverviewLook, section: str, offset: int, limit: int) -> Listing:
    """So many rows of the list behind a section, of all features that bring lines for it."""
    rows: list[Any] = []
    total = 0
    for part in PARTS:
        if part.section != section or part.listing is None:
            continue
        found = part.listing(work, look, max(0, offset - total), max(1, limit - len(rows)))
        if len(rows) < limit and offset < total + found.total:
            rows += found.rows[: limit - len(rows)]
        total += found.total or _count(work, look, part.listing)
    return Listing(tuple(rows), total)


def listed_sections() -> Sequence[str]:
    """The sections that have a list behind them, in their order."""
    return list(dict.fromkeys(one.section for one in PARTS if one.listing is not None))


def _count(work: Work, look: OverviewLook, listing: Any) -> int:
    """How many there are: a page behind the last row knows nothing of those before."""
    return int(listing(work, look, 0, 1).total)


def _conditions(work: Work, scope: Scope) -> tuple[ColumnElement[bool], ...]:
    of, active = work.workspace_id, Account.is_active.is_(True)
    if scope.kind is ScopeKind.ME:
        return within(Account.workspace_id, of), active, account_team.keeps(of, scope.member_id, Account.id)
    if scope.kind is ScopeKind.TEAM:
        # Their numbers, and no query over them: PostgreSQL takes a recursive one for far more people than there are.
        owners = work.session.scalars(led_by(of, scope.member_id)).all()
        return within(Account.workspace_id, of), active, Account.owner_id.in_(owners)
    if scope.kind is ScopeKind.SEGMENT:
        return Account.workspace_id == of, active, func.lower(Account.segment) == scope.segment.strip().lower()
    return Account.workspace_id == of, active


def _whose(scope: Scope, person: MemberView) -> str:
    return {
        ScopeKind.ME: f"{person.name}'s accounts",
        ScopeKind.TEAM: f"{person.name}'s team",
        ScopeKind.SEGMENT: scope.segment,
        ScopeKind.ALL: "all accounts",
    }[scope.kind]


def _together(told: Sequence[OverviewSection]) -> list[OverviewSection]:
    """What several features tell for one section, as one."""
    found: dict[str, OverviewSection] = {}
    for one in told:
        before = found.get(one.key)
        found[one.key] = one if before is None else _added(before, one)
    return list(found.values())


def _added(first: OverviewSection, more: OverviewSection) -> OverviewSection:
    return replace(
        first,
        lines=(*first.lines, *more.lines),
        after=(*first.after, *more.after),
        asks=(*first.asks, *more.asks),
        counts={**first.counts, **more.counts},
        kinds={**first.kinds, **more.kinds},
        chart=first.chart or more.chart,
        table=first.table or more.table,
        figures={**first.figures, **more.figures},
        listed=first.listed or more.listed,
    )


def _cut(section: OverviewSection, folded: frozenset[str]) -> OverviewSection:
    """The worst lines alone; what is folded is counted apart."""
    asks = sorted(section.asks, key=lambda one: (-one.severity, one.due_on if one.severity else ""))
    counts = {kind: count for kind, count in section.counts.items() if kind not in folded}
    return replace(section, asks=tuple(asks[:ASKS]), counts=counts)


def _folded(section: OverviewSection, folded: frozenset[str]) -> list[FoldedKind]:
    return [
        FoldedKind(section.key, count, section.kinds[kind][count != 1])
        for kind, count in section.counts.items()
        if kind in folded and count
    ]


def _last_fate(last: fate.LastOverview | None, look: OverviewLook) -> LastFate | None:
    if last is None or not last.fate.asked:
        return None
    found = last.fate
    return LastFate(look.before_on, found.asked, found.acted, found.in_time, tuple(last.waiting[:NAMED]))
