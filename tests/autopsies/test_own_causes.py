"""Causes of our own stand on top, counted out of what was chosen from the lists: by hand, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.accounts.figure_facts import FigureWindow
from bot.autopsies.messages import cause_lines
from bot.autopsies.own_causes import own_causes
from bot.autopsies.rules.pulse_reasons import OF_PULSES, whose_reason
from bot.db.engine import Database
from bot.db.work import Work
from bot.health.rules.reasons import REASONS
from bot.models import Account, PulseAnswer
from bot.renewals.rules.stages import LostReason, Whose
from tests.factories import make_account, make_member, make_renewal, make_workspace
from tests.scenes.learning import make_round

FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31)


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_the_usual_reasons_are_grouped_all_of_them_and_as_reasons_for_losing_are() -> None:
    assert tuple(OF_PULSES) == REASONS
    shared = {one.label: one.whose for one in LostReason if one.label in OF_PULSES}
    assert shared and shared == {one: OF_PULSES[one] for one in shared}
    assert whose_reason("PRICE") is Whose.OURS and whose_reason("The weather") is Whose.UNKNOWN


def test_causes_are_counted_in_the_period_and_ours_stand_first(any_db: Database) -> None:
    with any_db.transaction() as session:
        workspace = make_workspace(session)
        other = make_workspace(session)
        people = [make_member(session, workspace, f"P{n}") for n in range(4)]
        one, two = make_account(session, workspace, "One"), make_account(session, workspace, "Two")

        def said(account: Account, when: datetime, who: int, colour: str, *reasons: str, words: str = "") -> None:
            round_id = make_round(session, account, None, when)
            answer = {"colour": colour, "reasons": list(reasons), "words": words, "answered_at": when}
            session.add(
                PulseAnswer(workspace_id=account.workspace_id, round_id=round_id, member_id=people[who].id, **answer)
            )

        said(one, datetime(2025, 4, 1, tzinfo=UTC), 0, "red", "Champion left", "Slow answers from us")
        said(two, datetime(2025, 3, 31, 23, tzinfo=UTC), 2, "red", "Price")
        said(one, at(2, 1), 1, "red", "slow answers FROM us")
        said(one, at(3, 31, 23), 2, "red", words="Slow answers from us")  # typed, not chosen
        said(two, at(3, 1), 3, "red", "The weather")
        said(two, at(3, 2), 0, "yellow", "Price")
        said(two, at(4, 1, 0), 1, "red", "Price")
        for account, reason, on in (
            (one, "price", LAST),
            (two, "champion_left", FIRST),
            (two, "price", date(2026, 4, 1)),
            (two, "gone", LAST),
        ):
            make_renewal(session, account, on, stage="lost", outcome="lost", lost_reason=reason)
        make_renewal(session, make_account(session, other), LAST, stage="lost", lost_reason="price")
        work = Work(session, workspace.id, at(4, 2))
        lines = own_causes(work, FigureWindow(LAST), None)
        only_two = own_causes(work, FigureWindow(LAST), work.select(Account.id).where(Account.id == two.id))
        none = own_causes(work, FigureWindow(date(2020, 3, 31)), None)
    assert [(line.name, line.value, line.more) for line in lines] == [
        (
            "Cause of red pulses: Slow answers from us",
            "50.00 %",
            "2 of 4 red pulses name it, ours to change",
        ),
        ("Cause of red pulses: Champion left", "25.00 %", "1 of 4 red pulses name it, theirs to change"),
        (
            "Cause of red pulses: The weather",
            "25.00 %",
            "1 of 4 red pulses name it, whose it was to change is not known",
        ),
        ("Cause of red pulses: none named", "25.00 %", "1 of 4 red pulses name none from the list"),
        ("Cause of lost renewals: Price", "33.33 %", "1 of 3 lost renewals name it, ours to change"),
        ("Cause of lost renewals: Champion left", "33.33 %", "1 of 3 lost renewals name it, theirs to change"),
        ("Cause of lost renewals: none named", "33.33 %", "1 of 3 lost renewals name none from the list"),
    ]
    assert [line.name for line in only_two] == [
        "Cause of red pulses: The weather",
        "Cause of lost renewals: Champion left",
        "Cause of lost renewals: none named",
    ]
    assert [(line.value, line.more) for line in none] == [
        ("none", "There are no red pulses."),
        ("none", "There are no lost renewals."),
    ]
    assert {line.window for line in lines} == {"12 months, 2025-03-31 to 2026-03-31"}


def test_the_words_of_a_cause_are_as_the_report_says_them() -> None:
    [line] = cause_lines("red pulses", "Q1", [("Slow answers from us", Whose.OURS, 11)], 19, 0)
    assert line.more == "11 of 19 red pulses name it, ours to change"
