"""Handoffs: one in each direction, settled once, asked after while they wait; the account moves when accepted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot import handoffs, story
from bot.db.work import Work
from bot.errors import FieldErrors, NotForYou, Refused
from bot.handoffs.facts import HandoffCard, Package
from bot.handoffs.rules import Direction
from bot.home import desk
from bot.models import Account, Handoff, JobRow, Member, Teammate, Workspace
from bot.renewals.facts import RenewalCard
from bot.workspace import members
from bot.workspace import settings as workspace_settings
from tests.factories import NOW, TODAY, make_channel, make_member, make_teammate, make_workspace
from tests.scenes.learning import make_promise
from tests.scenes.scene import Scene
from tests.scenes.walking import said, walk

PACKAGE = Package("Training before summer", "Half the stops", "One plant is not ready", "Call Ruth", "2026-03-09")
WEDNESDAY, FRIDAY = datetime(2026, 3, 4, 9, 0, tzinfo=UTC), datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SUPPORT, SALES = Direction.TO_SUPPORT, Direction.TO_SALES


def person(scene: Scene, member: Member) -> members.MemberView:
    """Someone as requests know them."""
    with Work.reading(scene.db, scene.workspace, NOW) as work:
        found = members.by_id(work, member.id)
    assert found is not None
    return found


def another(scene: Scene, name: str, **values: object) -> Member:
    """One more person of the workspace."""
    with scene.db.transaction() as session:
        return make_member(session, session.get_one(Workspace, scene.workspace), name, **values)


def give(
    scene: Scene, to: Member, by: Member | None = None, direction: Direction = SUPPORT, package: Package = PACKAGE
) -> int:
    """The owner, or someone else, hands the account over."""
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        giver = person(scene, by or scene.owner)
        return handoffs.hand_over(work, scene.account.id, direction, giver, to.id, package)


def accept(scene: Scene, number: int, by: Member, now: datetime = LATER) -> bool:
    """Someone accepts it."""
    with Work.writing(scene.db, scene.workspace, now) as work:
        return handoffs.accept(work, number, person(scene, by))


def send_back(scene: Scene, number: int, by: Member, gaps: str = "Who is Ruth?") -> bool:
    """Someone returns it."""
    with Work.writing(scene.db, scene.workspace, LATER) as work:
        return handoffs.send_back(work, number, gaps, person(scene, by))


def withdraw(scene: Scene, number: int, by: Member | None = None) -> bool:
    """The giver takes it back."""
    with Work.writing(scene.db, scene.workspace, LATER) as work:
        return handoffs.withdraw(work, number, person(scene, by or scene.owner))


def told(scene: Scene) -> list[tuple[datetime, str, str]]:
    """When what was said to whom, but for the line in the account's channel."""
    every = [(s.at, s.facts["why"], s.place) for s in said(scene.db, scene.workspace, "handoff")]
    return [one for one in every if one[1] != "lead"]


def team(scene: Scene) -> tuple[int | None, set[tuple[str, str]]]:
    """The account's owner, and its team as (name, role)."""
    with scene.db.reading() as session:
        rows = session.execute(select(Member.name, Teammate.role).join(Teammate, Teammate.member_id == Member.id))
        return session.get_one(Account, scene.account.id).owner_id, {(name, role) for name, role in rows}


def row(scene: Scene, number: int) -> Handoff:
    """The handoff as it stands."""
    with scene.db.reading() as session:
        return session.get_one(Handoff, number)


def test_the_receiver_gets_the_package_and_what_is_open_and_nothing_moves(any_scene: Scene) -> None:
    with any_scene.db.transaction() as session:
        make_promise(session, any_scene.account, None, due=TODAY + timedelta(days=3))
    before = team(any_scene)
    give(any_scene, any_scene.support)
    assert told(any_scene) == [(NOW, "package", any_scene.support.slack_id)]
    card = HandoffCard.from_facts(said(any_scene.db, any_scene.workspace, "handoff")[0].facts)
    assert card.package == PACKAGE
    assert (card.giver, card.receiver, card.next_on) == ("Dana", "Sam", "2026-03-04")
    assert [(step.words, step.is_promise) for step in card.steps] == [("Send the numbers", True)]
    assert team(any_scene) == before


