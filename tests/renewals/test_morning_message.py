"""Escalations: one message a person and morning, in which every row can be acted on, and what is settled says so."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from bot.core.person import Person
from bot.core.policy import default_policy, policy_numbers
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Escalation, EscalationNotice, Workspace
from bot.renewals import actions, escalations
from bot.renewals.escalations import STILL
from bot.renewals.facts import EscalationList, EscalationRow
from bot.renewals.line_codes import IN_THE_MORNING, NoticeCode
from bot.renewals.messages.escalations import SHOWN, escalated_rule
from bot.renewals.reconcile import plan_accounts
from bot.renewals.rules.escalation import worst_first
from bot.sandbox.strict.messages import check_message
from bot.slack.renderers import render
from tests.factories import NOW, TODAY, make_account, make_contract, make_member
from tests.renewals.test_messages import NASTY
from tests.scenes.scene import Scene
from tests.scenes.walking import Said, said, walk

DANA = Person("U1", "Dana")


def row(number: int = 1, code: str = "unclaimed", **more: Any) -> EscalationRow:
    """A renewal of Dana's that needs somebody."""
    filled: dict[str, Any] = {
        "stage": "upcoming",
        "deadline": "2026-03-14",
        "renewal_date": "2026-03-14",
        "codes": (code,),
        "details": {"stage_since": "2026-02-20", "touched_on": "2026-02-23"},
        "values": {"USD": "240000"},
        "owner": DANA,
    }
    return EscalationRow(number, number, f"Cedar {number}", **{**filled, **more})


def message(*rows: EscalationRow, reader: str = "U9") -> Any:
    """The rows as their reader has them."""
    shown = render("escalations", EscalationList.of("2026-03-02", reader, rows).to_facts())
    check_message(shown.text, shown.blocks, update=True)
    return shown


def buttons(shown: Any) -> list[str]:
    """The labels of its buttons, without the menus."""
    parts = [e for block in shown.blocks if block["type"] == "actions" for e in block["elements"]]
    return [e["text"]["text"] for e in parts if e["type"] == "button"]


def test_one_line_says_how_many_and_what_they_are_worth_and_adds_no_two_currencies() -> None:
    rows = [row(1), row(2, values={"EUR": "31200"}), row(3, values={"USD": "150000"})]
    assert message(*rows).text.splitlines()[0] == "3 renewals need you · €31,200 + $390,000"
    assert message(row(), reader="C9").text.splitlines()[0] == "1 renewal needs someone · $240,000"


def test_a_row_says_sign_account_value_days_why_and_who() -> None:
    first, second = message(row(code="quiet", is_at_risk=True, claimed_by=DANA)).text.splitlines()[1:3]
    assert first == "🔴 Cedar 1: at risk · $240,000 · Sat 14 Mar, in 12 days"
    assert second == "No update since Mon 23 Feb · Dana is on it"
    away = message(row(owner_away="2026-12-11")).text.splitlines()[2]
    assert away == "Nobody is on it · Dana is away to Fri 11 Dec"


def test_the_worst_come_first_and_overdue_goes_by_the_date() -> None:
    late = row(1, code="stuck", is_overdue=True, deadline="2026-02-25", renewal_date="2026-02-25")
    rows = [row(3), row(2, is_at_risk=True), late]
    assert sorted(rows, key=worst_first) == [late, rows[1], rows[0]]
    first, second = message(late).text.splitlines()[1:]
    assert first == "🔴 Cedar 1: overdue · $240,000 · 5 days overdue"
    assert second == "Still Upcoming, since Fri 20 Feb · owner Dana"


def test_the_button_is_for_who_can_be_asked() -> None:
    assert buttons(message(row())) == ["Ask Dana"]
    assert buttons(message(row(owner_away="2026-12-11"))) == ["Assign…"]
    assert buttons(message(row(owner=None))) == ["Assign…"]
    assert buttons(message(row(), reader="U1")) == ["Update…"]
    assert buttons(message(row(asked_by="Helen", asked_whom="Dana"))) == []
    assert buttons(message(row(settled="claimed", settled_by="Dana"))) == []


