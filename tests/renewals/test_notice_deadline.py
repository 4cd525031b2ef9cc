"""Until when one can say no, with the holidays and the weekend of the account's country."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.durations import Unit
from bot.core.notice import NO_NOTICE, NoticePeriod, PeriodEnd
from bot.renewals.notice_deadline import last_day_to_say_no

NEW_YEAR = date(2027, 1, 1)


@pytest.mark.parametrize(
    ("notice", "country", "deadline"),
    [
        (NoticePeriod(5, Unit.WORKING_DAY), "", date(2026, 12, 25)),
        # 25 December is a holiday in Germany; 24 and 31 are worked.
        (NoticePeriod(5, Unit.WORKING_DAY), "DE", date(2026, 12, 24)),
        # In Egypt Friday and Saturday are free, and Sunday is worked.
        (NoticePeriod(5, Unit.WORKING_DAY), "EG", date(2026, 12, 27)),
        (NoticePeriod(5, Unit.WORKING_DAY, PeriodEnd.MONTH), "DE", date(2026, 12, 23)),
        (NoticePeriod(5), "DE", date(2026, 12, 27)),
        (NoticePeriod(1, Unit.MONTH), "DE", date(2026, 12, 1)),
        (NO_NOTICE, "DE", NEW_YEAR),
    ],
)
def test_working_days_are_those_of_the_accounts_country(notice: NoticePeriod, country: str, deadline: date) -> None:
    assert last_day_to_say_no(NEW_YEAR, notice, country=country) == deadline


def test_months_before_the_last_day_of_a_term_are_counted_from_both_sides_of_it() -> None:
    month = NoticePeriod(1, Unit.MONTH)
    assert last_day_to_say_no(date(2027, 3, 30), month, True) == date(2027, 2, 27)
    assert last_day_to_say_no(date(2027, 3, 30), month) == date(2027, 2, 28)
