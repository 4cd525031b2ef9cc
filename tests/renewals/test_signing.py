"""What is signed, how the contracts take it, and a payment that is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.models import Event, JobRow, Renewal
from bot.renewals import actions, desk, signing
from bot.renewals import queries as renewal_queries
from bot.renewals.facts import RenewalCard
from bot.renewals.messages.card import render_renewal_card
from bot.renewals.signing import FinalTerms
from tests.factories import NOW
from tests.scenes.scene import Scene

RENEWAL = date(2026, 5, 4)


def at(month: int, day: int, hour: int = 9) -> datetime:
    """A moment of the year."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def final(values: dict[str, str], months: int = 12, ends: date = date(2027, 5, 4)) -> FinalTerms:
    """Terms that were signed."""
    return FinalTerms({c: Decimal(a) for c, a in values.items()}, months, RENEWAL, ends)


def card(scene: Scene, now: datetime) -> tuple[RenewalCard, str]:
    """The first renewal's card, as values and as words."""
    with Work.reading(scene.db, scene.workspace, now) as work:
        shown = renewal_queries.card(work, scene.first)
    return shown, render_renewal_card(shown.to_facts()).text


def undo(scene: Scene, now: datetime) -> bool:
    """The owner takes the payment back."""
    with Work.writing(scene.db, scene.workspace, now) as work:
        return actions.undo_paid(work, scene.first, scene.owner.id).changed


def waiting(scene: Scene) -> set[tuple[str, datetime]]:
    """What waits about the first renewal."""
    with scene.db.reading() as session:
        rows = session.execute(
            select(JobRow.kind, JobRow.due_at).where(
                JobRow.subject == f"renewal:{scene.first}", JobRow.handled_at.is_(None)
            )
        )
        return {(kind, due_at) for kind, due_at in rows}


def test_the_won_card_says_what_was_signed_and_nothing_of_the_worries_before(scene: Scene) -> None:
    scene.contract(RENEWAL, value=Decimal(54500), currency="GBP")
    scene.plan()
    scene.change(NOW, forecast="at_risk", forecast_reason="Their new CFO wants out")
    scene.change(at(3, 9), stage="signed", final=final({"GBP": "48000.50"}))
    scene.change(at(3, 10), stage="invoiced")
    scene.change(at(3, 11), stage="paid")
    shown, words = card(scene, at(3, 11, 10))
    assert "✅ Acme: paid · £48,000.50 a year (was £54,500) · paid Wed 11 Mar · runs to Tue 4 May 2027" in words
    assert "CFO" not in words and "orecast" not in words and "at risk" not in words.lower()
    assert shown.buttons == ("undo",) and "Undo Paid takes it back, until Thu 12 Mar, 09:00" in words
    [contract] = scene.contracts()
    assert (contract.value, contract.renewal_date) == (Decimal("48000.50"), date(2027, 5, 4))


@pytest.mark.parametrize(
    ("months", "ends", "first", "second"),
    [(12, date(2027, 5, 4), date(2027, 5, 4), date(2027, 5, 20)), (24, date(2028, 5, 4), date(2028, 5, 4), None)],
)
def test_contracts_take_the_term_that_was_signed_each_on_its_own_day(
    scene: Scene, months: int, ends: date, first: date, second: date | None
) -> None:
    scene.contract(RENEWAL, value=Decimal(100))
    scene.contract(date(2026, 5, 20), value=Decimal(300))
    scene.plan()
    scene.change(at(3, 9), stage="signed", final=final({"EUR": "400"}, months, ends))
    scene.change(at(3, 10), stage="paid")
    dates = [c.renewal_date for c in scene.contracts()]
    assert dates == [first, second or date(2028, 5, 20)]
    assert [c.term_months for c in scene.contracts()] == [months, months]
    assert [c.value for c in scene.contracts()] == [Decimal(100), Decimal(300)]


