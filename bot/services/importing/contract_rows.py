"""One row about a contract, read: who it is for, where it stands today, what it is worth a year."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from bot.rules.columns import AMOUNTS, header_key
from bot.rules.money import WITHOUT_DECIMALS
from bot.rules.names import name_key
from bot.rules.terms import CENT, annual_value, months_of
from bot.services.importing import cells
from bot.services.importing.batches import Run
from bot.services.importing.cells import RowReader
from bot.services.importing.records import Record
from bot.services.importing.standing import Said, Standing, standing

Worth = tuple[Decimal, str | None]

_KEYS_REMEMBERED = 2048
_remembered_key = lru_cache(_KEYS_REMEMBERED)(name_key)
_annual = lru_cache(_KEYS_REMEMBERED)(annual_value)


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
    term_months: int | None
    term: int | None
    billing_frequency: int | str | None
    value: Worth | None
    annual_value: Worth | None
    monthly_value: Worth | None
    currency: str | None
    auto_renew: bool | None
    notice_days: int | None
    notice_date: date | None
    is_trial: bool | None
    churned: bool | None
    status: str | None
    value_currency: str | None
    annual_value_currency: str | None
    monthly_value_currency: str | None
    deleted: bool | None
    archived: bool | None


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
    `unknown_status` is a word for that which nobody knows.
    """

    line: int
    cells: list[str]
    external_id: str | None
    account_external_id: str | None
    account_name: str | None
    account_key: str | None
    name: str | None
    is_named_by_plan: bool
    said: Said
    standing: Standing
    digest: str
    amounts: Amounts
    value: Decimal | None
    currency: str | None
    says_kind: bool
    says_status: bool
    unknown_status: str | None
    is_deleted: bool = False


class ContractReader:
    """Reads rows of one file as contracts."""

    def __init__(self, run: Run) -> None:
        table = run.table
        readers: dict[str, cells.Reader] = {
            "external_id": cells.record_id(150),
            "account_external_id": cells.account_id(100),
            "account_name": cells.company(255),
            "name": cells.words(255),
            "plan": cells.words(255),
            "kind": cells.remembered(cells.kind),
            "start_date": cells.blank,
            "end_date": cells.blank,
            "term_months": cells.months,
            "term": cells.months,
            "billing_frequency": cells.hint(months_of),
            **{name: _money(run, name) for name in AMOUNTS},
            "currency": cells.currency,
            "auto_renew": cells.flag,
            "notice_days": cells.remembered(cells.notice),
            "notice_date": cells.blank,
            "is_trial": cells.flag,
            "churned": cells.flag,
            "status": cells.remembered(cells.status),
            **{f"{name}_currency": cells.currency for name in AMOUNTS},
            "deleted": cells.removed,
            "archived": cells.removed,
        }
        readers |= {name: cells.day(order) for name, order in run.orders.items()}
        if "end_date" in run.orders:
            readers["end_date"] = cells.end_day(run.orders["end_date"])
        self._reader = RowReader(readers, table.columns, table.headers)
        end = table.columns.get("end_date")
        self._today = run.today
        self._units = table.matched.units
        self._renews_on_end = end is not None and "renew" in header_key(table.headers[end])

    def read(self, record: Record) -> ContractRow:
        """The row as a contract; ValueError says why it cannot be one."""
        line, raw, why = record
        if why:
            raise ValueError(why)
        said = ContractCells._make(self._reader.read(raw))
        word, billed = said.status, said.billing_frequency
        if isinstance(billed, str):
            if said.end_date is None and (said.term_months or said.term) is None:
                months_of(billed)  # nothing else says how long the term is: the row is refused with the reason
            billed = None
        term = Said(
            self._renews_on_end, said.kind or "recurring", said.start_date, said.end_date,
            said.term_months or said.term, billed, said.auto_renew, said.notice_days,
            said.notice_date, bool(said.is_trial or word == "trial"), bool(said.churned or word == "ended"),
        )  # fmt: skip
        stands = standing(term, self._today)
        amounts = Amounts(said.annual_value, said.monthly_value, said.value)
        own = self._own_currency(said)
        if self._units and (own or said.currency) in WITHOUT_DECIMALS:
            amounts = self._without_cents(amounts)
        value, currency = amounts.a_year(stands.term_months)
        account_id, name = cells.one_account(said.account_external_id, said.account_name)
        return ContractRow(
            line, raw, said.external_id, account_id, name, _remembered_key(name)[:255] if name else None,
            said.name or said.plan, said.name is None, term, stands, term.digest, amounts, value,
            own or said.currency or currency, said.kind is not None,
            word is not None or said.churned is not None or said.is_trial is not None,
            None if word is None or word in cells.STATUSES else word, bool(said.deleted or said.archived),
        )  # fmt: skip

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


def _money(run: Run, name: str) -> cells.Reader:
    unit = run.table.matched.units.get(name)
    return cells.money_in(run.look.decimals.get(name, ""), unit.scale if unit else Decimal(1))
