"""One row about a contract, read: who it is for, where it stands today, what it is worth a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, partial
from operator import attrgetter
from typing import NamedTuple

from bot.core.company_names import name_key
from bot.core.durations import Unit, unit_in_header
from bot.core.money import WITHOUT_DECIMALS
from bot.core.notice import ReadNotice
from bot.importing import cells
from bot.importing.batches import ImportContext
from bot.importing.cells import RowReader
from bot.importing.contract_status import ContractStatus, ContractTerms, standing
from bot.importing.csv_rows import Record
from bot.importing.rules.columns import AMOUNTS, TOTAL_VALUE, header_key
from bot.renewals.rules.price_rise import PriceRise
from bot.renewals.rules.terms import CENT, annual_value, months_of

Worth = tuple[Decimal, str | None]

_LENGTHS = ("notice_days", "initial_term", "renewal_term", "term", "billing_frequency")
"""Fields whose unit may stand in a column of its own."""

_KEYS_REMEMBERED = 2048
_TERMS_REMEMBERED = 8192
_TOTALS = frozenset(header_key(header) for header in TOTAL_VALUE)
_remembered_key = lru_cache(_KEYS_REMEMBERED)(name_key)
_annual = lru_cache(_KEYS_REMEMBERED)(annual_value)
# Thousands of contracts share their dates and terms.
_standing = lru_cache(_TERMS_REMEMBERED)(standing)
_digest = lru_cache(_TERMS_REMEMBERED)(attrgetter("digest"))


class ContractCells(NamedTuple):
    """A row's cells as values, None where it says nothing."""

    external_id: str | None
    account_external_id: str | None
    account_name: str | None
    name: str | None
    plan: str | None
    kind: str | None
    start_date: date | None
    end_date: date | None
    initial_term: int | None
    renewal_term: int | None
    term_months: int | None
    term: int | None
    billing_frequency: int | str | None
    value: Worth | None
    annual_value: Worth | None
    monthly_value: Worth | None
    currency: str | None
    auto_renew: bool | None
    notice_days: ReadNotice | None
    notice_date: date | None
    price_rise: PriceRise | str | None
    price_rise_cap: PriceRise | str | None
    price_rise_notice: ReadNotice | None
    is_trial: bool | None
    churned: bool | None
    status: str | None
    value_currency: str | None
    annual_value_currency: str | None
    monthly_value_currency: str | None
    deleted: bool | None
    archived: bool | None
    seats: int | None


class Amounts(NamedTuple):
    """What a row says a contract is worth, as it says it."""

    annual: Worth | None
    monthly: Worth | None
    term: Worth | None

    def a_year(self, months: int) -> Worth | tuple[None, None]:
        """The annual amount (ARR), else twelve times the monthly one (MRR), else the term's own spread over a year."""
        if self.annual is not None:
            return self.annual[0].quantize(CENT, ROUND_HALF_UP), self.annual[1]
        if self.monthly is not None:
            return (self.monthly[0] * 12).quantize(CENT, ROUND_HALF_UP), self.monthly[1]
        if self.term is not None:
            return _annual(self.term[0], months), self.term[1]
        return None, None


class ContractRow(NamedTuple):
    """A row that can be used. `value` is a year's; `digest` stands for what the row says about the term.

    `says_kind` and `says_status`: whether it says at all what kind of contract it is, and whether it runs.
    `unknown_status` is a word for that which nobody knows. `doubts` say how cells were read that are not clear.
    """

    line: int
    cells: list[str]
    external_id: str | None
    account_external_id: str | None
    account_name: str | None
    account_key: str | None
    name: str | None
    is_named_by_plan: bool
    said: ContractTerms
    standing: ContractStatus
    digest: str
    amounts: Amounts
    value: Decimal | None
    currency: str | None
    price_rise: str | None
    doubts: tuple[str, ...]
    says_kind: bool
    says_status: bool
    unknown_status: str | None
    is_deleted: bool = False
    seats: int | None = None


