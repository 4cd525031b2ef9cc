"""Contracts go on to their next term: with the value that was agreed, and with a renewal of its own planned for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select, update

from bot.accounts.events import ContractsWritten
from bot.core import events
from bot.core.money import packed
from bot.core.notice import NoticePeriod
from bot.db.bulk import run_many
from bot.db.scope import is_row
from bot.db.work import Work
from bot.models import Account, Contract, Workspace
from bot.renewals import card
from bot.renewals.batch import RenewalBatch
from bot.renewals.notice_deadline import last_day_to_say_no
from bot.renewals.rules.terms import CENT, assumed_renewal_term, is_end_inclusive, next_end
from bot.renewals.view import RenewalView


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
    def usual_months(self) -> int:
        """How long the contract renews for when nobody says otherwise."""
        return self.renewal_term_months or assumed_renewal_term(self.term_months)

    @property
    def ends_on_last_day(self) -> bool:
        """Whether the renewal date is the last day of the term that ends."""
        return is_end_inclusive(self.start_date, self.renewal_date, self.is_last_day)

    @property
    def next_term_begins(self) -> date:
        """The first day of the term after the one that ends."""
        return self.renewal_date + timedelta(days=self.ends_on_last_day)

    def deadline_before(self, renewal_date: date) -> date:
        """The last day to say no to another renewal date: by the notice period, and by the days there are now.

        The days count only where somebody agreed on an earlier day than the notice period gives.
        """
        notice = NoticePeriod.of(self.notice_days, self.notice)
        by_notice = last_day_to_say_no(renewal_date, notice, self.ends_on_last_day, self.country)
        if self.deadline >= last_day_to_say_no(self.renewal_date, notice, self.ends_on_last_day, self.country):
            return by_notice
        return min(by_notice, renewal_date - (self.renewal_date - self.deadline))


class SignedTerms(NamedTuple):
    """The term that was signed: its length, and the day it ends where that is this contract's too."""

    months: int
    ends: date | None


def roll(
    work: Work, batch: RenewalBatch, states: Sequence[RenewalView], with_proposed_value: bool
) -> dict[int, RenewalView]:
    """Roll the contracts of these renewals to their next term; gives the renewals back, by id.

    A renewal keeps its contracts as they stood, for its card. The caller plans the accounts afterwards.
    """
    contracts = running(work, [s.id for s in states])
    lines = card.lines_of(work, [s.id for s in states])
    changes: list[dict[str, Any]] = []
    rolled: dict[int, RenewalView] = {}
    for s in states:
        own = contracts.get(s.id, [])
        values = shares(own, final_values(s)) if with_proposed_value else {}
        today = s.today(batch.ws, batch.now)
        signed = _signed_terms(s, own, today) if with_proposed_value else {}
        terms = {c.id: next_term(c, today, signed.get(c.id)) for c in own}
        gone: dict[str, Any] = {**card.keep_lines(lines.get(s.id, [])), "rolled_contracts": [c.id for c in own]}
        if with_proposed_value:
            gone |= _agreed(s, own, values)
        for c in own:
            value, currency = values.get(c.id, (c.value, c.currency))
            changes.append(_rolled(c, terms[c.id], value, currency))
        if terms:
            gone["next_renewal_date"] = min(ends for ends, _ in terms.values())
        rolled[s.id] = batch.change(s, **gone)
    _write(work, changes)
    began = {c.id: c.next_term_begins for s in states for c in contracts.get(s.id, [])}
    events.publish(work, ContractsWritten(list(began), "rolled", began))
    return rolled


def agree(work: Work, batch: RenewalBatch, s: RenewalView) -> RenewalView:
    """Write the agreed value to contracts whose new term runs already, unless they rolled with it."""
    if not final_values(s) or s.agreed_values == _written(s):
        return s
    own = of_ids(work, s.rolled_contracts or ())
    values = shares(own, final_values(s))
    run_many(
        work.session,
        _AGREE,
        [
            {"of": batch.ws.workspace_id, "contract": contract, "new_value": value, "new_currency": currency}
            for contract, (value, currency) in values.items()
        ],
    )
    events.publish(work, ContractsWritten(list(values), "agreed"))
    return batch.change(s, **_agreed(s, own, values))


def unshared(s: RenewalView) -> dict[str, str]:
    """For a line: the agreed value that could not be shared out among the contracts; empty when it could."""
    return {"unshared": packed(s.unshared_values)} if s.unshared_values else {}


def final_values(s: RenewalView) -> dict[str, Decimal]:
    """{currency: amount a year} that was signed; of older rows, which have none, what was proposed."""
    if s.final_values is not None:
        return {currency: Decimal(amount) for currency, amount in s.final_values.items()}
    return {s.proposed_currency: s.proposed_value} if s.proposed_value is not None and s.proposed_currency else {}