def test_ten_have_rows_and_the_rest_is_named() -> None:
    shown = message(*(row(n) for n in range(EscalationList.ROWS + 2)))
    assert len(buttons(shown)) == SHOWN and len(shown.blocks) <= 50
    assert "42 more: Cedar 10, " in shown.text and "Cedar 49 and 2 others" in shown.text


@pytest.mark.parametrize("name", NASTY)
def test_at_its_extremes_it_stays_within_what_slack_takes_and_pings_nobody(name: str) -> None:
    currencies = ("EUR", "USD", "GBP", "CHF", "JPY", "BRL", "NOK", "SEK", "DKK", "PLN", "CZK", "HUF")
    money = dict.fromkeys(currencies, "123456789.99")
    person = Person("U1", name)
    reason = {"set_by": name, "reason": name * 10, "instead_of": name, "away_until": "2026-12-11"}
    many = [
        replace(
            row(n, "at_risk", values=money, unknown_values=3, details=reason, owner=person, asked_by=name), account=name
        )
        for n in range(500)
    ]
    shown = message(*many)
    assert shown.text.splitlines()[0].startswith("500 renewals need you · ") and "HUF" in shown.text
    assert "<!" not in shown.text and "<@" not in shown.text
    assert len(json.dumps(shown.blocks, ensure_ascii=False)) < 60_000


def test_every_reason_has_its_words_its_why_and_its_end() -> None:
    assert set(STILL) == IN_THE_MORNING
    for code in IN_THE_MORNING:
        assert "{" not in message(row(code=code)).text
        rule = escalated_rule([code], default_policy())
        assert rule.rule.endswith("It comes once a morning, with all that needs you.")
        assert set(rule.numbers) <= set(policy_numbers()) and bool(rule.numbers) is (code != NoticeCode.AT_RISK)


def crowd(scene: Scene, count: int = 40) -> None:
    """Many accounts of two owners, whose ladders all come in the same month."""
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        workspace = work.session.get_one(Workspace, scene.workspace)
        other = make_member(work.session, workspace, "Rae", manager_id=scene.manager.id)
        ids = []
        for n in range(count):
            owner = scene.owner.id if n % 2 else other.id
            account = make_account(work.session, workspace, f"Customer {n:02}", owner_id=owner, channel=f"C{n:03}")
            make_contract(work.session, account, TODAY + timedelta(days=20 + n * 2), value=Decimal(1000), notice_days=0)
            ids.append(account.id)
        plan_accounts(work, ids)


def told(scene: Scene) -> list[Said]:
    """The morning messages so far."""
    return said(scene.db, scene.workspace, "escalations")


def test_a_crowded_month_brings_each_person_one_message_a_morning_and_leaves_nothing_unsaid(any_scene: Scene) -> None:
    crowd(any_scene)
    walk(any_scene.db, any_scene.workspace, NOW, NOW + timedelta(days=31))
    per_morning = Counter((one.place, one.at.date()) for one in told(any_scene))
    assert per_morning and set(per_morning.values()) == {1}
    assert max(len(one.facts["rows"]) for one in told(any_scene)) > 3
    stands = {
        (r["renewal_id"], code, one.place) for one in told(any_scene) for r in one.facts["rows"] for code in r["codes"]
    }
    with any_scene.db.reading() as session:
        notices = session.scalars(select(EscalationNotice)).all()
        steps = session.scalars(select(Escalation)).all()
    assert {(n.renewal_id, n.code, n.told_to) for n in notices} == stands
    assert all(n.post_key for n in notices)
    # Every step of escalation that goes beyond the owner stands in one of them.
    up = {(s.renewal_id, s.step.partition("_")[0]) for s in steps if s.step.endswith(("_manager", "_leadership"))}
    assert up and up == {(renewal, code) for renewal, code, _ in stands if code in ("unclaimed", "stuck")}


