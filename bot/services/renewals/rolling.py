"""Contracts go on to their next term: with the value that was agreed, and with a renewal of its own planned for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.models import Account, Contract, Workspace
from bot.rules.notice import Notice
from bot.rules.terms import CENT, assumed_renewal_term, is_end_inclusive, months_between, next_end
from bot.services.many import run_many
from bot.services.notice_days import last_day_to_say_no
from bot.services.renewals import cards, schedule
from bot.services.renewals.batch import Batch
from bot.services.renewals.state import State


class Rolling(NamedTuple):
    """One contract whose term ends. `country` is its account's, or the workspace's, for notice in working days."""

    id: int
    renewal_id: int | None
    start_date: date | None
    renewal_date: date
    deadline: date
    term_months: int
    value: Decimal | None
    currency: str | None
    auto_renew: bool
    renewal_term_months: int | None = None
    is_last_day: bool = False
    notice_days: int = 0
    notice: str | None = None
    country: str = ""

    @property
    def ends_on_last_day(self) -> bool:
        """Whether the renewal date is the last day of the term that ends."""
        return is_end_inclusive(self.start_date, self.renewal_date, self.is_last_day)

    def deadline_before(self, renewal_date: date) -> date:
        """The last day to say no to another renewal date: by the notice period, and by the days there are now.

        The days count only where somebody agreed on an earlier day than the notice period gives.
        """
        notice = Notice.of(self.notice_days, self.notice)
        by_notice = last_day_to_say_no(renewal_date, notice, self.ends_on_last_day, self.country)
        if self.deadline >= last_day_to_say_no(self.renewal_date, notice, self.ends_on_last_day, self.country):
            return by_notice
        return min(by_notice, renewal_date - (self.renewal_date - self.deadline))


NEXT_TERM = "next_term"
"""In the facts of a renewal: the term that was agreed for after it, as `months` and `ends` (an ISO day)."""


def roll(session: Session, batch: Batch, states: Sequence[State], with_proposed_value: bool) -> dict[int, State]:
    """Roll the contracts of these renewals to their next term; gives the renewals back, by id.

    A renewal keeps its contracts as they stood, for its card. The caller plans the accounts afterwards.
    """
    contracts = running(session, batch.office.workspace_id, [s.id for s in states])
    lines = cards.lines_of(session, batch.office.workspace_id, [s.id for s in states])
    changes: list[dict[str, Any]] = []
    rolled: dict[int, State] = {}
    for s in states:
        own = contracts.get(s.id, [])
        values = agreed_values(own, s.proposed_value, s.proposed_currency) if with_proposed_value else {}
        today = schedule.today_of(batch.office, s, batch.now)
        terms = {c.id: next_term(c, today, s.facts.get(NEXT_TERM)) for c in own}
        facts = {**s.facts, **cards.keep_lines(lines.get(s.id, [])), "rolled": [c.id for c in own]}
        if with_proposed_value:
            facts |= _agreed(s, own, values)
        for c in own:
            value, currency = values.get(c.id, (c.value, c.currency))
            changes.append(_rolled(c, terms[c.id], value, currency))
        if terms:
            facts["next"] = str(min(ends for ends, _ in terms.values()))
        rolled[s.id] = batch.change(s, facts=facts)
    _write(session, changes)
    return rolled


def agree(session: Session, batch: Batch, s: State) -> State:
    """Write the agreed value to contracts whose new term runs already, unless they rolled with it."""
    if s.proposed_value is None or s.facts.get("agreed") == _written(s):
        return s
    own = _of_ids(session, batch.office.workspace_id, s.facts.get("rolled", ()))
    values = agreed_values(own, s.proposed_value, s.proposed_currency)
    run_many(
        session,
        _AGREE,
        [
            {"contract": contract, "new_value": value, "new_currency": currency}
            for contract, (value, currency) in values.items()
        ],
    )
    return batch.change(s, facts={**s.facts, **_agreed(s, own, values)})


def unshared(s: State) -> dict[str, str]:
    """For a line: the agreed value that could not be shared out among the contracts; empty when it could."""
    if not s.facts.get("unshared"):
        return {}
    return {"unshared": str(s.proposed_value), "unshared_currency": s.proposed_currency or ""}


def _agreed(s: State, own: Sequence[Rolling], values: Mapping[int, object]) -> dict[str, Any]:
    """What to remember: the value that the contracts have now, or that it could not be shared out among them."""
    return {"agreed": _written(s), "unshared": bool(own) and s.proposed_value is not None and not values}


def _written(s: State) -> list[str] | None:
    return None if s.proposed_value is None else [str(s.proposed_value.normalize()), s.proposed_currency or ""]


def _rolled(c: Rolling, term: tuple[date, int], value: Decimal | None, currency: str | None) -> dict[str, Any]:
    ends, months = term
    return {
        "contract": c.id,
        "new_renewal_date": ends,
        "new_deadline": c.deadline_before(ends),
        "new_term_months": months,
        "new_value": value,
        "new_currency": currency,
    }


def next_term(c: Rolling, today: date, agreed: Mapping[str, Any] | None = None) -> tuple[date, int]:
    """When the term after the one that ends now ends, and how many months it has; always after today.

    It has the length that was `agreed` for it, else the contract's renewal term, else the assumed one. It ends on the
    day of the month of the start, and where terms end on their last day, on a last day.
    """
    agreed = agreed or {}
    ends = date.fromisoformat(agreed["ends"]) if agreed.get("ends") else None
    usual = c.renewal_term_months or assumed_renewal_term(c.term_months)
    if ends is not None and ends > c.renewal_date:
        months = agreed.get("months") or months_between(c.renewal_date, ends)
    else:
        months = agreed.get("months") or usual
        ends = next_end(c.renewal_date, months, c.renewal_date, c.start_date, c.ends_on_last_day)
    if ends > today:
        return ends, months
    return next_end(ends, usual, today, c.start_date, c.ends_on_last_day), usual


def set_next_term(
    session: Session, batch: Batch, s: State, months: int | None = None, ends: date | None = None
) -> State:
    """Agree on the next term of a renewal's contracts: its length in `months`, or the day on which it `ends`, or both.

    The contracts take it when they roll; where they have rolled already, at once. Later terms go by the contract again.
    The caller writes the batch and plans the account. ValueError for a term below one month, or for an end that does
    not lie after the renewal date.
    """
    if months is not None and months < 1:
        raise ValueError("A term has at least one month.")
    if ends is not None and ends <= s.renewal_date:
        raise ValueError("The new term ends after the renewal date.")
    agreed = {"months": months, "ends": str(ends) if ends else None} if months or ends else None
    facts = {name: fact for name, fact in s.facts.items() if name != NEXT_TERM}
    if agreed:
        facts[NEXT_TERM] = agreed
    if agreed and "rolled" in s.facts:
        today = schedule.today_of(batch.office, s, batch.now)
        own = _of_ids(session, batch.office.workspace_id, s.facts["rolled"])
        changes = []
        for c in own:
            ended = c._replace(renewal_date=s.renewal_date, deadline=c.deadline_before(s.renewal_date))
            changes.append(_rolled(c, next_term(ended, today, agreed), c.value, c.currency))
        _write(session, changes)
        if changes:
            facts["next"] = str(min(change["new_renewal_date"] for change in changes))
    return batch.change(s, facts=facts)


def agreed_values(
    contracts: Sequence[Rolling], value: Decimal | None, currency: str | None
) -> dict[int, tuple[Decimal, str]]:
    """The agreed value shared out among the contracts in its currency, in proportion to what they were worth.

    The last one takes the cents left over. A single contract takes it whatever it was worth before, and so do several
    that are all in one other currency, together. Else contracts in other currencies, or of unknown value, stay as they
    are; empty when that is all of them.
    """
    if value is None or currency is None:
        return {}
    if len(contracts) == 1:
        return {contracts[0].id: (value, currency)}
    alike = [c for c in contracts if c.currency == currency and c.value]
    if not alike and len({c.currency for c in contracts}) == 1 and all(c.value for c in contracts):
        alike = list(contracts)
    before = sum((c.value for c in alike if c.value), Decimal(0))
    if not before:
        return {}
    shares = {c.id: (value * (c.value or 0) / before).quantize(CENT, ROUND_HALF_UP) for c in alike}
    last = alike[-1].id
    shares[last] += value - sum(shares.values(), Decimal(0))
    return {contract: (share, currency) for contract, share in shares.items()}


def _select() -> Select[Any]:
    country = func.coalesce(func.nullif(Account.country, ""), Workspace.country)
    return (
        select(*(getattr(Contract, name) for name in Rolling._fields[:-1]), country)
        .join(Account, Account.id == Contract.account_id)
        .join(Workspace, Workspace.id == Contract.workspace_id)
    )


def running(session: Session, workspace_id: int, renewal_ids: Sequence[int]) -> dict[int | None, list[Rolling]]:
    """The running contracts of each renewal."""
    rows = session.execute(
        _select()
        .where(
            Contract.workspace_id == workspace_id,
            Contract.renewal_id.in_(renewal_ids),
            Contract.status == "active",
            Contract.renewal_date.is_not(None),
            Contract.deadline.is_not(None),
        )
        .order_by(Contract.id)
    )
    by_renewal: dict[int | None, list[Rolling]] = defaultdict(list)
    for row in rows:
        by_renewal[row[1]].append(Rolling._make(row))
    return by_renewal


def with_dates(session: Session, workspace_id: int, renewal_id: int) -> list[Rolling]:
    """A renewal's contracts that have a renewal date, running or not."""
    rows = session.execute(
        _select()
        .where(
            Contract.workspace_id == workspace_id,
            Contract.renewal_id == renewal_id,
            Contract.renewal_date.is_not(None),
            Contract.deadline.is_not(None),
        )
        .order_by(Contract.id)
    )
    return [Rolling._make(row) for row in rows]


def _of_ids(session: Session, workspace_id: int, ids: Sequence[int]) -> list[Rolling]:
    rows = session.execute(
        _select()
        .where(Contract.workspace_id == workspace_id, Contract.id.in_(ids), Contract.status == "active")
        .order_by(Contract.id)
    )
    return [Rolling._make(row) for row in rows]


_AGREE = (
    update(Contract.__table__)  # type: ignore[arg-type]
    .where(Contract.__table__.c.id == bindparam("contract"))
    .values(value=bindparam("new_value"), currency=bindparam("new_currency"))
)


def _write(session: Session, changes: Sequence[dict[str, Any]]) -> None:
    if changes:
        table = Contract.__table__
        names = ("renewal_date", "deadline", "term_months", "value", "currency")
        session.connection().execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("contract"))
            # A date that a person moved was the last term's: for the next one the file's dates count again.
            .values({"renewal_id": None, "moved_by_id": None, **{name: bindparam(f"new_{name}") for name in names}}),
            changes,
        )
