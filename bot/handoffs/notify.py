"""What people are told of a handoff: its package, that it still waits, how it ended. Each once, each to one person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot import follow_ups
from bot.accounts import contacts, customer_people
from bot.accounts.events import PeopleThereChanged
from bot.core.calendar import local_date
from bot.core.hours import still_away
from bot.db.work import Work
from bot.errors import Refused
from bot.handoffs import schedule
from bot.handoffs.facts import HandoffCard, Package
from bot.handoffs.queries import HandoffView, read, waiting_of
from bot.handoffs.rules import State
from bot.models import Member, Post
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.touchpoints import announce
from bot.touchpoints.facts import NextStep
from bot.workspace import context
from bot.workspace.members import MemberView

KIND, ASKED = "handoff", "handoff_asked"
KEPT = ("as_of", "package", "gone", "steps", "step_count", "people", "people_count")
"""What a message says as of the day it was sent."""

STEPS = 5
PEOPLE = 5
STEP_WORDS = 200
PACKAGE, REMINDER, LATE, SETTLED, REPLACED = "package", "reminder", "late", "settled", "replaced"
LEAD = "lead"
RECEIVER, GIVER, MANAGER, FORMER, CHANNEL = "receiver", "giver", "manager", "former", "channel"


def give(work: Work, handoff: HandoffView) -> None:
    """The receiver's card: the package, what is open, and two buttons."""
    ws = context.of(work)
    steps = follow_ups.open_of(work, handoff.account_id)
    there = [one for one in customer_people.of_account(work, handoff.account_id) if one.left_on is None]
    card = replace(
        _card(handoff, PACKAGE, RECEIVER, work.now),
        package=Package(
            handoff.promised,
            handoff.expects,
            handoff.risks,
            handoff.first,
            str(handoff.first_by) if handoff.first_by else None,
            handoff.contact,
        ),
        gone=_gone(work, handoff),
        steps=tuple(
            NextStep(s.words[:STEP_WORDS], s.owner_name or "", str(s.due_on), s.is_promise) for s in steps[:STEPS]
        ),
        step_count=len(steps),
        next_on=str(schedule.reminded_on(ws, handoff)),
        people=tuple(
            f"{one.name[:60]} ({one.part.label.lower()})" if one.part else one.name[:60] for one in there[:PEOPLE]
        ),
        people_count=len(there),
    )
    _say(work, [(card, handoff.receiver_slack)])


def on_people_changed(work: Work, event: PeopleThereChanged) -> None:
    """The packages that wait at an account say who of those to be talked to first has left."""
    changed = [
        post.saying({**post.facts, "gone": _gone(work, handoff)})
        for handoff in waiting_of(work, event.account_id)
        if handoff.contact
        for post in posts.by_prefix(work, f"handoff:{handoff.id}:{PACKAGE}:")
    ]
    outgoing.put(work, changed)


def _gone(work: Work, handoff: HandoffView) -> tuple[str, ...]:
    return customer_people.gone_among(work, handoff.account_id, [handoff.contact])[0] if handoff.contact else ()


def remind(work: Work, handoff: HandoffView) -> None:
    """The receiver hears that it waits for them."""
    next_on = schedule.late_on(context.of(work), handoff)
    card = replace(_card(handoff, REMINDER, RECEIVER, work.now), next_on=str(next_on))
    _say(work, [(card, handoff.receiver_slack)])


def remind_now(work: Work, handoff_id: int, by: MemberView) -> str:
    """Remind the receiver because somebody asks for it, once a day for each who does; gives the receiver's name.

    Raises Refused when it waits no more, or when nobody would read it.
    """
    handoff = read(work, handoff_id)
    if handoff is None or handoff.state != State.WAITING:
        raise Refused("That handoff does not wait any more.")
    today = local_date(work.now, handoff.receiver_zone)
    if handoff.receiver_gone:
        raise Refused(f"{handoff.receiver} has left the team. Ask {handoff.giver} to choose someone else.")
    if (away := still_away(handoff.receiver_away, today)) is not None:
        raise Refused(f"{handoff.receiver} is away until {away:%-d %B}. Ask {handoff.giver} to choose someone else.")
    card = _card(handoff, REMINDER, RECEIVER, work.now)
    key = f"{ASKED}:{handoff.id}:{by.slack_id}:{today}"
    outgoing.put(work, [OutgoingPost(key, KIND, card.to_facts(), recipient=handoff.receiver_slack)], is_once=True)
    return handoff.receiver


def reminded_by_somebody(work: Work, since: datetime) -> Mapping[int, Sequence[datetime]]:
    """Handoff → when somebody had its receiver reminded, after a moment."""
    found: dict[int, list[datetime]] = {}
    told = work.select(Post.key, Post.created_at).where(
        Post.kind == KIND, Post.created_at > since, Post.key.startswith(f"{ASKED}:")
    )
    for key, at in work.session.execute(told):
        found.setdefault(int(key.split(":")[1]), []).append(at)
    return found