def shares(contracts: Sequence[Rolling], values: Mapping[str, Decimal]) -> dict[int, tuple[Decimal, str]]:
    """What each contract is worth from now on, so that they come to the amounts that were signed.

    Several currencies are each shared out among the contracts in it; a currency that comes to its amount already is
    left as it is, with what each contract has in it. Empty when nothing could be shared out.
    """
    if len(values) == 1:
        [(currency, amount)] = values.items()
        return agreed_values(contracts, amount, currency)
    shared: dict[int, tuple[Decimal, str]] = {}
    for currency, amount in values.items():
        alike = [c for c in contracts if c.currency == currency]
        shared |= agreed_values(alike, amount, currency)
    return shared


def _signed_terms(s: RenewalView, own: Sequence[Rolling], today: date) -> dict[int, SignedTerms]:
    """The term that was signed, for each contract that takes it; the others renew as they say themselves.

    What was signed as it was offered changes no contract's own length. The length of the term before is for those that
    had it, and any other length is for all of them.
    """
    if s.term_ends is None or not own:
        return {}
    (_, offered), before = min((next_term(c, today), c.term_months) for c in own)
    months = s.final_term_months or offered
    return {
        c.id: SignedTerms(months, s.term_ends if c.renewal_date == s.renewal_date else None)
        for c in own
        if (c.usual_months == months if months == offered else months != before or c.term_months == months)
    }


def _agreed(
    s: RenewalView, own: Sequence[Rolling], values: Mapping[int, tuple[Decimal, str]]
) -> dict[str, Mapping[str, str] | None]:
    """What to remember: the value that the contracts have now, or what could not be shared out among them."""
    reached = {currency for _, currency in values.values()}
    left = {c: str(amount) for c, amount in final_values(s).items() if c not in reached}
    # One amount that came to nothing new is not unshared: of no contract there is nothing to share it among.
    return {"agreed_values": _written(s), "unshared_values": left if own and left else None}


def _written(s: RenewalView) -> dict[str, str] | None:
    return {c: str(amount.normalize()) for c, amount in final_values(s).items()} or None


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


def next_term(c: Rolling, today: date, signed: SignedTerms | None = None) -> tuple[date, int]:
    """When the term after the one that ends now ends, and how many months it has; always after today.

    It is the one that was `signed`, else as long as the contract's renewal term, else as the assumed one. It ends on
    the day of the month of the start, and where terms end on their last day, on a last day.
    """
    usual = c.usual_months
    months = signed.months if signed else usual
    ends = signed.ends if signed else None
    if ends is None or ends <= c.renewal_date:
        ends = next_end(c.renewal_date, months, c.renewal_date, c.start_date, c.ends_on_last_day)
    if ends > today:
        return ends, months
    return next_end(ends, usual, today, c.start_date, c.ends_on_last_day), usual


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


def running(work: Work, renewal_ids: Sequence[int]) -> dict[int | None, list[Rolling]]:
    """The running contracts of each renewal."""
    rows = work.session.execute(
        _select()
        .where(
            Contract.workspace_id == work.workspace_id,
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


def with_dates(work: Work, renewal_id: int) -> list[Rolling]:
    """A renewal's contracts that have a renewal date, running or not."""
    rows = work.session.execute(
        _select()
        .where(
            Contract.workspace_id == work.workspace_id,
            Contract.renewal_id == renewal_id,
            Contract.renewal_date.is_not(None),
            Contract.deadline.is_not(None),
        )
        .order_by(Contract.id)
    )
    return [Rolling._make(row) for row in rows]


def of_ids(work: Work, ids: Sequence[int]) -> list[Rolling]:
    """Those of these contracts that run."""
    rows = work.session.execute(
        _select()
        .where(Contract.workspace_id == work.workspace_id, Contract.id.in_(ids), Contract.status == "active")
        .order_by(Contract.id)
    )
    return [Rolling._make(row) for row in rows]


_AGREE = (
    update(Contract.__table__)  # type: ignore[arg-type]
    .where(is_row(Contract.__table__.c, bindparam("of"), bindparam("contract")))
    .values(value=bindparam("new_value"), currency=bindparam("new_currency"))
)


def _write(work: Work, changes: Sequence[dict[str, Any]]) -> None:
    if changes:
        table = Contract.__table__
        names = ("renewal_date", "deadline", "term_months", "value", "currency")
        work.session.connection().execute(
            update(table)  # type: ignore[arg-type]
            .where(is_row(table.c, work.workspace_id, bindparam("contract")))
            # A date that a person moved was the last term's: for the next one the file's dates count again.
            .values({"renewal_id": None, "moved_by_id": None, **{name: bindparam(f"new_{name}") for name in names}}),
            changes,
        )