def test_support_accepts_and_is_support_lead_while_the_former_one_stays_on_the_team(any_scene: Scene) -> None:
    sana = another(any_scene, "Sana", role="support")
    number = give(any_scene, sana)
    assert accept(any_scene, number, sana)
    owner_id, mates = team(any_scene)
    assert owner_id == any_scene.owner.id
    assert mates == {("Dana", "owner"), ("Sana", "support_lead"), ("Sam", "helped_win")}
    assert told(any_scene)[1:] == [
        (LATER, "settled", any_scene.owner.slack_id),
        (LATER, "replaced", any_scene.support.slack_id),
    ]


def test_sales_accepts_and_owns_the_account_and_its_card_says_so(any_scene: Scene) -> None:
    any_scene.contract(TODAY + timedelta(days=50))
    any_scene.plan()
    walk(any_scene.db, any_scene.workspace, NOW, NOW)
    marco = another(any_scene, "Marco")
    number = give(any_scene, marco, any_scene.support, SALES)
    assert accept(any_scene, number, marco)
    owner_id, mates = team(any_scene)
    assert owner_id == marco.id
    assert mates == {("Marco", "owner"), ("Dana", "helped_win"), ("Sam", "support_lead")}
    assert ("replaced", any_scene.owner.slack_id) in [(why, to) for _, why, to in told(any_scene)]
    (card,) = said(any_scene.db, any_scene.workspace, "renewal_card")
    shown = RenewalCard.from_facts(card.facts)
    assert shown.owner is not None and shown.owner.name == "Marco"


def test_two_presses_of_accept_are_one_and_a_later_word_is_refused_by_name(any_scene: Scene) -> None:
    number = give(any_scene, any_scene.support)
    assert accept(any_scene, number, any_scene.support)
    before = told(any_scene)
    assert not accept(any_scene, number, any_scene.support, LATER + timedelta(minutes=1))
    assert told(any_scene) == before and row(any_scene, number).settled_at == LATER
    with pytest.raises(Refused, match="Sam accepted it on Mon 2 Mar already"):
        send_back(any_scene, number, any_scene.support)
    with pytest.raises(Refused, match="Sam accepted it"):
        withdraw(any_scene, number)


def test_a_returned_one_names_the_gaps_moves_nothing_and_can_be_given_again(any_scene: Scene) -> None:
    before = team(any_scene)
    number = give(any_scene, any_scene.support)
    with pytest.raises(FieldErrors) as refused:
        send_back(any_scene, number, any_scene.support, "")
    assert set(refused.value.errors) == {"gaps"}
    assert send_back(any_scene, number, any_scene.support) and not send_back(any_scene, number, any_scene.support)
    assert told(any_scene)[1:] == [(LATER, "settled", any_scene.owner.slack_id)]
    cards = [HandoffCard.from_facts(s.facts) for s in said(any_scene.db, any_scene.workspace, "handoff")]
    assert {(card.state, card.gaps, card.settled_by) for card in cards} == {("returned", "Who is Ruth?", "Sam")}
    assert team(any_scene) == before
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        last = handoffs.last_of(work, any_scene.account.id, any_scene.owner.id)
    assert last is not None and (last.promised, last.gaps) == (PACKAGE.promised, "Who is Ruth?")
    assert give(any_scene, any_scene.support) != number


def test_a_second_one_in_the_same_direction_is_refused_with_who_has_it_since_when(any_scene: Scene) -> None:
    give(any_scene, any_scene.support)
    with pytest.raises(FieldErrors) as refused:
        give(any_scene, any_scene.manager)
    assert "Sam has had one from Dana since Mon 2 Mar" in refused.value.errors["direction"]
    give(any_scene, any_scene.owner, any_scene.support, SALES)
    with Work.reading(any_scene.db, any_scene.workspace, NOW) as work:
        waiting = handoffs.waiting_of(work, any_scene.account.id)
    assert [(one.direction, one.giver) for one in waiting] == [("to_support", "Dana"), ("to_sales", "Sam")]


