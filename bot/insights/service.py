"""The insight library: something worth telling a customer, written down once, changed, retired, and listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.core import events
from bot.core.links import is_web_address
from bot.db.scope import is_row, within
from bot.db.work import Work
from bot.errors import FieldErrors, NotForYou, Refused
from bot.insights.events import InsightChanged
from bot.insights.facts import InsightAudience, InsightDetails, InsightEntry, told
from bot.insights.rules import INVITATIONS, Goal, InsightKind
from bot.models import Account, InsightUse, Member, PulseRound
from bot.models import Insight as Row
from bot.workspace.members import MemberView

GONE = "That insight is no longer there. Look at the others with `/insight list`."
OFFER_LENGTH = 200


PLAIN = InsightDetails()


def add(
    work: Work, words: str, url: str, audience: InsightAudience, by: MemberView, details: InsightDetails = PLAIN
) -> int:
    """Write an insight down; returns its number. Raises FieldErrors for what cannot be used."""
    values = checked(work, words, url, audience, details)
    values |= {"workspace_id": work.workspace_id, "by_id": by.id, "created_at": work.now}
    table = Row.__table__
    work.forget()
    return int(work.session.execute(insert(table).values(values).returning(table.c.id)).scalar_one())  # type: ignore[arg-type]


def edit(
    work: Work,
    insight_id: int,
    words: str,
    url: str,
    audience: InsightAudience,
    by: MemberView,
    details: InsightDetails,
) -> None:
    """Correct an insight. Raises FieldErrors as `add` does, and NotForYou for one that somebody else wrote down."""
    was = _require_author(work, insight_id, by)
    values = checked(work, words, url, audience, details)
    del values["published_on"]
    work.session.execute(update(Row).where(is_row(Row, work.workspace_id, insight_id)).values(values))
    work.forget()
    events.publish(work, InsightChanged(insight_id, was.told, told(words.strip(), url.strip())))


def retire(work: Work, insight_id: int, by: MemberView) -> None:
    """Propose it to nobody any more. Raises NotForYou for one that somebody else wrote down."""
    was = _require_author(work, insight_id, by)
    _retired(work, was, True)


def restore(work: Work, insight_id: int, by: MemberView) -> None:
    """Propose it again: it was retired by a slip. Raises as `retire` does."""
    was = _require_author(work, insight_id, by, is_retired=True)
    _retired(work, was, False)


def _retired(work: Work, was: InsightEntry, is_retired: bool) -> None:
    row = update(Row).where(is_row(Row, work.workspace_id, was.id))
    work.session.execute(row.values(retired_at=work.now if is_retired else None))
    work.forget()
    events.publish(work, InsightChanged(was.id, was.told, was.told))


def checked(work: Work, words: str, url: str, audience: InsightAudience, details: InsightDetails) -> dict[str, Any]:
    """An insight's columns. Raises FieldErrors (words, url, account.find, valid_until) for what cannot be used."""
    words, url = words.strip(), url.strip()
    errors: dict[str, str] = {}
    if not words:
        errors["words"] = "Say in a sentence what is worth telling."
    if url and not is_web_address(url):
        errors["url"] = "Write a whole link, such as https://example.com/article."
    if audience.account_id is not None and _account(work, audience.account_id) is None:
        errors["account.find"] = "That account is no longer there. Choose another."
    if details.kind in INVITATIONS and details.valid_until is None:
        errors["valid_until"] = "Choose the day on which it takes place."
    if errors:
        raise FieldErrors(errors)
    return {
        "account_id": audience.account_id,
        "industries": list(audience.industries) if audience.account_id is None else [],
        "words": words,
        "url": url,
        "kind": str(InsightKind(details.kind)),
        "topics": list(details.topics),
        "is_about_us": details.is_about_us,
        "valid_until": details.valid_until,
        "goal": str(Goal(details.goal)) if details.goal else "",
        "offer": details.offer[:OFFER_LENGTH],
        "published_on": details.published_on,
    }


def read(work: Work, insight_id: int) -> InsightEntry:
    """One insight. Raises Refused when it is gone or retired."""
    return _read(work, insight_id, False)


def _read(work: Work, insight_id: int, is_retired: bool) -> InsightEntry:
    found = _entries(work, [insight_id], is_retired)
    if not found:
        raise Refused(GONE)
    return found[0]


def listing(work: Work, limit: int) -> tuple[list[InsightEntry], int]:
    """The newest insights that are not retired, and how many there are in all."""
    live = Row.retired_at.is_(None)
    total = work.session.scalar(select(func.count(Row.id)).where(Row.workspace_id == work.workspace_id, live)) or 0
    newest = work.session.scalars(
        work.select(Row.id).where(live).order_by(Row.created_at.desc(), Row.id.desc()).limit(limit)
    ).all()
    return _entries(work, newest), total


def industries(work: Work, limit: int = 90) -> Sequence[str]:
    """The industries of the active accounts, the most frequent first, by name."""
    rows = work.session.scalars(
        work.select(Account.industry)
        .where(Account.is_active.is_(True), Account.industry != "")
        .group_by(Account.industry)
        .order_by(func.count().desc(), Account.industry)
        .limit(limit)
    ).all()
    return sorted(rows)


def _entries(work: Work, ids: Sequence[int], is_retired: bool = False) -> list[InsightEntry]:
    rows = work.session.execute(
        work.select(Row, Account.name, Member.name)
        .outerjoin(Account, Account.id == Row.account_id)
        .outerjoin(Member, Member.id == Row.by_id)
        .where(Row.id.in_(ids), Row.retired_at.is_not(None) if is_retired else Row.retired_at.is_(None))
        .order_by(Row.created_at.desc(), Row.id.desc())
    ).all()
    used = _used(work, ids)
    return [
        InsightEntry(
            one.id,
            one.words,
            one.url,
            InsightAudience(one.account_id, tuple(one.industries)),
            InsightDetails(
                one.kind, tuple(one.topics), one.is_about_us, one.valid_until, one.goal, one.offer, one.published_on
            ),
            account or "",
            one.by_id,
            by or "",
            one.created_at,
            used.get(one.id, 0),
        )
        for one, account, by in rows
    ]


def _used(work: Work, ids: Sequence[int]) -> Mapping[int, int]:
    by_touch = select(InsightUse.insight_id, InsightUse.account_id).where(
        within(InsightUse.workspace_id, work.workspace_id), InsightUse.insight_id.in_(ids)
    )
    by_pulse = work.select(PulseRound.insight_id, PulseRound.account_id).where(PulseRound.insight_id.in_(ids))
    both = by_touch.union(by_pulse).subquery()
    rows = work.session.execute(select(both.c.insight_id, func.count()).group_by(both.c.insight_id))
    return {row[0]: row[1] for row in rows}


def _require_author(work: Work, insight_id: int, by: MemberView, is_retired: bool = False) -> InsightEntry:
    entry = _read(work, insight_id, is_retired)
    if not (by.manages or entry.by_id == by.id):
        whose = f"{entry.by} wrote it down" if entry.by else "It was imported"
        raise NotForYou(f"{whose}: ask {entry.by or 'a manager'}{', or a manager' if entry.by else ''}.")
    return entry


def _account(work: Work, account_id: int) -> int | None:
    return work.session.scalar(work.select(Account.id).where(Account.id == account_id))
