"""Until when one can say no to a contract: its notice period, with the holidays and the weekend of its account."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from bot.core.durations import Unit
from bot.core.holidays_of import holidays_of
from bot.core.notice import NoticePeriod

_REMEMBERED = 8192


@lru_cache(_REMEMBERED)
def last_day_to_say_no(renewal_date: date, notice: NoticePeriod, is_last_day: bool = False, country: str = "") -> date:
    """The deadline of a contract, never after `renewal_date`.

    `is_last_day`: the date is the last day of its term. `country` is the account's code, or the workspace's where the
    account has none; only notice in working days asks for it.
    """
    return _last_day(renewal_date, notice, is_last_day, country)


# Apart from the function that is remembered: mutmut changes none that is decorated, and this one must be tried.
def _last_day(renewal_date: date, notice: NoticePeriod, is_last_day: bool, country: str) -> date:
    if notice.unit is not Unit.WORKING_DAY:
        return min(renewal_date, notice.before(renewal_date, is_last_day))
    days_off = holidays_of(country)
    return min(renewal_date, notice.before(renewal_date, holidays=days_off, weekend=days_off.weekend))
