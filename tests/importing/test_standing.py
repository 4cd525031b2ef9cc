"""Where a contract of a file stands on 2 March 2026."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing.contract_status import ContractTerms, standing

TODAY = date(2026, 3, 2)
SILENT: dict[str, Any] = {
    "renews_on_end": False,
    "kind": "recurring",
    "start": None,
    "end": None,
    "months": None,
    "billed_months": None,
    "auto_renew": None,
    "notice_days": None,
    "notice_date": None,
    "is_trial": False,
    "is_ended": False,
}


def said(**words: Any) -> ContractTerms:
    return ContractTerms(**{**SILENT, **words})


@pytest.mark.parametrize(
    ("words", "status", "renewal"),
    [
        ({"end": date(2026, 12, 31)}, "active", date(2026, 12, 31)),
        ({"end": TODAY}, "active", TODAY),
        ({"end": date(2026, 2, 20)}, "active", date(2026, 2, 20)),
        ({"end": date(2026, 2, 10)}, "ended", date(2026, 2, 10)),
        ({"end": date(2025, 6, 30), "auto_renew": True}, "active", date(2026, 6, 30)),
        ({"end": date(2025, 6, 30), "auto_renew": True, "is_ended": True}, "ended", date(2025, 6, 30)),
        ({"start": date(2024, 2, 29)}, "active", date(2027, 2, 28)),
        ({"start": date(2025, 1, 31), "billed_months": 1}, "active", date(2026, 3, 31)),
        ({"start": date(2025, 1, 31), "months": 24}, "active", date(2027, 1, 31)),
        ({"start": date(2026, 5, 1)}, "active", date(2027, 5, 1)),
        ({"start": date(2025, 1, 1), "is_trial": True}, "trial", None),
        ({"start": date(2025, 1, 1), "is_trial": True, "is_ended": True}, "trial", None),
        ({"notice_date": date(2026, 9, 1), "notice_days": 30}, "active", date(2026, 10, 1)),
        ({"kind": "one_off", "start": date(2025, 1, 1)}, "active", None),
    ],
)
def test_status_and_renewal_date_follow_from_the_dates(
    words: dict[str, Any], status: str, renewal: date | None
) -> None:
    stands = standing(said(**words), TODAY)
    assert (stands.status, stands.renewal_date) == (status, renewal)


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ({"months": 24, "billed_months": 1, "end": date(2027, 1, 1)}, 24),
        ({"start": date(2025, 1, 1), "end": date(2026, 12, 31), "billed_months": 1}, 24),
        ({"start": date(2019, 4, 1), "end": date(2026, 4, 1), "renews_on_end": True}, 12),
        ({"start": date(2026, 1, 1), "end": date(2026, 7, 1), "renews_on_end": True}, 6),
        ({"start": date(2026, 1, 1), "billed_months": 1}, 1),
        ({"end": date(2026, 12, 31), "billed_months": 1}, 12),
        ({"end": date(2026, 3, 20), "billed_months": 1}, 12),
        ({"notice_date": date(2026, 12, 31), "billed_months": 3}, 3),
        ({"end": date(2026, 12, 31)}, 12),
    ],
)
def test_how_often_one_pays_is_not_how_long_one_is_bound(words: dict[str, Any], months: int) -> None:
    assert standing(said(**words), TODAY).term_months == months


@pytest.mark.parametrize(
    ("words", "notice", "deadline"),
    [
        ({"end": date(2026, 12, 31), "notice_days": 90}, 90, date(2026, 10, 2)),
        ({"end": date(2026, 12, 31), "notice_date": date(2026, 11, 30)}, 31, date(2026, 11, 30)),
        ({"end": date(2026, 12, 31), "notice_date": date(2026, 11, 30), "notice_days": 60}, 60, date(2026, 11, 1)),
        ({"end": date(2026, 12, 31)}, 0, date(2026, 12, 31)),
    ],
)
def test_the_earlier_day_of_notice_counts(words: dict[str, Any], notice: int, deadline: date) -> None:
    stands = standing(said(**words), TODAY)
    assert (stands.notice_days, stands.deadline) == (notice, deadline)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({}, "neither an end date nor a start date"),
        ({"start": date(2026, 5, 1), "end": date(2026, 4, 1)}, "before the start"),
        ({"end": date(2026, 5, 1), "notice_date": date(2026, 6, 1)}, "after the renewal"),
    ],
)
def test_dates_that_do_not_fit_are_refused(words: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        standing(said(**words), TODAY)


def test_without_an_end_a_contract_goes_on_by_itself_unless_it_says_otherwise() -> None:
    assert standing(said(start=date(2025, 1, 1)), TODAY).auto_renew
    assert not standing(said(start=date(2025, 1, 1), auto_renew=False), TODAY).auto_renew
    assert not standing(said(end=date(2026, 12, 1)), TODAY).auto_renew


def test_the_digest_changes_with_any_word() -> None:
    changes: list[dict[str, Any]] = [{name: "x"} for name in SILENT]
    assert len({said(**words).digest for words in [{}, *changes]}) == len(SILENT) + 1


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_a_term_does_not_depend_on_the_day_it_is_read(end: date, today: date) -> None:
    assert standing(said(end=end, billed_months=1), today).term_months == 12
