"""People at a customer, on both databases: who is met when, who is meant, and what is left of somebody removed."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot import follow_ups, people, touchpoints
from bot.accounts import customer_people, decision_process
from bot.core.customer_people import PersonPart
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.models import CustomerPerson, DecisionStep, Event, FollowUp, PersonMet, Touchpoint
from bot.people import PersonEntry
from bot.renewals.decision_time import last_decision
from bot.touchpoints import NewTouchpoint, TouchpointEdit
from bot.workspace import settings as workspace_settings
from tests.factories import NOW, TODAY, make_account, make_contract, make_member, make_workspace
from tests.scenes.learning import make_check, make_touch
from tests.scenes.scene import Scene


def add(scene: Scene, name: str, part: PersonPart | None = None, **more: object) -> int:
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        return people.add(work, scene.account.id, PersonEntry(name, part=part, **more), scene.owner.id)  # type: ignore[arg-type]


def met(scene: Scene, now: datetime = NOW) -> dict[str, datetime]:
    with Work.reading(scene.db, scene.workspace, now) as work:
        found = customer_people.of_account(work, scene.account.id)
    return {one.name: one.met_at for one in found if one.met_at}


def concerns(scene: Scene, now: datetime = NOW) -> list[str]:
    with Work.reading(scene.db, scene.workspace, now) as work:
        found = customer_people.concerns_of(work, [scene.account.id])
    return [gap.concern.value for gap in found.get(scene.account.id, ())]


def test_somebody_is_written_down_once_and_another_address_is_another_person(any_scene: Scene) -> None:
    first = add(any_scene, "Ruth Okafor", email="ruth@one.example")
    for name, email, field in (
        ("OKAFOR, Ruth", "", "name"),
        ("Ruth Okafor", "RUTH@one.example", "email"),
        ("R. Okafor", "ruth@one.example", "email"),
    ):
        with pytest.raises(FieldErrors) as refused:
            add(any_scene, name, email=email)
        assert set(refused.value.errors) == {field}
    second = add(any_scene, "Ruth Okafor", email="ruth@two.example")
    assert second != first
    tom = add(any_scene, "Tom Hale")
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        with pytest.raises(FieldErrors):
            people.edit(work, tom, PersonEntry("Ruth Okafor"), any_scene.owner.id)
        with pytest.raises(FieldErrors):
            people.edit(work, second, PersonEntry("Ruth Okafor", email="ruth@one.example"), any_scene.owner.id)
        assert people.edit(work, second, PersonEntry("Ruth Okafor", "CFO", "ruth@two.example"), any_scene.owner.id)


def test_a_name_from_before_means_its_person_until_somebody_else_has_it(any_scene: Scene) -> None:
    ruth = add(any_scene, "Ruth Okafor")
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        account = any_scene.account.id
        for name in ("Ruth Hale", "Ruth Voss", "Ruth Okafor", "Ruth Voss"):
            people.edit(work, ruth, PersonEntry(name), any_scene.owner.id)
        for typed in ("Ruth", "Okafor, Ruth", "Ruth Hale", "Voss", "Okafor and Hale"):
            assert customer_people.meant_by(work, account, typed) == ([ruth], [])
        other = people.add(work, account, PersonEntry("Ruth Hale"), None)
        assert customer_people.meant_by(work, account, "Ruth Hale") == ([other], [])
        assert customer_people.meant_by(work, account, "Ruth Okafor") == ([ruth], [])


def test_who_was_logged_before_is_met_once_written_down(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        for days, more in ((3, {}), (9, {}), (1, {"is_note": True, "kind": "note"}), (2, {"deleted_at": NOW})):
            make_touch(session, any_scene.account, NOW - timedelta(days=days), contact="Ruth, Tom", **more)
        make_check(session, any_scene.account, NOW - timedelta(days=5), contact="Tom Hale")
    add(any_scene, "Ruth Okafor")
    add(any_scene, "Tom Hale")
    assert met(any_scene) == {"Ruth Okafor": NOW - timedelta(days=3), "Tom Hale": NOW - timedelta(days=3)}


def test_a_name_that_two_have_means_neither_and_what_was_meant_before_stays(any_scene: Scene) -> None:
    add(any_scene, "Tom Hale")
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        log(work, any_scene, NOW - timedelta(days=2), "Tom")
    add(any_scene, "Tom Ford")
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        log(work, any_scene, NOW - timedelta(days=1), "Tom")
    assert met(any_scene) == {"Tom Hale": NOW - timedelta(days=2)}


def test_another_workspaces_people_are_nobody_here(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        other = make_workspace(session)
        theirs = make_account(session, other, "Acme")
        make_member(session, other, "Zoe")
        other_id, account_id = other.id, theirs.id
    with Work.writing(any_scene.db, other_id, NOW) as work:
        number = people.add(work, account_id, PersonEntry("Ruth Okafor"), None)
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        assert customer_people.read(work, number) is None and not customer_people.are_any(work)
        assert customer_people.search(work, "ruth", account_id) == []
        with pytest.raises(Refused):
            people.has_left(work, number, TODAY, None)
        with pytest.raises(Refused):
            people.remove_for_good(work, number, any_scene.owner.id)


@pytest.mark.parametrize("seed", range(12))
def test_the_last_contact_is_that_of_the_touches_that_stand_whatever_happened_to_them(scene: Scene, seed: int) -> None:
    dice = random.Random(seed)
    names = ["Ruth Okafor", "Tom Hale", "Ana Sá"]
    unwritten = names if seed % 2 else []
    for name in names:
        if name not in unwritten:
            add(scene, name)
    standing: dict[int, tuple[str, list[str], datetime]] = {}
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        for _ in range(30):
            named = dice.sample(names, dice.randint(0, 3))
            kind, at = dice.choice(("call", "meeting", "note")), NOW - timedelta(hours=dice.randint(0, 900))
            change = dice.choice(("log", "log", "edit", "delete")) if standing else "log"
            if change == "log":
                standing[log(work, scene, at, ", ".join(named), kind)] = (kind, named, at)
                continue
            number = dice.choice(list(standing))
            if change == "delete":
                touchpoints.delete(work, number, scene.owner.id)
                del standing[number]
                continue
            if dice.random() < 0.5:
                _, named, _ = standing[number]
            to = TouchpointEdit(scene.account.id, at, kind, ", ".join(named), "", "", "Talked")
            touchpoints.edit(work, number, to, scene.owner.id)
            standing[number] = (kind, named, at)
    for name in unwritten:
        add(scene, name)
    wanted: dict[str, datetime] = {}
    for kind, named, at in standing.values():
        for name in named if kind != "note" else ():
            wanted[name] = max(at, wanted.get(name, at))
    assert met(scene) == wanted


def log(work: Work, scene: Scene, at: datetime, contact: str, kind: str = "call") -> int:
    new = NewTouchpoint(scene.account.id, at, scene.owner.id, scene.owner.id, kind, contact, words="Talked")
    return touchpoints.log(work, new).id


def test_warnings_come_with_time_and_go_with_a_talk(any_scene: Scene) -> None:
    assert concerns(any_scene) == []
    add(any_scene, "Ruth Okafor", PersonPart.DECIDER)
    add(any_scene, "Tom Hale")
    later = NOW + timedelta(days=181)
    assert concerns(any_scene) == [] and concerns(any_scene, later) == ["decider_not_met"]
    with Work.writing(any_scene.db, any_scene.workspace, NOW + timedelta(days=20)) as work:
        log(work, any_scene, work.now, "Ruth")
    assert concerns(any_scene, later) == []
    assert concerns(any_scene, NOW + timedelta(days=202)) == ["decider_not_met"]


@pytest.mark.parametrize(("part", "asks"), [*((part, True) for part in ("decider", "champion")), ("user", False)])
def test_only_whose_leaving_matters_asks_for_a_step_and_once(scene: Scene, part: str, asks: bool) -> None:
    number = add(scene, "Ruth Okafor", PersonPart(part))
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        assert people.has_left(work, number, TODAY, scene.support.id)
        assert not people.has_left(work, number, TODAY, scene.support.id)
        people.has_left(work, number, TODAY - timedelta(days=3), scene.support.id)
        steps = follow_ups.open_of(work, scene.account.id)
    assert [(step.owner_id, step.due_on <= TODAY + timedelta(days=14)) for step in steps] == [
        (scene.owner.id, True)
    ] * asks


def test_the_days_are_the_workspaces_own_and_the_words_say_them(any_scene: Scene) -> None:
    add(any_scene, "Ruth Okafor", PersonPart.DECIDER)
    add(any_scene, "Tom Hale", PersonPart.CHAMPION)
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        workspace_settings.set_number(work, "*", "decider_days", "30")
        workspace_settings.set_number(work, "*", "takes_over_days", "45")
        with pytest.raises(Refused):
            workspace_settings.set_number(work, "*", "decider_days", "3")
    assert concerns(any_scene, NOW + timedelta(days=30)) == []
    later = NOW + timedelta(days=31)
    with Work.writing(any_scene.db, any_scene.workspace, later) as work:
        (words,) = customer_people.concerns_in_words(work, [any_scene.account.id])[any_scene.account.id]
        assert words == "no decider met for 30 days (Ruth Okafor never yet)"
        tom = customer_people.search(work, "Tom", any_scene.account.id)[0]
        people.has_left(work, tom.id, later.date(), None)
        (step,) = follow_ups.open_of(work, any_scene.account.id)
    assert 40 < (step.due_on - later.date()).days <= 45


@pytest.mark.parametrize("start", range(7))
def test_the_step_falls_on_a_working_day_within_14_days(scene: Scene, start: int) -> None:
    now = NOW + timedelta(days=start)
    number = add(scene, "Ruth Okafor", PersonPart.CHAMPION)
    with Work.writing(scene.db, scene.workspace, now) as work:
        people.has_left(work, number, now.date(), None)
        (step,) = follow_ups.open_of(work, scene.account.id)
    assert step.due_on.weekday() < 5 and 10 <= (step.due_on - now.date()).days <= 14


def test_the_step_comes_and_goes_with_the_part_of_who_has_left_and_with_their_coming_back(scene: Scene) -> None:
    number = add(scene, "Ruth Okafor", PersonPart.USER, left_on=TODAY)
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        for part, count in ((PersonPart.CHAMPION, 1), (PersonPart.DECIDER, 1), (PersonPart.USER, 0)):
            people.edit(work, number, PersonEntry("Ruth Okafor", part=part, left_on=TODAY), scene.owner.id)
            assert len(follow_ups.open_of(work, scene.account.id)) == count
        people.edit(work, number, PersonEntry("Ruth Okafor", part=PersonPart.CHAMPION, left_on=TODAY), scene.owner.id)
        assert people.is_back(work, number, scene.owner.id) and not people.is_back(work, number, scene.owner.id)
        assert follow_ups.open_of(work, scene.account.id) == []


def test_a_day_to_come_a_missing_name_and_half_an_address_are_refused(scene: Scene) -> None:
    with pytest.raises(FieldErrors) as refused:
        add(scene, " 12 ", email="ruth@", since=TODAY + timedelta(days=9), left_on=TODAY + timedelta(days=9))
    assert set(refused.value.errors) == {"name", "email", "since", "left_on"}
    with pytest.raises(FieldErrors) as refused:
        add(scene, "Ruth", since=TODAY, left_on=TODAY - timedelta(days=1))
    assert set(refused.value.errors) == {"left_on"}


def test_of_somebody_removed_for_good_nothing_is_left_but_that_there_was_a_contact(any_scene: Scene) -> None:
    ruth = add(any_scene, "Ruth Okafor", PersonPart.CHAMPION, email="ruth@acme.example", title="CFO")
    add(any_scene, "Tom Hale")
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        number = log(work, any_scene, NOW - timedelta(days=3), "Ruth Okafor, Tom Hale and Ana")
        alone = log(work, any_scene, NOW - timedelta(days=2), "Okafor, Ruth")
        to = TouchpointEdit(any_scene.account.id, NOW - timedelta(days=2), "call", "Tom", "", "", "Talked")
        touchpoints.edit(work, alone, to, any_scene.owner.id)
        decision_process.write_down(work, any_scene.account.id, "Ruth Okafor: signs, 3 days", any_scene.owner.id)
        follow_ups.add(
            work, any_scene.account.id, any_scene.owner.id, "Call", TODAY, True, "", any_scene.owner.id, "Ruth Okafor"
        )
        people.has_left(work, ruth, TODAY, None)
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        people.remove_for_good(work, ruth, any_scene.owner.id)
    with any_scene.db.reading() as session:
        told = [
            vars(row)
            for model in (CustomerPerson, Touchpoint, Event, FollowUp, DecisionStep)
            for row in session.scalars(select(model))
        ]
        assert "ruth" not in repr(told).casefold() and "okafor" not in repr(told).casefold()
        assert session.get_one(Touchpoint, number).contact == "Tom Hale, Ana"
        assert len(session.scalars(select(PersonMet).where(PersonMet.person_id == ruth)).all()) == 1
        assert session.get_one(CustomerPerson, ruth).part == "champion"
    assert list(met(any_scene)) == ["Tom Hale"]
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work, pytest.raises(Refused):
        people.edit(work, ruth, PersonEntry("Ruth Okafor"), any_scene.owner.id)


def test_how_they_decide_stays_in_its_order_and_the_same_again_is_nothing_new(any_scene: Scene) -> None:
    ruth = add(any_scene, "Ruth Okafor")
    written = "Tom: asks, 3 days\nRuth: signs, 10 days"
    with Work.writing(any_scene.db, any_scene.workspace, NOW) as work:
        assert decision_process.write_down(work, any_scene.account.id, written, any_scene.owner.id)
        assert not decision_process.write_down(work, any_scene.account.id, written, any_scene.owner.id)
        steps = decision_process.steps_of(work, any_scene.account.id)
        assert [(step.who, step.days) for step in steps] == [("Tom", 3), ("Ruth", 10)]
        ids = work.session.scalars(work.select(DecisionStep.person_id).order_by(DecisionStep.place)).all()
        assert ids == [None, ruth]
        assert decision_process.write_down(work, any_scene.account.id, "", any_scene.owner.id)
        assert decision_process.steps_of(work, any_scene.account.id) == ()


def test_how_long_they_took_last_time_is_read_from_the_stages_of_what_was_signed(scene: Scene) -> None:
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        assert last_decision(work, scene.account.id) is None
    with scene.db.transaction() as session:
        make_contract(session, scene.account, TODAY + timedelta(days=60))
    scene.plan()
    scene.change(NOW, stage="engaged")
    scene.change(NOW + timedelta(days=4), stage="proposed")
    scene.change(NOW + timedelta(days=9), stage="negotiating")
    scene.change(NOW + timedelta(days=20), stage="signed")
    with Work.reading(scene.db, scene.workspace, NOW + timedelta(days=30)) as work:
        last = last_decision(work, scene.account.id)
    assert last is not None and (last.stage, last.days) == ("proposed", 16)