def test_what_cannot_be_given_is_refused_field_by_field(scene: Scene) -> None:
    with pytest.raises(FieldErrors) as refused:
        give(scene, scene.owner, package=Package(risks="None", first_by="2026-03-01"))
    assert set(refused.value.errors) == {"promised", "expects", "first", "first_by", "to"}
    guest = another(scene, "Kim", is_outsider=True)
    away = another(scene, "Ali", away_until=date(2026, 3, 6))
    with scene.db.transaction() as session:
        stranger = make_member(session, make_workspace(session), "Stranger")
    for member, words in ((guest, "of the team"), (stranger, "of the team"), (away, "away until Fri 6 Mar")):
        with pytest.raises(FieldErrors, match=words) as refused:
            give(scene, member)
        assert set(refused.value.errors) == {"to"}
    with pytest.raises(FieldErrors, match="from Mon 9 Mar on"):
        give(scene, away)


def test_one_that_waits_is_asked_after_once_with_each(any_scene: Scene) -> None:
    give(any_scene, any_scene.support)
    walk(any_scene.db, any_scene.workspace, NOW, NOW + timedelta(days=40))
    assert told(any_scene)[1:] == [
        (WEDNESDAY, "reminder", any_scene.support.slack_id),
        (FRIDAY, "late", any_scene.owner.slack_id),
        (FRIDAY, "late", any_scene.manager.slack_id),
    ]


@pytest.mark.parametrize("end", ["accept", "return", "withdraw"])
def test_a_settled_one_is_silent(any_scene: Scene, end: str) -> None:
    number = give(any_scene, any_scene.support)
    {
        "accept": lambda: accept(any_scene, number, any_scene.support),
        "return": lambda: send_back(any_scene, number, any_scene.support),
        "withdraw": lambda: withdraw(any_scene, number),
    }[end]()
    before = told(any_scene)
    walk(any_scene.db, any_scene.workspace, NOW, NOW + timedelta(days=40))
    assert told(any_scene) == before
    with any_scene.db.reading() as session:
        assert not session.scalars(select(JobRow.id).where(JobRow.kind.startswith("handoff"))).all()


def test_a_job_looks_at_the_handoff_as_it_is(scene: Scene) -> None:
    number = give(scene, scene.support)
    with scene.db.transaction() as session:
        session.get_one(Handoff, number).state = "withdrawn"
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=40))
    assert [why for _, why, _ in told(scene)] == ["package"]


def test_who_is_away_by_then_is_reminded_when_back_and_the_giver_knows_it(scene: Scene) -> None:
    give(scene, scene.support)
    with scene.db.transaction() as session:
        session.get_one(Member, scene.support.id).away_until = date(2026, 3, 13)
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=40))
    monday = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
    assert [(at, why) for at, why, _ in told(scene)[1:]] == [(FRIDAY, "late"), (FRIDAY, "late"), (monday, "reminder")]
    assert said(scene.db, scene.workspace, "handoff")[1].facts["away_until"] == "2026-03-13"


def test_nobody_is_spoken_to_at_night(scene: Scene) -> None:
    give(scene, scene.support)
    with scene.db.transaction() as session:
        for job in session.scalars(select(JobRow).where(JobRow.kind == "handoff_reminder")):
            job.due_at = WEDNESDAY - timedelta(hours=6)
    walk(scene.db, scene.workspace, NOW, WEDNESDAY)
    assert told(scene)[1:] == [(WEDNESDAY, "reminder", scene.support.slack_id)]


def test_the_days_are_the_workspaces_own(scene: Scene) -> None:
    with Work.writing(scene.db, scene.workspace, NOW) as work:
        for name in ("handoff_reminder_working_days", "handoff_late_working_days"):
            workspace_settings.set_number(work, "*", name, "1")
    give(scene, scene.support)
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=40))
    assert [at.day for at, _, _ in told(scene)[1:]] == [3, 4, 4]