def tell_late(work: Work, handoff: HandoffView) -> None:
    """The giver, and their manager, hear that it still waits."""
    said = [(_card(handoff, LATE, GIVER, work.now), handoff.giver_slack)]
    if handoff.manager_slack not in (None, handoff.receiver_slack):
        said.append((_card(handoff, LATE, MANAGER, work.now), str(handoff.manager_slack)))
    _say(work, said)


def tell_returned(work: Work, handoff: HandoffView, by: str) -> None:
    """The giver hears what is missing; the receiver too, when a manager returned it for them."""
    _say_settled(work, handoff, by)


def tell_accepted(work: Work, handoff: HandoffView, former: Sequence[str], by: str) -> None:
    """The giver hears it, those who had the role until now, and the receiver when a manager accepted for them."""
    _say_settled(work, handoff, by)
    others = [to for to in former if to not in (by, handoff.giver_slack, handoff.receiver_slack)]
    _say(work, [(_card(handoff, REPLACED, FORMER, work.now), to) for to in others])
    knows = {by, handoff.giver_slack, handoff.receiver_slack, *former}
    _tell_channel(work, handoff, knows)


def is_news(facts: Mapping[str, Any]) -> bool:
    """Whether a message tells where the account speaks what some know already."""
    return facts.get("why") == LEAD


def _tell_channel(work: Work, handoff: HandoffView, knows: Collection[str]) -> None:
    """Where the account speaks, everyone hears who leads now, under its card if it has one there.

    Whoever would read it alone knows it already. `knows` are those who heard it, or did it: where the channel takes no
    message of ours, its owner is told instead, unless they are among them.
    """
    ws = context.of(work)
    account = contacts.load(work, [handoff.account_id])[handoff.account_id]
    to = account.destination(ws)
    if to.channel is None:
        return
    card = replace(_card(handoff, LEAD, CHANNEL, work.now), as_of=str(account.today(ws, work.now)))
    key = f"handoff:{handoff.id}:{LEAD}"
    parent = announce.card_of(work, handoff.account_id)
    under = parent.key if parent is not None and parent.channel == to.channel else None
    owner = account.owner_slack
    by = owner if owner in knows else None
    wanted = OutgoingPost(key, KIND, card.to_facts(), to.channel, None, owner, thread_of=under, by=by)
    outgoing.put(work, [wanted])


def show_outcome(work: Work, handoff: HandoffView) -> None:
    """Let every message about it show how it ended. Changing a message notifies nobody."""
    wanted = []
    told = [*posts.by_prefix(work, f"handoff:{handoff.id}:"), *posts.by_prefix(work, f"{ASKED}:{handoff.id}:")]
    for post in told:
        was = HandoffCard.from_facts(post.facts)
        card = _card(handoff, was.why, was.reader, work.now)
        kept = replace(card, **{name: getattr(was, name) for name in KEPT})
        wanted.append(post.saying(kept.to_facts()))
    outgoing.put(work, wanted)


def _say_settled(work: Work, handoff: HandoffView, by: str) -> None:
    hear = ((GIVER, handoff.giver_slack), (RECEIVER, handoff.receiver_slack))
    said = [(_card(handoff, SETTLED, reader, work.now), to) for reader, to in hear if to != by]
    _say(work, said)


def _say(work: Work, said: Sequence[tuple[HandoffCard, str]]) -> None:
    zones = _zones(work, [to for _, to in said])
    wanted = []
    for card, to in said:
        facts = replace(card, as_of=str(local_date(work.now, zones.get(to, "UTC")))).to_facts()
        wanted.append(OutgoingPost(f"handoff:{card.handoff_id}:{card.why}:{to}", KIND, facts, recipient=to))
    outgoing.put(work, wanted)


def _card(handoff: HandoffView, why: str, reader: str, now: datetime) -> HandoffCard:
    zone = handoff.receiver_zone
    today = local_date(now, zone)
    away = still_away(handoff.receiver_away, today)
    return HandoffCard(
        handoff_id=handoff.id,
        account_id=handoff.account_id,
        account=handoff.account,
        direction=handoff.direction,
        as_of=str(today),
        given_on=str(local_date(handoff.created_at, handoff.giver_zone)),
        giver=handoff.giver,
        receiver=handoff.receiver,
        why=why,
        reader=reader,
        away_until=str(away) if away else None,
        state=handoff.state,
        gaps=handoff.gaps,
        settled_by=handoff.settled_by or "",
        settled_on=str(local_date(handoff.settled_at, zone)) if handoff.settled_at else "",
    )


def _zones(work: Work, slack_ids: Sequence[str]) -> dict[str, str]:
    mine = (Member.workspace_id == work.workspace_id, Member.slack_id.in_(slack_ids))
    return {
        row.slack_id: row.timezone
        for row in work.session.execute(select(Member.slack_id, Member.timezone).where(*mine))
    }
