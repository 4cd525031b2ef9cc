"""What a row changes of a contract that is there: what it says.

What it does not say stays, and so does what people and time have settled since the file last said something else.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from typing import Any, NamedTuple
from zlib import crc32

from sqlalchemy import Row

from bot.core.company_names import name_key
from bot.core.notice import NoticePeriod
from bot.importing.account_of_contract import Customer
from bot.importing.contract_rows import ContractRow
from bot.importing.contract_status import ContractStatus, ContractTerms, TermFrom, standing
from bot.importing.existing_contracts import SEAT_COLUMNS, STANDING_COLUMNS
from bot.renewals.notice_deadline import last_day_to_say_no

_DAYS_A_MONTH = 30
_KEPT = ("name", "price_rise")
"""What a row that does not say it leaves as it is."""


class Mark(NamedTuple):
    """Where a contract's stored standing comes from: files that said it, or what followed from their silence."""

    says_auto_renew: bool
    says_inactive: bool
    term_from: TermFrom

    @property
    def letter(self) -> str:
        """One letter after f, so that a digest without it, which has hexadecimal digits alone, is known as older."""
        return _letter(*self)


@cache
def _letter(says_auto_renew: bool, says_inactive: bool, term_from: int) -> str:
    return chr(ord("g") + says_auto_renew + 2 * says_inactive + 4 * term_from)


class RowDigest(NamedTuple):
    """What a file last said of a contract: 12 characters of its dates, 8 of what else it said about the term, one
    letter for where the standing comes from, 7 characters of its worth, 12 of the rest."""

    dates: str
    term: str
    mark: Mark | None
    worth: str
    rest: str

    @property
    def text(self) -> str:
        """As it is stored."""
        return f"{self.dates}{self.term}{self.mark.letter if self.mark else ''}{self.worth}{self.rest}"

    @classmethod
    def parse(cls, text: str) -> RowDigest:
        """A stored digest. An older one has no mark, and worth and rest in one."""
        if len(text) < 21 or text[20] <= "f":
            return cls(text[:12], text[12:20], None, "", text[20:])
        bits = ord(text[20]) - ord("g")
        mark = Mark(bool(bits & 1), bool(bits & 2), TermFrom(bits >> 2))
        return cls(text[:12], text[12:20], mark, text[21:28], text[28:])


class News(NamedTuple):
    """What becomes of a contract's columns, who moved its date, and whether that date was kept against the file."""

    values: dict[str, Any]
    moved_by_id: int | None
    is_kept_as_moved: bool


class _Term(NamedTuple):
    """A contract's standing after a row, and what is remembered of what the row said about it."""

    stands: ContractStatus
    dates: str
    mark: Mark
    moved_by_id: int | None
    is_kept_as_moved: bool = False


def digest_of(row: ContractRow, customer: Customer, currency: str | None) -> str:
    """What a row says, as a digest's text. `currency` is that of its amount."""
    said = row.said
    letter = _letter(said.auto_renew is not None, said.is_trial or said.is_ended, said.term_from)
    more = [row.price_rise] if row.price_rise else []
    more += [f"{row.seats} seats"] if row.seats is not None else []
    rest = _hash(6, row.external_id, row.name, customer.ref, *more)
    return f"{row.digest}{letter}{worth_part(row.value, currency)}{rest}"


def worth_part(value: Decimal | None, currency: str | None) -> str:
    """The part of a digest that changes with a contract's worth; `value` is given to the cent."""
    return f"{crc32(f'{value} {currency}'.encode()) & 0xFFFFFFF:07x}"