def test_only_the_receiver_or_a_manager_settles_it_and_only_the_giver_withdraws_it(scene: Scene) -> None:
    number = give(scene, scene.support)
    with scene.db.transaction() as session:
        otto = make_member(session, session.get_one(Workspace, scene.workspace), "Otto")
        make_teammate(session, scene.account, otto, "implementation")
    for member in (otto, scene.owner):
        with pytest.raises(NotForYou, match="Only Sam, to whom it was handed over, or a manager"):
            accept(scene, number, member)
        with pytest.raises(NotForYou):
            send_back(scene, number, member)
    for member in (otto, scene.support, scene.manager):
        with pytest.raises(NotForYou, match="Only Dana can withdraw"):
            withdraw(scene, number, member)
    assert accept(scene, number, scene.manager)
    assert {(why, to) for _, why, to in told(scene)[1:]} == {
        ("settled", scene.owner.slack_id),
        ("settled", scene.support.slack_id),
    }
    assert ("Sam", "support_lead") in team(scene)[1]


def test_nobody_who_left_becomes_owner(scene: Scene) -> None:
    marco = another(scene, "Marco")
    number = give(scene, marco, scene.support, SALES)
    with scene.db.transaction() as session:
        session.get_one(Member, marco.id).is_outsider = True
    with pytest.raises(Refused, match="Marco has left the team"):
        accept(scene, number, scene.manager)
    walk(scene.db, scene.workspace, NOW, NOW + timedelta(days=40))
    assert ("reminder", marco.slack_id) not in [(why, to) for _, why, to in told(scene)]
    assert send_back(scene, number, scene.manager, "Marco has left")


def test_another_workspace_has_none_of_it(any_scene: Scene) -> None:
    number = give(any_scene, any_scene.support)
    with any_scene.db.transaction() as session:
        other = make_workspace(session)
        stranger = members.by_id(Work(session, other.id, NOW), make_member(session, other, role="manager").id)
        assert stranger is not None
        assert handoffs.read(Work(session, other.id, NOW), number) is None
        assert handoffs.waiting_for(Work(session, other.id, NOW), any_scene.support.id) == []
        with pytest.raises(NotForYou, match="no longer there"):
            handoffs.accept(Work(session, other.id, LATER), number, stranger)


def test_the_story_the_timeline_and_the_desk_know_of_it(any_scene: Scene) -> None:
    number = give(any_scene, any_scene.support)
    reader = person(any_scene, any_scene.support)

    def look() -> tuple[story.AccountCard, list[tuple[str, str]], int]:
        with Work.reading(any_scene.db, any_scene.workspace, LATER) as work:
            card = story.card(work, any_scene.account.id, "UTC")
            page = story.timeline(work, any_scene.account.id, "handoff", 0, reader)
            home = desk.home_of(work, reader)
        return card, [(entry.code, entry.by.name) for entry in page.entries if entry.by], len(home.handoffs)

    card, happened, on_desk = look()
    assert [(one.giver, one.receiver, one.since) for one in card.handoffs] == [("Dana", "Sam", "2026-03-02")]
    assert [(one.kind, one.on) for one in card.coming] == [
        ("handoff_reminder", "2026-03-04"),
        ("handoff_late", "2026-03-06"),
    ]
    assert happened == [("given", "Dana")] and on_desk == 1
    send_back(any_scene, number, any_scene.support)
    card, happened, on_desk = look()
    assert card.handoffs == () and card.coming == () and on_desk == 0
    assert happened == [("returned", "Sam"), ("given", "Dana")]


@pytest.mark.parametrize(
    ("known", "accepted_by", "lines"),
    [
        ({}, "receiver", 1),
        ({"is_shared": True}, "receiver", 0),
        ({"is_shared": True}, "manager", 0),
        ({"has_guests": True}, "receiver", 0),
    ],
)
def test_where_others_read_the_channel_nobody_is_told_again_who_leads(
    scene: Scene, known: dict[str, bool], accepted_by: str, lines: int
) -> None:
    with scene.db.transaction() as session:
        make_channel(session, session.get_one(Workspace, scene.workspace), scene.account.channel, **known)
    marco = another(scene, "Marco")
    number = give(scene, marco, scene.support, SALES)
    assert accept(scene, number, marco if accepted_by == "receiver" else scene.manager)
    leads = [one for one in said(scene.db, scene.workspace, "handoff") if one.facts["why"] == "lead"]
    assert len(leads) == lines