@pytest.mark.parametrize(
    ("signed", "ends"),
    [
        (None, [date(2027, 5, 3), date(2028, 5, 20)]),
        (36, [date(2029, 5, 3), date(2028, 5, 20)]),
        (24, [date(2028, 5, 3), date(2028, 5, 20)]),
        (18, [date(2027, 11, 3), date(2027, 11, 20)]),
    ],
)
def test_a_contract_keeps_its_own_renewal_term_unless_another_length_is_signed(
    scene: Scene, signed: int | None, ends: list[date]
) -> None:
    scene.contract(
        date(2026, 5, 3), start_date=date(2023, 5, 4), term_months=36, renewal_term_months=12, is_last_day=True
    )
    scene.contract(
        date(2026, 5, 20), start_date=date(2024, 5, 21), term_months=24, renewal_term_months=24, is_last_day=True
    )
    scene.plan()
    with scene.db.reading() as session:
        offered = signing.shown(Work(session, scene.workspace, at(3, 9)), scene.first)
    assert offered is not None and (offered.months, offered.ends) == (12, date(2027, 5, 3))
    terms = replace(offered, months=signed, ends=ends[0]) if signed else offered
    scene.change(at(3, 9), stage="signed", final=terms)
    scene.change(at(3, 10), stage="paid")
    assert [c.renewal_date for c in scene.contracts()] == ends


def test_each_currency_is_shared_out_among_its_own_contracts(scene: Scene) -> None:
    for value, currency in ((100, "EUR"), (300, "EUR"), (50, "GBP")):
        scene.contract(RENEWAL, value=Decimal(value), currency=currency)
    scene.plan()
    scene.change(at(3, 9), stage="signed", final=final({"EUR": "200", "GBP": "50"}))
    scene.change(at(3, 10), stage="paid")
    assert [(c.value, c.currency) for c in scene.contracts()] == [(50, "EUR"), (150, "EUR"), (50, "GBP")]
    assert "paid · €200 + £50 a year (was €400 + £50) · paid Tue 10 Mar" in card(scene, at(3, 10))[1]


def test_a_signature_without_terms_is_for_what_was_proposed(scene: Scene) -> None:
    scene.contract(RENEWAL, value=Decimal(100))
    scene.plan()
    scene.change(at(3, 9), stage="signed", proposed_value=Decimal(120), proposed_currency="EUR")
    [renewal] = scene.renewals()
    assert (renewal.final_values, renewal.final_term_months) == ({"EUR": "120.00"}, 12)
    assert (renewal.term_starts, renewal.term_ends) == (RENEWAL, date(2027, 5, 4))
    scene.change(at(3, 10), stage="negotiating")
    assert scene.renewals()[0].final_values is None and scene.renewals()[0].term_ends is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"values": {"EUR": Decimal(-1)}}, "final_value"),
        ({"values": {"EUR": Decimal(1), "GBP": Decimal(-1)}}, "final_value_GBP"),
        ({"values": {"XXX": Decimal(1)}}, "final_value"),
        ({"months": 0}, "term_months"),
        ({"ends": RENEWAL}, "term_ends"),
    ],
)
def test_terms_that_cannot_be_are_refused_beside_their_field(scene: Scene, wrong: dict[str, Any], field: str) -> None:
    scene.contract(RENEWAL)
    scene.plan()
    right = {"values": {"EUR": Decimal(1)}, "months": 12, "starts": RENEWAL, "ends": date(2027, 5, 4)}
    with pytest.raises(FieldErrors) as refused:
        scene.change(at(3, 9), stage="signed", final=FinalTerms(**{**right, **wrong}))
    assert list(refused.value.errors) == [field] and scene.renewals()[0].stage == "upcoming"


