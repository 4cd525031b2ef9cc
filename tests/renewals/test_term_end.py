"""The day a term ends, and what comes after a signature."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot.models import Contract
from bot.slack.renderers import render
from tests.factories import NOW, TODAY
from tests.scenes.scene import LEADERSHIP, Scene
from tests.scenes.walking import card_of, lines, notices, said, walk

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
    assert told == [("2026-05-04", "rolled"), ("2026-05-11", "ask_invoiced"), ("2026-06-03", "unpaid")]
    hear = (any_scene.manager.slack_id, any_scene.owner.slack_id)
    last = sorted(notices(any_scene.db, any_scene.workspace)[-2:])
    assert last == [("2026-06-03", "unpaid", one) for one in sorted(hear)]
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


def dates(scene: Scene) -> list[date | None]:
    return [c.renewal_date for c in scene.contracts()]


def test_in_a_group_each_contract_goes_by_its_own_date(any_scene: Scene) -> None:
    any_scene.contract(RENEWAL, auto_renew=True, name="Auto")
    any_scene.contract(date(2026, 5, 11), name="Manual", value=Decimal(500))
    any_scene.plan()
    walk(any_scene.db, any_scene.workspace, NOW, at(5, 10))

    assert dates(any_scene) == [date(2027, 5, 4), date(2026, 5, 11)]
    assert lines(any_scene.db, any_scene.workspace)[-1] == ("2026-05-04", "parted")
    rest, gone = any_scene.renewals()[0], any_scene.renewals()[-2]
    assert (rest.stage, rest.renewal_date, rest.values) == ("upcoming", date(2026, 5, 11), {"EUR": "500.00"})
    assert (gone.stage, gone.renewal_date, gone.values) == ("signed", RENEWAL, {"EUR": "12000.00"})
    assert card_of(any_scene.db, any_scene.workspace, rest.id).why != "overdue"
    assert card_of(any_scene.db, any_scene.workspace, gone.id).renewed == "itself"

    walk(any_scene.db, any_scene.workspace, at(5, 10), at(5, 12))
    told = lines(any_scene.db, any_scene.workspace)[-2:]
    assert sorted(told) == [("2026-05-11", "ask_invoiced"), ("2026-05-11", "overdue")]


def test_what_renews_by_itself_rolls_though_the_rest_is_overdue_before_or_on_the_same_day(scene: Scene) -> None:
    scene.contract(RENEWAL, name="Manual")
    scene.contract(RENEWAL, auto_renew=True, name="Same day")
    scene.contract(date(2026, 5, 13), auto_renew=True, name="Later")
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(5, 14))
    assert dates(scene) == [RENEWAL, date(2027, 5, 4), date(2027, 5, 13)]
    told = sorted(x for x in lines(scene.db, scene.workspace) if x[0] >= "2026-05-01" and x[1] != "ask_invoiced")
    assert told == [
        ("2026-05-04", "overdue"),
        ("2026-05-04", "parted"),
        ("2026-05-11", "overdue"),
        ("2026-05-13", "parted"),
    ]


def test_contracts_that_all_renew_by_themselves_roll_each_on_its_day(scene: Scene) -> None:
    scene.contract(RENEWAL, auto_renew=True)
    scene.contract(date(2026, 6, 2), auto_renew=True)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(5, 5))
    assert dates(scene) == [date(2027, 5, 4), date(2026, 6, 2)]
    walk(scene.db, scene.workspace, at(5, 5), at(6, 3))
    assert dates(scene) == [date(2027, 5, 4), date(2027, 6, 2)]
    # In the year after, they renew together again.
    assert {c.renewal_id for c in scene.contracts()} == {[r for r in scene.renewals() if not r.closed_at][-1].id}


def test_after_a_downtime_a_mixed_group_comes_to_the_same(scene: Scene) -> None:
    scene.contract(RENEWAL, auto_renew=True)
    scene.contract(date(2026, 5, 11))
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(5, 1))
    walk(scene.db, scene.workspace, at(5, 13), at(5, 14))
    assert dates(scene) == [date(2027, 5, 4), date(2026, 5, 11)]
    assert [x for x in lines(scene.db, scene.workspace) if x[0] >= "2026-05-01"] == [
        ("2026-05-13", "parted"),
        ("2026-05-13", "overdue"),
    ]


def test_the_contracts_of_a_lost_renewal_end_each_on_its_day(any_scene: Scene) -> None:
    any_scene.contract(RENEWAL)
    any_scene.contract(date(2026, 5, 29))
    any_scene.plan()
    any_scene.change(at(3, 10, 12), stage="lost", lost_reason="price", lost_words="Too dear")
    walk(any_scene.db, any_scene.workspace, at(3, 10, 13), at(5, 5))
    assert [c.status for c in any_scene.contracts()] == ["ended", "active"]
    walk(any_scene.db, any_scene.workspace, at(5, 5), at(5, 30))
    assert [c.status for c in any_scene.contracts()] == ["ended", "ended"]


def test_what_is_lost_after_its_date_ends_at_once(scene: Scene) -> None:
    scene.contract(RENEWAL)
    scene.contract(date(2026, 5, 29))
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(5, 12))
    scene.change(at(5, 12, 10), stage="lost", lost_reason="price", lost_words="Too dear")
    assert [c.status for c in scene.contracts()] == ["ended", "active"]
    walk(scene.db, scene.workspace, at(5, 12, 11), at(6, 1))
    assert [c.status for c in scene.contracts()] == ["ended", "ended"]


def test_overdue_after_a_downtime_tells_only_the_latest_mark(scene: Scene) -> None:
    scene.contract(RENEWAL)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, at(5, 2))
    walk(scene.db, scene.workspace, at(5, 13, 10), at(6, 30))
    spoken = said(scene.db, scene.workspace, "story_line")
    told = [(s.at.day, s.facts["details"]["mark"]) for s in spoken if s.code == "overdue"]
    assert told == [(13, "7"), (18, "14"), (17, "44")]


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
    hear = (scene.manager.slack_id, scene.owner.slack_id)
    assert sorted(notices(scene.db, scene.workspace)) == [("2026-06-03", "unpaid", one) for one in sorted(hear)]


def test_what_was_agreed_after_the_term_began_reaches_the_contracts_and_their_next_renewal(any_scene: Scene) -> None:
    any_scene.contract(RENEWAL, auto_renew=True)
    any_scene.plan()
    walk(any_scene.db, any_scene.workspace, NOW, at(5, 5))
    any_scene.change(at(5, 5, 10), proposed_value=Decimal(15000), proposed_currency="EUR")
    any_scene.change(at(5, 6, 10), stage="paid")
    assert [c.value for c in any_scene.contracts()] == [Decimal("15000.00")]
    assert any_scene.renewals()[1].values == {"EUR": "15000.00"}


def test_a_value_that_rolled_with_the_contracts_is_not_written_over_what_a_file_said_since(scene: Scene) -> None:
    contract = scene.contract(RENEWAL)
    scene.plan()
    scene.change(at(3, 10, 12), stage="signed", proposed_value=Decimal(15000), proposed_currency="EUR")
    walk(scene.db, scene.workspace, at(3, 10, 13), at(5, 5))
    with scene.db.transaction() as session:
        session.get_one(Contract, contract).value = Decimal(15500)
    scene.change(at(5, 6, 10), stage="paid")
    assert [c.value for c in scene.contracts()] == [Decimal("15500.00")]


def test_contracts_in_one_currency_take_an_agreed_value_in_another(scene: Scene) -> None:
    scene.contract(RENEWAL, value=Decimal(100))
    scene.contract(RENEWAL, value=Decimal(300))
    scene.plan()
    scene.change(at(3, 9), stage="signed")
    scene.change(at(3, 10), stage="paid", proposed_value=Decimal(600), proposed_currency="USD")
    assert [(c.value, c.currency) for c in scene.contracts()] == [(Decimal(150), "USD"), (Decimal(450), "USD")]


def test_an_agreed_value_that_cannot_be_shared_out_is_said_to_be_so(scene: Scene) -> None:
    scene.contract(RENEWAL)
    scene.contract(RENEWAL, value=None)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, NOW)
    scene.change(at(3, 9), stage="signed")
    scene.change(at(3, 10), stage="paid", proposed_value=Decimal(600), proposed_currency="USD")
    [won] = [s for s in said(scene.db, scene.workspace) if s.code == "won"]
    assert "$600 could not be shared out" in render("story_line", won.facts).text
    assert [c.value for c in scene.contracts()] == [Decimal(12000), None]


def test_unpaid_is_told_in_the_thread_too_and_to_whoever_is_there(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.merge(scene.account).owner_id = None
    scene.contract(RENEWAL)
    scene.plan()
    walk(scene.db, scene.workspace, NOW, NOW)
    scene.change(at(4, 20, 12), stage="signed")
    walk(scene.db, scene.workspace, at(4, 20, 13), at(12, 31))
    assert [x for x in lines(scene.db, scene.workspace) if x[1] == "unpaid"] == [("2026-06-03", "unpaid")]
    assert notices(scene.db, scene.workspace) == [("2026-06-03", "unpaid", LEADERSHIP)]
    [told] = said(scene.db, scene.workspace, "escalations")
    assert "the account has no owner here" in render("escalations", told.facts).text


def test_signed_a_second_time_asks_for_the_invoice_a_second_time(scene: Scene) -> None:
    scene.contract(RENEWAL)
    scene.plan()
    for day in (3, 17):
        scene.change(at(3, day), stage="signed")
        walk(scene.db, scene.workspace, at(3, day), at(3, day + 11))
        scene.change(at(3, day + 11, 10), stage="lost", lost_reason="price", lost_words="A mistake")
        scene.change(at(3, day + 11, 11), stage="engaged")
    asked = [day for day, code in lines(scene.db, scene.workspace) if code == "ask_invoiced"]
    assert asked == ["2026-03-10", "2026-03-24"]