def test_what_is_due_after_the_message_of_a_day_comes_the_next_morning(any_scene: Scene) -> None:
    any_scene.contract(date(2026, 6, 30))
    any_scene.contract(date(2026, 9, 30))
    any_scene.plan()
    walk(any_scene.db, any_scene.workspace, NOW, NOW)
    first, second = (one.id for one in any_scene.renewals())
    any_scene.change(at(10), renewal=first, forecast="at_risk", forecast_reason="New CFO")
    walk(any_scene.db, any_scene.workspace, at(10), at(10))
    any_scene.change(at(11), renewal=second, forecast="at_risk", forecast_reason="New CTO")
    walk(any_scene.db, any_scene.workspace, at(11), at(9, 3))
    assert [(f"{one.at:%d %H:%M}", [r["renewal_id"] for r in one.facts["rows"]]) for one in told(any_scene)] == [
        ("02 10:00", [first]),
        ("03 09:00", [second]),
    ]


def risky(scene: Scene) -> int:
    """One renewal at risk, of which the manager has just been told."""
    scene.contract(date(2026, 6, 30))
    scene.plan()
    walk(scene.db, scene.workspace, NOW, NOW)
    scene.change(at(10), forecast="at_risk", forecast_reason="New CFO")
    walk(scene.db, scene.workspace, at(10), at(10))
    return scene.first


def test_a_row_that_is_settled_says_so_in_its_place_and_asks_anew_when_it_is_let_go(scene: Scene) -> None:
    risky(scene)
    scene.claim(at(11))
    [one] = told(scene)
    assert "✅ Dana is on it" in render("escalations", one.facts).text
    assert buttons(render("escalations", one.facts)) == []
    with scene.db.transaction() as session:
        actions.release(Work(session, scene.workspace, at(12)), scene.first, scene.owner.id)
    assert "✅" not in render("escalations", told(scene)[0].facts).text


def test_a_row_is_forgotten_once_its_message_no_longer_says_what_became_of_it(any_scene: Scene) -> None:
    risky(any_scene)
    left = []
    for moment in (at(9, 3), at(10, 3)):
        with Work.writing(any_scene.db, any_scene.workspace, moment) as work:
            escalations.forget_told(work)
            left.append(len(work.session.scalars(work.select(EscalationNotice)).all()))
    assert left == [1, 0]
    assert len(told(any_scene)) == 1


def test_who_is_asked_reads_who_asks_and_the_row_says_it_was_asked_once(scene: Scene) -> None:
    renewal = risky(scene)
    helen = Person(scene.manager.slack_id, scene.manager.name)
    for _ in range(2):
        with scene.db.transaction() as session:
            assert escalations.ask(Work(session, scene.workspace, at(11)), renewal, helen) == "Dana"
    [question] = said(scene.db, scene.workspace, "renewal_question")
    assert question.place == scene.owner.slack_id
    words = render("renewal_question", question.facts)
    check_message(words.text, words.blocks, update=True)
    assert words.text.startswith(f"{helen.name} asks what is next with this renewal. 🔴 Acme")
    assert f"💬 {helen.name} asked Dana" in render("escalations", told(scene)[0].facts).text


def test_nobody_asks_themselves_or_somebody_who_is_away(scene: Scene) -> None:
    renewal = risky(scene)
    with scene.db.transaction() as session, pytest.raises(Refused, match="is yours"):
        escalations.ask(Work(session, scene.workspace, at(11)), renewal, Person(scene.owner.slack_id, "Dana"))
    with scene.db.transaction() as session:
        session.merge(scene.owner).away_until = date(2026, 3, 11)
    with scene.db.transaction() as session, pytest.raises(Refused, match="Dana is away until 11 March"):
        escalations.ask(Work(session, scene.workspace, at(11)), renewal, Person("U9", "Helen"))


def at(hour: int, day: int = 2) -> datetime:
    """An hour of a day in March 2026."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)
