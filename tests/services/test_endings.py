"""The day a term ends, and what comes after a signature."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot.models import Contract
from tests.factories import NOW, TODAY
from tests.services.scenes import Scene
from tests.services.walking import card_of, lines, notices, said, walk

RENEWAL = date(2026, 5, 4)
"""A Monday, nine weeks after NOW."""


def at(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_what_renews_by_itself_rolls_on_says_so_and_asks_for_its_money(any_scene: Scene) -> None:
    any_scene.contract(RENEWAL, auto_renew=True, notice_days=30, start_date=date(2024, 5, 4))
    any_scene.plan()
    walk(any_scene.db, any_scene.workspace, NOW, at(6, 30))

    old, new = any_scene.renewals()
    assert (old.stage, old.closed_at, old.outcome) == ("signed", None, None)
    assert (new.renewal_date, new.deadline) == (date(2027, 5, 4), date(2027, 4, 4))
    assert [c.renewal_id for c in any_scene.contracts()] == [new.id]
    told = [(d, c) for d, c in lines(any_scene.db, any_scene.workspace) if d >= "2026-05-01"]
    assert told == [("2026-05-04", "rolled"), ("2026-05-11", "ask_invoiced")]
    assert notices(any_scene.db, any_scene.workspace)[-2:] == [
        ("2026-06-03", "unpaid", any_scene.owner.slack_id),
        ("2026-06-03", "unpaid", any_scene.manager.slack_id),
    ]
    card = card_of(any_scene.db, any_scene.workspace, old.id)
    assert [c.name for c in card.contracts] == [any_scene.contracts()[0].name]
    assert (card.contracts[0].renewal_date, card.why) == ("2026-05-04", "unpaid")


def test_a_rolled_contract_climbs_its_next_ladder_a_year_later(scene: Scene) -> None:
    scene.contract(RENEWAL, auto_renew=True)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(2, 1, year=2027))
    cards = [f"{s.at:%Y-%m-%d}" for s in said(scene.db, scene.workspace, "renewal_card")]
    assert cards == ["2026-03-02", "2027-01-04"]


def test_a_contract_of_the_31st_comes_back_to_its_day(scene: Scene) -> None:
    scene.contract(date(2026, 4, 30), auto_renew=True, start_date=date(2025, 10, 31), term_months=6)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(5, 5))
    assert scene.contracts()[0].renewal_date == date(2026, 10, 31)


def test_after_two_years_of_downtime_a_contract_rolls_to_the_term_that_runs(scene: Scene) -> None:
    scene.contract(RENEWAL, auto_renew=True)
    scene.plan()
    walk(scene.db, scene.workspace, at(6, 1, 10, year=2028), at(6, 2, year=2028))
    assert scene.contracts()[0].renewal_date == date(2029, 5, 4)


def test_a_group_with_one_contract_that_needs_a_signature_does_not_roll(scene: Scene) -> None:
    scene.contract(RENEWAL, auto_renew=True)
    scene.contract(RENEWAL)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(5, 5))
    assert lines(scene.db, scene.workspace)[-1] == ("2026-05-04", "overdue")
    assert {c.renewal_date for c in scene.contracts()} == {RENEWAL}


def test_overdue_after_a_downtime_tells_only_the_latest_mark(scene: Scene) -> None:
    scene.contract(RENEWAL)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(5, 2))
    walk(scene.db, scene.workspace, at(5, 13, 10), at(6, 30))
    spoken = said(scene.db, scene.workspace, "story_line")
    told = [(s.at.day, s.facts["details"]["mark"]) for s in spoken if s.code == "overdue"]
    assert told == [(13, "7"), (18, "14")]


def test_signed_asks_for_the_invoice_the_invoice_for_the_money_and_paid_ends_it(scene: Scene) -> None:
    scene.contract(RENEWAL)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(3, 10))
    scene.change(at(3, 10, 12), stage="signed", proposed_value=Decimal("13500"), proposed_currency="EUR")
    walk(scene.db, scene.workspace, at(3, 10, 13), at(3, 20))
    scene.change(at(3, 20, 12), stage="invoiced")
    walk(scene.db, scene.workspace, at(3, 20, 13), at(4, 1))
    acted = scene.change(at(4, 1, 12), stage="paid")
    walk(scene.db, scene.workspace, at(4, 1, 13), at(12, 31))

    assert acted.changed
    assert [x for x in lines(scene.db, scene.workspace) if "2026-03-10" <= x[0] < "2026-12-01"] == [
        ("2026-03-10", "signed"),
        ("2026-03-17", "ask_invoiced"),
        ("2026-03-20", "invoiced"),
        ("2026-03-27", "ask_paid"),
        ("2026-04-01", "won"),
    ]
    old, new = scene.renewals()
    assert (old.stage, old.outcome, old.closed_at) == ("paid", "won", at(4, 1, 12))
    assert (new.renewal_date, new.values) == (date(2027, 5, 4), {"EUR": "13500.00"})
    assert notices(scene.db, scene.workspace) == []


def test_a_signed_renewal_goes_on_to_its_next_term_even_if_nobody_books_the_payment(scene: Scene) -> None:
    scene.contract(RENEWAL)
    scene.plan()
    scene.change(at(3, 10, 12), stage="signed", proposed_value=Decimal("20000"), proposed_currency="EUR")
    walk(scene.db, scene.workspace, at(3, 10, 13), at(5, 5))
    assert [c.renewal_date for c in scene.contracts()] == [date(2027, 5, 4)]

    scene.change(at(8, 1), stage="paid")

    # The payment does not roll it a second time.
    assert [(c.renewal_date, c.value) for c in scene.contracts()] == [(date(2027, 5, 4), Decimal("20000.00"))]
    assert [r.outcome for r in scene.renewals()] == ["won", None]


def test_the_new_value_is_shared_out_in_proportion_to_the_last_cent(scene: Scene) -> None:
    scene.contract(RENEWAL, value=Decimal("100"))
    scene.contract(RENEWAL, value=Decimal("200"))
    scene.contract(RENEWAL, value=Decimal("50"), currency="USD")
    scene.contract(RENEWAL, value=None)
    scene.plan()
    scene.change(at(3, 10, 12), stage="signed", proposed_value=Decimal("1000"), proposed_currency="EUR")
    scene.change(at(3, 10, 13), stage="paid")
    assert [(c.value, c.currency) for c in scene.contracts()] == [
        (Decimal("333.33"), "EUR"),
        (Decimal("666.67"), "EUR"),
        (Decimal("50.00"), "USD"),
        (None, "EUR"),
    ]


def test_what_was_lost_ends_on_its_day_and_is_not_talked_about_again(scene: Scene) -> None:
    contract = scene.contract(RENEWAL)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, NOW)
    scene.change(at(3, 10, 12), stage="lost", lost_reason="price", lost_words="Twice as dear as the others")
    scene.plan(at(3, 11))
    assert [c.status for c in scene.contracts()] == ["active"]

    walk(scene.db, scene.workspace, at(3, 10, 13), at(12, 31))

    assert lines(scene.db, scene.workspace) == [("2026-03-10", "lost")]
    assert [c.status for c in scene.contracts()] == ["ended"]
    assert len(scene.renewals()) == 1
    with scene.db.transaction() as session:
        back = session.get_one(Contract, contract)
        back.status, back.renewal_date, back.deadline = (
            "active",
            TODAY + timedelta(days=700),
            TODAY + timedelta(days=700),
        )
    scene.plan(at(12, 31))
    assert [r.outcome for r in scene.renewals()] == ["lost", None]


def test_unpaid_is_told_once_thirty_days_after_the_renewal_date(scene: Scene) -> None:
    scene.contract(RENEWAL)
    scene.plan()
    scene.change(at(4, 20, 12), stage="signed")
    scene.change(at(4, 21, 12), stage="invoiced")
    walk(scene.db, scene.workspace, at(4, 21, 13), at(12, 31))
    assert notices(scene.db, scene.workspace) == [
        ("2026-06-03", "unpaid", scene.owner.slack_id),
        ("2026-06-03", "unpaid", scene.manager.slack_id),
    ]
