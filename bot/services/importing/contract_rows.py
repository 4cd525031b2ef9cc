"""One row about a contract, read: who it is for, where it stands today, what it is worth a year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from bot.rules.columns import header_key
from bot.rules.names import name_key
from bot.rules.terms import annual_value
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
    billing_frequency: int | None
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


class ContractRow(NamedTuple):
    """A row that can be used. `value` is a year's; `digest` stands for what the row says about the term."""

    line: int
    cells: list[str]
    external_id: str | None
    account_external_id: str | None
    account_name: str | None
    account_key: str | None
    name: str | None
    standing: Standing
    digest: str
    value: Decimal | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Present:
    """Which parts of a contract this file tells about; the others are left as they are."""

    name: bool
    value: bool
    currency: bool


class ContractReader:
    """Reads rows of one file as contracts."""

    def __init__(self, run: Run) -> None:
        table = run.table
        readers: dict[str, cells.Reader] = {
            "external_id": cells.identity(150),
            "account_external_id": cells.identity(100),
            "account_name": cells.words(255),
            "name": cells.words(255),
            "plan": cells.words(255),
            "kind": cells.remembered(cells.kind),
            "start_date": cells.blank,
            "end_date": cells.blank,
            "term_months": cells.months,
            "term": cells.months,
            "billing_frequency": cells.months,
            "value": cells.money,
            "annual_value": cells.money,
            "monthly_value": cells.money,
            "currency": cells.currency,
            "auto_renew": cells.flag,
            "notice_days": cells.remembered(cells.notice),
            "notice_date": cells.blank,
            "is_trial": cells.flag,
            "churned": cells.flag,
            "status": cells.remembered(cells.status),
        }
        readers |= {name: cells.day(order) for name, order in run.orders.items()}
        self._reader = RowReader(readers, table.columns, table.headers)
        end = table.columns.get("end_date")
        self._understand = _understanding(run.today, end is not None and "renew" in header_key(table.headers[end]))
        has = table.columns.keys()
        self.present = Present(
            name=bool(has & {"name", "plan"}),
            value=bool(has & {"value", "annual_value", "monthly_value"}),
            currency="currency" in has,
        )

    def read(self, record: Record) -> ContractRow:
        """The row as a contract; ValueError says why it cannot be one."""
        line, raw, why = record
        if why:
            raise ValueError(why)
        said = ContractCells._make(self._reader.read(raw))
        ended, trial = said.churned or said.status == "ended", said.is_trial or said.status == "trial"
        stands, digest = self._understand(
            said.kind or "recurring", said.start_date, said.end_date, said.term_months or said.term,
            said.billing_frequency, said.auto_renew, said.notice_days, said.notice_date, bool(trial), bool(ended),
        )  # fmt: skip
        value, currency = _worth_a_year(said, stands.term_months)
        name = said.account_name
        return ContractRow(
            line, raw, said.external_id, said.account_external_id, name, _remembered_key(name)[:255] if name else None,
            said.name or said.plan, stands, digest, value, said.currency or currency,
        )  # fmt: skip


def _worth_a_year(said: ContractCells, months: int) -> Worth | tuple[None, None]:
    """The annual amount (ARR), else twelve times the monthly one (MRR), else the term's own spread over a year."""
    if said.annual_value is not None:
        return said.annual_value
    if said.monthly_value is not None:
        amount, currency = said.monthly_value
        return amount * 12, currency
    if said.value is not None:
        amount, currency = said.value
        return _annual(amount, months), currency
    return None, None


def _understanding(today: date, renews_on_end: bool) -> Callable[..., tuple[Standing, str]]:
    def understand(*words: Any) -> tuple[Standing, str]:
        said = Said(renews_on_end, *words)
        return standing(said, today), said.digest

    return understand