def news_of(
    row: ContractRow, customer: Customer, contract: Row[Any], wanted: dict[str, Any], currency: str, today: date
) -> News:
    """What becomes of a contract. `wanted` is what the row would make of a new one, `currency` that of bare amounts.

    ValueError when what the row says does not fit what is known already.
    """
    says, was = RowDigest.parse(wanted["row_digest"]), RowDigest.parse(contract.row_digest)
    term = _term(row, customer, contract, says, was, today)
    values = wanted | {name: getattr(term.stands, name) for name in STANDING_COLUMNS}
    values |= {name: getattr(contract, name) for name in _KEPT if getattr(row, name) is None}
    values |= seats_after(row.seats, contract, today)
    if _keeps_id(row, contract):
        values["external_id"] = contract.external_id
    worth, part = _worth(row, customer, contract, _value_months(row, contract), was, currency)
    digest = says._replace(dates=term.dates, mark=term.mark, worth=part)
    return News(values | worth | {"row_digest": digest.text}, term.moved_by_id, term.is_kept_as_moved)


def seats_after(said: int | None, contract: Row[Any], today: date) -> dict[str, Any]:
    """A contract's seats once a row has said how many; what was known before stays where it says nothing new."""
    if said is None or said == contract.seats:
        return {name: getattr(contract, name) for name in SEAT_COLUMNS}
    # The first number that is ever said is no change.
    day = None if contract.seats is None else today
    return {"seats": said, "seats_before": contract.seats, "seats_on": day}


def _keeps_id(row: ContractRow, contract: Row[Any]) -> bool:
    """Whether the contract stays known by what it was: its own id, or what stood in for one under the same name."""
    if not contract.external_id.startswith("~"):
        return True
    return row.external_id is None and (row.name is None or name_key(row.name) == name_key(contract.name))


def _term(
    row: ContractRow, customer: Customer, contract: Row[Any], says: RowDigest, was: RowDigest, today: date
) -> _Term:
    moved_by = contract.moved_by_id
    if was.mark is not None and (was.dates, was.term) == (says.dates, says.term) and not _differs(row, was.mark):
        return _Term(_stored(contract), was.dates, was.mark, moved_by)
    said, mark = _filled(row, contract, was)
    stands = standing(said, today, customer.country)
    is_reread = was.dates == row.said.older_dates != says.dates
    if is_reread and (contract.status != "active" or moved_by is not None):
        # The same words as before there were two terms: they end or begin nothing, and move no date that a person set.
        return _Term(_left(stands, contract, customer.country), says.dates, mark, moved_by)
    if was.dates == says.dates or _agrees(row, said, stands, contract):
        if _stays(row, contract, was):
            stands = _left(stands, contract, customer.country)
            if not row.says_status and was.mark is not None:
                mark = mark._replace(says_inactive=was.mark.says_inactive)
        return _Term(stands, was.dates, mark, moved_by)
    is_moved = moved_by is not None and contract.status == "active" and contract.renewal_date is not None
    if not is_moved or stands.is_stated or _is_later_term(stands.renewal_date, contract):
        return _Term(stands, says.dates, mark, None)
    differs = stands.renewal_date != contract.renewal_date
    return _Term(_left(stands, contract, customer.country), says.dates, mark, moved_by, differs)


def _differs(row: ContractRow, was: Mark) -> bool:
    """Whether the row says that a contract runs which an earlier file called off, or the other way round."""
    return row.says_status and was.says_inactive != (row.said.is_trial or row.said.is_ended)


def _filled(row: ContractRow, contract: Row[Any], was: RowDigest) -> tuple[ContractTerms, Mark]:
    """What the row says, completed with what is known where it says nothing."""
    said, before = row.said, was.mark or Mark(True, True, TermFrom.WORDS)
    keeps_term = before.term_from > said.term_from < TermFrom.DATES
    if was.mark is None and was.dates == row.digest[:12]:
        keeps_term = False
    keeps_auto = said.auto_renew is None and before.says_auto_renew
    says_notice = said.period is not None or said.notice_date is not None
    stored_notice = NoticePeriod.of(contract.notice_days, contract.notice)
    filled = said._replace(
        kind=said.kind if row.says_kind else contract.kind,
        start=said.start or contract.start_date,
        months=contract.first_term_months or contract.term_months
        if keeps_term
        else said.months or row.standing.value_months,
        renewal_months=said.renewal_months or contract.renewal_term_months,
        auto_renew=contract.auto_renew if keeps_auto else said.auto_renew,
        notice_days=said.notice_days if says_notice else stored_notice.stored[0],
        notice=said.notice if says_notice else (stored_notice if contract.notice else None),
    )
    mark = Mark(
        keeps_auto or said.auto_renew is not None,
        said.is_trial or said.is_ended,
        before.term_from if keeps_term else said.term_from,
    )
    return filled, mark