class ContractReader:
    """Reads rows of one file as contracts."""

    def __init__(self, run: ImportContext) -> None:
        table = run.table

        def unit_of(name: str) -> Unit | None:
            return unit_in_header(table.headers[table.columns[name]]) if name in table.columns else None

        readers: dict[str, cells.Reader] = {
            "external_id": cells.record_id(150),
            "account_external_id": cells.account_id(100),
            "account_name": cells.company(255),
            "name": cells.words(255),
            "plan": cells.words(255),
            "kind": cells.remembered(cells.kind),
            "start_date": cells.blank,
            "end_date": cells.blank,
            "initial_term": cells.term(unit_of("initial_term")),
            "renewal_term": cells.term(unit_of("renewal_term")),
            "term_months": cells.term(unit_of("term_months")),
            "term": cells.term(unit_of("term")),
            "billing_frequency": cells.hint(months_of),
            **{name: _money(run, name) for name in AMOUNTS},
            "currency": cells.currency,
            "auto_renew": cells.flag,
            "notice_days": cells.remembered(partial(cells.notice, unit=unit_of("notice_days"))),
            "notice_date": cells.blank,
            "price_rise": cells.remembered(cells.price_rise),
            "price_rise_cap": cells.remembered(cells.price_rise),
            "price_rise_notice": cells.remembered(partial(cells.notice, unit=unit_of("price_rise_notice"))),
            "is_trial": cells.flag,
            "churned": cells.flag,
            "status": cells.remembered(cells.status),
            **{f"{name}_currency": cells.currency for name in AMOUNTS},
            "deleted": cells.removed,
            "archived": cells.removed,
            "seats": cells.remembered(cells.seats),
        }
        readers |= {name: cells.day(order) for name, order in run.orders.items()}
        if "end_date" in run.orders:
            readers["end_date"] = cells.end_day(run.orders["end_date"])
        self._reader = RowReader(readers, table.columns, table.headers)
        columns = table.columns
        self._with_units = [
            (columns[name], columns[f"{name}_unit"]) for name in _LENGTHS if {name, f"{name}_unit"} <= columns.keys()
        ]
        end = table.columns.get("end_date")
        names = ("end_date", "initial_term", "renewal_term", "term_months", "term", "kind")
        self._may_say_no_end = [table.columns[name] for name in names if name in table.columns]
        self._today = run.today
        self._units = table.matched.units
        self._renews_on_end = end is not None and "renew" in header_key(table.headers[end])
        self._is_total = "value" in table.columns and header_key(table.headers[table.columns["value"]]) in _TOTALS
        auto = table.columns.get("auto_renew")
        self._asks_evergreen = auto is not None and header_key(table.headers[auto]) == "evergreen"

    def read(self, record: Record) -> ContractRow:
        """The row as a contract; ValueError says why it cannot be one."""
        line, raw, why = record
        if why:
            raise ValueError(why)
        said = ContractCells._make(self._reader.read(self._united(raw) if self._with_units else raw))
        word, billed = said.status, said.billing_frequency
        months = said.initial_term or said.term_months or said.term
        if isinstance(billed, str):
            if said.end_date is None and (months or said.renewal_term) is None:
                months_of(billed)  # nothing else says how long the term is: the row is refused with the reason
            billed = None
        notice = said.notice_days.notice if said.notice_days else None
        days, other = (None, None) if notice is None else notice.stored
        term = ContractTerms(
            self._renews_on_end, said.kind or "recurring", said.start_date, said.end_date,
            months, billed, said.auto_renew, None if other else days,
            said.notice_date, bool(said.is_trial or word == "trial"), bool(said.churned or word == "ended"),
            said.renewal_term, notice if other else None, self._is_total and said.value is not None,
            self._is_evergreen(raw, said),
        )  # fmt: skip
        stands = _standing(term, self._today)
        rise, doubts = _price_rise(said)
        amounts = Amounts(said.annual_value, said.monthly_value, said.value)
        own = self._own_currency(said)
        if self._units and (own or said.currency) in WITHOUT_DECIMALS:
            amounts = self._without_cents(amounts)
        value, currency = amounts.a_year(stands.value_months)
        account_id, name = cells.one_account(said.account_external_id, said.account_name)
        return ContractRow(
            line, raw, said.external_id, account_id, name, _remembered_key(name)[:255] if name else None,
            said.name or said.plan, said.name is None, term, stands, _digest(term), amounts, value,
            own or said.currency or currency, rise, (*_notice_doubts(said), *doubts), said.kind is not None,
            word is not None or said.churned is not None or said.is_trial is not None,
            None if word is None or word in cells.STATUSES else word,
            bool(said.deleted or said.archived or word == cells.REMOVED),
            said.seats,
        )  # fmt: skip

    def _united(self, raw: list[str]) -> list[str]:
        """The row with numbers beside a column for their unit written out: 3 and Years as "3 Years"."""
        whole = raw.copy()
        for number, unit in self._with_units:
            if raw[number].strip().replace(".", "", 1).isdecimal() and not cells.says_nothing(raw[unit]):
                whole[number] = f"{raw[number].strip()} {raw[unit].strip()}"
        return whole

    def _is_evergreen(self, raw: list[str], said: ContractCells) -> bool:
        """Whether the row says that it has no end, and nothing that gives it a term."""
        if said.end_date or said.initial_term or said.term_months or said.term or said.renewal_term:
            return False
        says_so = any(cells.says_no_end(raw[at]) for at in self._may_say_no_end)
        return says_so or (self._asks_evergreen and bool(said.auto_renew))

    def _own_currency(self, said: ContractCells) -> str | None:
        """What the amount that counts says of its currency itself, by a column beside it or in its header."""
        if said.annual_value is not None:
            name, column = "annual_value", said.annual_value_currency
        elif said.monthly_value is not None:
            name, column = "monthly_value", said.monthly_value_currency
        else:
            name, column = "value", said.value_currency
        return column or (self._units[name].currency if name in self._units else None)

    def _without_cents(self, amounts: Amounts) -> Amounts:
        """Amounts in a currency that has no cents: what a column of cents counts is the amount itself."""
        scales = (
            self._units[name].scale if name in self._units else 1 for name in ("annual_value", "monthly_value", "value")
        )
        return Amounts(
            *(
                worth and (worth[0] / scale if scale < 1 else worth[0], worth[1])
                for worth, scale in zip(amounts, scales, strict=True)
            )
        )


def _notice_doubts(said: ContractCells) -> tuple[str, ...]:
    if said.notice_days is None or not said.notice_days.doubt:
        return ()
    return (f"notice read as {said.notice_days.doubt}",)


def _price_rise(said: ContractCells) -> tuple[str | None, tuple[str, ...]]:
    """The agreed price rise as it is stored, and which of its cells could not be read."""
    rise, cap = said.price_rise, said.price_rise_cap
    unread = tuple(f"price rise {word!r} not read" for word in (rise, cap) if isinstance(word, str))
    known = rise if isinstance(rise, PriceRise) else None
    if isinstance(cap, PriceRise):
        known = replace(known or PriceRise(), cap=cap.percent or cap.cap)
    if known is not None and said.price_rise_notice is not None:
        known = replace(known, notice=said.price_rise_notice.notice)
    return (str(known) if known is not None else None), unread


def _money(run: ImportContext, name: str) -> cells.Reader:
    unit = run.table.matched.units.get(name)
    return cells.money_in(run.look.decimals.get(name, ""), unit.scale if unit else Decimal(1))
