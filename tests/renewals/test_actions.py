"""What people do to a renewal, and what their team sees of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.models import Event, JobRow, Workspace
from bot.renewals import actions
from bot.renewals import queries as renewal_queries
from bot.slack.renderers import render
from tests.factories import NOW, make_account, make_renewal, make_workspace
from tests.scenes.scene import Scene
from tests.scenes.walking import card_of, lines, notices, said, tick, walk

DEADLINE = date(2026, 5, 4)
"""A Monday, 63 days after NOW."""


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
def acme(any_scene: Scene) -> Scene:
    any_scene.contract(DEADLINE)
    any_scene.plan()
    tick(any_scene.db, any_scene.workspace, NOW)
    return any_scene


@pytest.fixture
def small(scene: Scene) -> Scene:
    scene.contract(DEADLINE)
    scene.plan()
    tick(scene.db, scene.workspace, NOW)
    return scene


def last_line(scene: Scene) -> dict[str, Any]:
    return said(scene.db, scene.workspace, "story_line")[-1].facts


def test_a_claim_is_told_by_name_and_shows_on_the_card(acme: Scene) -> None:
    assert acme.claim(at(3, 2, 10)).changed
    line = last_line(acme)
    assert (line["code"], line["by"]["name"], line["mention"]) == ("claimed", "Dana", None)
    card = card_of(acme.db, acme.workspace, acme.first)
    assert card.claimed_by is not None
    assert card.claimed_by.name == "Dana"
    assert card.buttons == ("update", "snooze")
    with acme.db.reading() as session:
        assert [(e.kind, e.by_id) for e in session.scalars(select(Event))] == [("claimed", acme.owner.id)]


def test_claiming_twice_is_claiming_once(acme: Scene) -> None:
    acme.claim(at(3, 2, 10))
    assert not acme.claim(at(3, 2, 10)).changed
    assert len(lines(acme.db, acme.workspace)) == 1


def test_two_who_press_at_once_do_not_push_each_other_off(small: Scene) -> None:
    small.claim(at(3, 2, 10))
    with pytest.raises(Refused, match="Dana took this on a moment ago"):
        small.claim(at(3, 2, 10) + timedelta(minutes=1), by=small.support)


def test_a_colleague_can_take_over_and_the_one_before_is_told(small: Scene) -> None:
    small.claim(at(3, 2, 10))
    small.claim(at(3, 3, 10), by=small.support)
    line = last_line(small)
    assert (line["code"], line["by"]["name"], line["details"]["from"]) == ("took_over", "Sam", "Dana")
    assert line["mention"] == small.owner.slack_id


def test_a_claim_stops_the_escalation(small: Scene) -> None:
    walk(small.db, small.workspace, NOW, at(3, 6))
    small.claim(at(3, 6, 12))
    walk(small.db, small.workspace, at(3, 6, 13), at(3, 13))
    assert [code for _, code in lines(small.db, small.workspace)] == ["rung", "claimed"]
    assert notices(small.db, small.workspace) == []


def test_who_lets_go_starts_the_escalation_again(small: Scene) -> None:
    walk(small.db, small.workspace, NOW, at(3, 5))
    small.claim(at(3, 5, 12))
    with small.db.transaction() as session:
        actions.release(Work(session, small.workspace, at(3, 6, 12)), small.first, small.owner.id)
    walk(small.db, small.workspace, at(3, 6, 13), at(3, 13))
    assert lines(small.db, small.workspace)[-2:] == [("2026-03-06", "released"), ("2026-03-10", "unclaimed")]
    assert notices(small.db, small.workspace) == [("2026-03-12", "unclaimed", small.manager.slack_id)]


def test_a_renewal_can_be_acted_on_before_its_card_came(scene: Scene) -> None:
    scene.contract(NOW.date() + timedelta(days=300))
    scene.plan()
    scene.claim(at(3, 2, 10))
    assert [s.kind for s in said(scene.db, scene.workspace)] == ["renewal_card", "story_line"]


def test_an_update_is_one_line_and_one_change_of_the_card(acme: Scene) -> None:
    acme.change(
        at(3, 2, 10),
        stage="proposed",
        forecast="at_risk",
        forecast_reason="New buyer",
        proposed_value=Decimal("11000"),
        proposed_currency="EUR",
        close_date=date(2026, 4, 20),
    )
    line = last_line(acme)
    assert line["code"] == "updated"
    assert line["details"] == {
        "stage": "proposed",
        "stage_before": "upcoming",
        "forecast": "at_risk",
        "forecast_before": "",
        "forecast_reason": "New buyer",
        "proposed_value": "11000",
        "proposed_currency": "EUR",
        "close_date": "2026-04-20",
        "as_of": "2026-03-02",
    }
    card = card_of(acme.db, acme.workspace, acme.first)
    assert (card.stage, card.forecast, card.proposed_value, card.close_date) == (
        "proposed",
        "at_risk",
        "11000.00",
        "2026-04-20",
    )


def test_what_the_form_leaves_empty_is_emptied_and_what_is_not_asked_stays(small: Scene) -> None:
    reason = {"forecast": "commit", "forecast_reason": "Verbal yes"}
    small.change(at(3, 2, 10), proposed_value=Decimal("5"), proposed_currency="EUR", close_date=DEADLINE, **reason)
    small.change(at(3, 2, 11), stage="engaged")
    assert small.renewals()[0].close_date == DEADLINE
    small.change(at(3, 2, 12), proposed_value=None, proposed_currency=None, close_date=None)
    renewal = small.renewals()[0]
    assert (renewal.proposed_value, renewal.close_date, renewal.forecast) == (None, None, "commit")
    assert last_line(small)["details"] == {"cleared": "close_date, proposed_value", "as_of": "2026-03-02"}


def test_an_update_that_changes_nothing_says_nothing(small: Scene) -> None:
    assert not small.change(at(3, 2, 10), stage="upcoming").changed
    assert lines(small.db, small.workspace) == []


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"stage": "paid"}, "stage"),
        ({"stage": "nonsense"}, "stage"),
        ({"forecast": "commit"}, "forecast_reason"),
        ({"forecast": "commit", "forecast_reason": "  "}, "forecast_reason"),
        ({"forecast": "hope", "forecast_reason": "x"}, "forecast"),
        ({"stage": "lost"}, "lost_reason"),
        ({"stage": "lost", "lost_reason": "price"}, "lost_words"),
        ({"proposed_value": Decimal("-1"), "proposed_currency": "EUR"}, "proposed_value"),
        ({"proposed_value": Decimal("1")}, "proposed_value"),
        ({"proposed_value": Decimal("1"), "proposed_currency": "XXX"}, "proposed_currency"),
        ({"renewal_date": date(2026, 3, 1)}, "renewal_date"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field_and_nothing_is_written(
    small: Scene, wanted: dict[str, Any], field: str
) -> None:
    with pytest.raises(FieldErrors) as refused:
        small.change(at(3, 2, 10), **wanted)
    assert list(refused.value.errors) == [field]
    assert lines(small.db, small.workspace) == []
    assert small.renewals()[0].touched_at is None


def test_a_moved_renewal_date_moves_contracts_deadline_and_ladder(small: Scene) -> None:
    small.change(at(3, 2, 10), renewal_date=date(2026, 9, 4))
    contract = small.contracts()[0]
    assert (contract.renewal_date, contract.deadline, contract.moved_by_id) == (
        date(2026, 9, 4),
        date(2026, 9, 4),
        small.owner.id,
    )
    assert small.renewals()[0].deadline == date(2026, 9, 4)
    assert last_line(small)["details"]["renewal_date"] == "2026-09-04"
    walk(small.db, small.workspace, at(3, 2, 11), at(5, 8))
    rungs = [(s.at.month, s.at.day) for s in said(small.db, small.workspace) if s.code == "rung"]
    assert rungs == [(5, 7)]


def test_a_snooze_sleeps_to_its_day_and_wakes_the_one_who_snoozed(acme: Scene) -> None:
    acme.snooze(date(2026, 3, 14), at(3, 2, 10))
    card = card_of(acme.db, acme.workspace, acme.first)
    assert (card.snoozed_until, card.snooze_reason) == ("2026-03-16", "On holiday")

    walk(acme.db, acme.workspace, at(3, 2, 11), at(3, 16))

    assert lines(acme.db, acme.workspace) == [("2026-03-02", "snoozed"), ("2026-03-16", "woke")]
    woke = last_line(acme)
    assert (woke["mention"], woke["details"]["days_left"]) == (acme.owner.slack_id, "49")
    # The rung of 60 days passed meanwhile; waking has said it.
    assert acme.renewals()[0].rung == 60
    assert card_of(acme.db, acme.workspace, acme.first).snoozed_until is None


def test_snoozing_again_moves_the_waking(small: Scene) -> None:
    small.snooze(date(2026, 3, 10), at(3, 2, 10))
    small.snooze(date(2026, 3, 17), at(3, 2, 11))
    walk(small.db, small.workspace, at(3, 2, 12), at(3, 20))
    assert [x for x in lines(small.db, small.workspace) if x[1] == "woke"] == [("2026-03-17", "woke")]


@pytest.mark.parametrize(
    ("until", "words"),
    [(date(2026, 5, 5), "up to the deadline, Mon 4 May"), (date(2026, 3, 2), "after today")],
)
def test_a_snooze_never_goes_beyond_the_deadline_nor_back(small: Scene, until: date, words: str) -> None:
    with pytest.raises(Refused, match=words):
        small.snooze(until, at(3, 2, 10))


def test_a_snooze_to_the_deadline_itself_still_ends_before_it_passes(small: Scene) -> None:
    small.snooze(DEADLINE, at(3, 2, 10))
    walk(small.db, small.workspace, at(3, 2, 11), at(5, 4, 8))
    assert [code for _, code in lines(small.db, small.workspace)] == ["snoozed"]
    tick(small.db, small.workspace, at(5, 4))
    assert {"woke", "overdue"} & {code for _, code in lines(small.db, small.workspace)}


@pytest.mark.parametrize("stage", ["signed", "lost"])
def test_what_is_signed_or_lost_is_neither_claimed_nor_snoozed(small: Scene, stage: str) -> None:
    small.change(at(3, 2, 10), stage=stage, lost_reason="price", lost_words="Too dear")
    with pytest.raises(Refused, match="already"):
        small.claim(at(3, 3, 10))
    with pytest.raises(Refused, match="already"):
        small.snooze(date(2026, 3, 10), at(3, 3, 10))


def test_a_signature_recorded_by_mistake_can_be_taken_back_and_the_ladder_goes_on(small: Scene) -> None:
    small.change(at(3, 3, 10), stage="signed")
    small.change(at(3, 3, 11), stage="negotiating")
    walk(small.db, small.workspace, at(3, 3, 12), at(4, 6))
    assert [code for _, code in lines(small.db, small.workspace)] == ["signed", "updated", "rung", "unclaimed", "rung"]


def test_a_lost_customer_can_come_back(small: Scene) -> None:
    small.change(at(3, 3, 10), stage="lost", lost_reason="price", lost_words="Too dear")
    small.change(at(3, 4, 10), stage="negotiating")
    renewal = small.renewals()[0]
    assert (renewal.closed_at, renewal.outcome, renewal.lost_reason) == (None, None, None)
    walk(small.db, small.workspace, at(3, 4, 12), at(3, 6))
    assert lines(small.db, small.workspace)[-1] == ("2026-03-05", "rung")


def test_a_signed_customer_who_never_pays_is_lost_and_the_term_that_began_ends(small: Scene) -> None:
    small.change(at(3, 3, 10), stage="signed")
    walk(small.db, small.workspace, at(3, 3, 11), at(5, 5))
    small.change(at(6, 1, 10), stage="lost", lost_reason="budget_cut", lost_words="Insolvent")
    assert [c.status for c in small.contracts()] == ["ended"]
    assert [r.outcome for r in small.renewals()] == ["lost", "ended"]


def test_invoiced_and_paid_twice_are_once(small: Scene) -> None:
    small.change(at(3, 3, 10), stage="signed")
    with small.db.transaction() as session:
        assert actions.mark_invoiced(Work(session, small.workspace, at(3, 4)), small.first, small.owner.id).changed
        assert not actions.mark_invoiced(Work(session, small.workspace, at(3, 4)), small.first, small.owner.id).changed
    with small.db.transaction() as session:
        assert actions.mark_paid(Work(session, small.workspace, at(3, 5)), small.first, small.owner.id).changed
        assert not actions.mark_paid(Work(session, small.workspace, at(3, 5)), small.first, small.owner.id).changed
    assert len(small.renewals()) == 2


def test_a_paid_renewal_is_over(small: Scene) -> None:
    small.change(at(3, 3, 10), stage="signed")
    small.change(at(3, 4, 10), stage="paid")
    with pytest.raises(Refused, match="is over"):
        small.change(at(3, 5, 10), renewal=small.first, stage="negotiating")
    with pytest.raises(Refused, match="is over"):
        small.change(at(3, 5, 10), renewal=small.first, stage="paid", close_date=DEADLINE)
    with small.db.reading() as session:
        waiting = select(JobRow.kind).where(
            JobRow.subject == f"renewal:{small.first}", JobRow.handled_at.is_(None), JobRow.kind != "term_end"
        )
        assert list(session.scalars(waiting)) == []


def test_nobody_is_mentioned_for_their_own_doing(small: Scene) -> None:
    small.claim(at(3, 2, 10))
    small.change(at(3, 2, 11), stage="engaged")
    small.snooze(date(2026, 3, 10), at(3, 2, 12))
    small.change(at(3, 2, 13), stage="signed")
    assert {s.facts["mention"] for s in said(small.db, small.workspace, "story_line")} == {None}


def test_another_workspaces_renewal_is_not_there(db: Database) -> None:
    with db.transaction() as session:
        mine, other = make_workspace(session), make_workspace(session)
        theirs = make_renewal(session, make_account(session, other))
        with pytest.raises(Refused, match="not there"):
            actions.claim(Work(session, mine.id, NOW), theirs.id, 1)
        with pytest.raises(Refused, match="not there"):
            renewal_queries.card(Work(session, mine.id, NOW), theirs.id)
        assert renewal_queries.open_renewals(Work(session, mine.id, NOW), theirs.account_id) == []


def test_a_team_sees_its_open_renewals(small: Scene) -> None:
    with Work.reading(small.db, small.workspace, NOW) as work:
        of_account = renewal_queries.open_renewals(work, small.account.id)
        card = renewal_queries.card(work, small.first)
    assert [(b.id, b.account, b.deadline, b.values) for b in of_account] == [
        (small.first, "Acme", DEADLINE, {"EUR": "12000.00"})
    ]
    assert [(p.name, p.role) for p in card.team] == [("Dana", "owner"), ("Sam", "support_lead")]


def test_the_next_word_of_a_snoozed_renewal_is_the_end_of_its_snooze(small: Scene) -> None:
    small.snooze(date(2026, 4, 8), at(3, 2, 10))
    tick(small.db, small.workspace, at(3, 2, 10))
    card = card_of(small.db, small.workspace, small.first)
    assert (card.next_kind, card.next_at) == ("snooze_end", "2026-04-08")


def test_what_can_be_snoozed_with_one_press_is_a_setting(small: Scene) -> None:
    with small.db.transaction() as session:
        session.get_one(Workspace, small.workspace).policy = {"*": {"snooze_days": [2, 14]}}
    with Work.reading(small.db, small.workspace, NOW) as work:
        card = renewal_queries.card(work, small.first)
        assert [c.days for c in renewal_queries.snoozes(work, card)] == [2, 14]


def test_a_day_to_close_lies_ahead(small: Scene) -> None:
    with pytest.raises(FieldErrors) as refused:
        small.change(at(3, 3), close_date=date(2026, 3, 2))
    assert refused.value.errors == {"close_date": "Choose today or a later day."}


def test_a_deadline_that_moved_is_escalated_again_when_it_comes(acme: Scene) -> None:
    walk(acme.db, acme.workspace, NOW, at(4, 22))
    before = notices(acme.db, acme.workspace)
    acme.change(at(4, 22, 10), renewal_date=date(2026, 9, 7))
    walk(acme.db, acme.workspace, at(4, 22, 11), datetime(2026, 9, 1, tzinfo=UTC))
    after = notices(acme.db, acme.workspace)[len(before) :]
    assert [code for _, code, _ in before] == ["unclaimed", "stuck", "stuck"]
    assert [code for _, code, _ in after] == ["unclaimed", "stuck", "stuck"]


def test_a_paid_renewal_offers_no_form(small: Scene) -> None:
    small.change(at(3, 3), stage="signed")
    small.change(at(3, 4), stage="paid")
    with small.db.reading() as session, pytest.raises(Refused, match="is over"):
        renewal_queries.card_to_update(Work(session, small.workspace, at(3, 5)), small.first)


def test_a_rung_offers_to_take_it_on_while_nobody_has(small: Scene) -> None:
    walk(small.db, small.workspace, NOW, at(3, 6))
    small.claim(at(3, 6, 10))
    walk(small.db, small.workspace, at(3, 6, 11), at(3, 19))
    small.change(at(3, 19, 10), stage="engaged")
    walk(small.db, small.workspace, at(3, 19, 11), at(4, 4))
    rungs = [render("story_line", s.facts).text for s in said(small.db, small.workspace) if s.code == "rung"]
    assert ["nobody is on it" in words for words in rungs] == [True, False]