def _agrees(row: ContractRow, said: ContractTerms, stands: ContractStatus, contract: Row[Any]) -> bool:
    """Whether a row that gives no end says nothing about dates that is not known already."""
    known = contract.kind, contract.start_date, contract.term_months
    gives_end = row.said.end is not None or row.said.notice_date is not None
    return not gives_end and contract.renewal_date is not None and (said.kind, said.start, stands.term_months) == known


def _stays(row: ContractRow, contract: Row[Any], was: RowDigest) -> bool:
    """Whether status and renewal date stay, where the file's dates are what they were."""
    if row.said.is_trial or row.said.is_ended:
        return False
    if contract.status == "active":
        return True
    if was.mark is None or was.mark.says_inactive:
        return not row.says_status
    # It was lost, or its end went by. A file that now says it renews by itself says that it has.
    return bool(contract.auto_renew or not row.said.auto_renew)


def _is_later_term(renewal_date: date | None, contract: Row[Any]) -> bool:
    """Whether a date lies further from the one a person chose than a correction of the same term would."""
    if renewal_date is None:
        return False
    return bool((renewal_date - contract.renewal_date).days * 2 > contract.term_months * _DAYS_A_MONTH)


def _left(stands: ContractStatus, contract: Row[Any], country: str) -> ContractStatus:
    """The standing with the status and renewal date that are there, and the deadline that its notice makes of it."""
    last, renewal = contract.deadline, contract.renewal_date
    if renewal is not None and (
        last is None or stands.period != NoticePeriod.of(contract.notice_days, contract.notice)
    ):
        last = last_day_to_say_no(renewal, stands.period, contract.is_last_day, country)
    return stands._replace(
        status=contract.status,
        renewal_date=renewal,
        deadline=last,
        is_last_day=contract.is_last_day,
        # Time may have taken it into its next term, which the file knows nothing of.
        term_months=contract.term_months if contract.renewal_date != stands.renewal_date else stands.term_months,
    )


def _stored(contract: Row[Any]) -> ContractStatus:
    return ContractStatus(**{name: getattr(contract, name) for name in STANDING_COLUMNS}, is_stated=False)


def _value_months(row: ContractRow, contract: Row[Any]) -> int:
    """The term that the row's amount is for: its own, or the first one that is known where it names none."""
    says_term = row.said.term_from >= TermFrom.DATES
    return row.standing.value_months if says_term else contract.first_term_months or contract.term_months


def _worth(
    row: ContractRow, customer: Customer, contract: Row[Any], months: int, was: RowDigest, bare: str
) -> tuple[dict[str, Any], str]:
    """Value and currency, and their part of the digest. What was agreed stays until the file gives another amount."""
    value, currency = row.amounts.a_year(months)
    stored = {"value": contract.value, "currency": contract.currency}
    if value is None:
        return stored if row.currency is None else stored | {"currency": row.currency}, was.worth
    currency = row.currency or currency or customer.currency or bare
    part = worth_part(value, currency)
    if was.mark is None:
        # As it was written before, when cents were not added and one hash stood for worth, name and account.
        annual, monthly, _ = row.amounts
        bare_value = annual[0] if annual else monthly[0] * 12 if monthly else row.value
        is_same = was.rest == _hash(10, row.external_id, row.name, bare_value, currency, customer.ref)
    else:
        is_same = part == was.worth
    return stored if is_same else {"value": value, "currency": currency}, part


def _hash(size: int, *values: object) -> str:
    return blake2b(repr(values).encode(), digest_size=size).hexdigest()