@pytest.mark.parametrize("before", ["signed", "invoiced"])
def test_a_payment_is_taken_back_with_stage_reminders_and_contracts(scene: Scene, before: str) -> None:
    scene.contract(RENEWAL, value=Decimal(100), notice_days=30)
    scene.contract(date(2026, 5, 6), value=None, notice_days=30)
    scene.plan()
    scene.change(at(3, 9), stage="signed", final=final({"EUR": "150"}, 24, date(2028, 5, 4)))
    if before == "invoiced":
        scene.change(at(3, 9, 11), stage="invoiced")
    names = ("renewal_id", "renewal_date", "deadline", "value", "currency", "term_months", "moved_by_id", "status")
    stood = [[getattr(c, name) for name in names] for c in scene.contracts()]
    asked, [was] = waiting(scene), scene.renewals()
    scene.change(at(3, 10), stage="paid")
    assert [[getattr(c, name) for name in names] for c in scene.contracts()] != stood
    assert undo(scene, at(3, 10, 20))
    assert not undo(scene, at(3, 10, 20))
    [now] = scene.renewals()
    assert [[getattr(c, name) for name in names] for c in scene.contracts()] == stood
    assert waiting(scene) == asked
    for name in set(Renewal.__table__.columns.keys()) - {"touched_at"}:
        assert getattr(now, name) == getattr(was, name), name
    with scene.db.reading() as session:
        [done] = session.scalars(select(Event).where(Event.kind == "paid_undone"))
        assert done.by_id == scene.owner.id
    assert "Undo" not in card(scene, at(3, 10, 20))[1]
    scene.change(at(3, 11), stage="paid")
    assert scene.contracts()[0].renewal_date == date(2028, 5, 4)


def test_a_payment_is_taken_back_for_a_day_and_not_longer(scene: Scene) -> None:
    scene.contract(RENEWAL)
    scene.plan()
    scene.change(at(3, 9), stage="signed")
    scene.change(at(3, 10), stage="paid")
    assert card(scene, at(3, 11) - timedelta(seconds=1))[0].buttons == ("undo",)
    assert card(scene, at(3, 11))[0].buttons == ()
    with pytest.raises(Refused, match=r"marked paid on Tue 10 Mar.*one day"):
        undo(scene, at(3, 11))


def test_what_a_file_said_of_a_contract_meanwhile_stays(scene: Scene) -> None:
    contract = scene.contract(RENEWAL, value=Decimal(100))
    scene.plan()
    scene.change(at(3, 9), stage="signed")
    scene.change(at(3, 10), stage="paid")
    with scene.db.transaction() as session:
        session.get_one(type(scene.contracts()[0]), contract).value = Decimal(777)
    undo(scene, at(3, 10, 12))
    assert scene.contracts()[0].value == Decimal(777)


def test_a_notice_period_that_a_file_gave_meanwhile_counts_for_the_term_that_comes_back(scene: Scene) -> None:
    contract = scene.contract(RENEWAL, notice_days=30)
    scene.plan()
    scene.change(at(3, 9), stage="signed")
    scene.change(at(3, 10), stage="paid")
    with scene.db.transaction() as session:
        row = session.get_one(type(scene.contracts()[0]), contract)
        row.notice_days, row.notice, row.deadline = 0, "6 months", date(2026, 11, 4)
    undo(scene, at(3, 10, 12))
    [now] = scene.contracts()
    assert (now.renewal_date, now.deadline) == (RENEWAL, date(2025, 11, 4))


def test_the_form_begins_with_what_was_proposed_and_the_contracts_own_day(scene: Scene) -> None:
    scene.contract(RENEWAL, value=Decimal(100), start_date=date(2024, 5, 4))
    scene.plan()
    scene.change(at(3, 9), proposed_value=Decimal(90), proposed_currency="EUR")
    with scene.db.reading() as session:
        shown = signing.shown(Work(session, scene.workspace, at(3, 9)), scene.first)
    assert shown == FinalTerms({"EUR": Decimal(90)}, 12, RENEWAL, date(2027, 5, 4))


def test_desk_and_stake_say_what_was_signed_and_no_longer_what_was_paid(scene: Scene) -> None:
    scene.contract(RENEWAL, value=Decimal(54500), currency="GBP")
    scene.contract(RENEWAL, value=None, currency=None)
    scene.plan()
    scene.change(NOW, stage="signed", final=final({"GBP": "48000.50", "EUR": "900"}))
    with scene.db.transaction() as session:
        session.get_one(Renewal, scene.first).carded_at = NOW
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        (shown,) = desk.desk_of(work, scene.owner.id, date(2026, 4, 2)).lines
        stake = desk.at_stake(work, [scene.owner.id], date(2026, 4, 2))[scene.owner.id]
    assert (dict(shown.values), shown.unknown_values) == ({"EUR": "900.00", "GBP": "48000.50"}, 0)
    assert (dict(stake.values), stake.unknown) == ({"EUR": "900.00", "GBP": "48000.50"}, 0)
