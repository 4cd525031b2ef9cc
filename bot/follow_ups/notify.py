"""What people are told of a follow-up: given to them by someone, due today, a promise broken. Each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.accounts import customer_people
from bot.accounts.events import PeopleThereChanged
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.follow_ups.facts import FollowUpCard
from bot.follow_ups.queries import FollowUpView, open_of, read
from bot.models import Member
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost

KIND = "follow_up"
MOST = 500
"""Open ones of an account that are looked through when somebody there has left."""


def given(work: Work, follow_up_id: int, is_last: bool) -> None:
    """Tell its owner that someone has written this down for them; `is_last`: nothing reminds them of it later."""
    step = read(work, follow_up_id)
    if step is not None and step.owner_slack:
        say(work, step, "given", step.owner_slack, is_last)


def unread(work: Work, steps: Iterable[FollowUpView]) -> frozenset[int]:
    """Those of these that their owners have been given, and have not heard of yet: they were away, or not at work."""
    keys = {_key(step, "given", step.owner_slack): step.id for step in steps if step.owner_slack}
    return frozenset(keys[key] for key in posts.unsent(work, keys))


def say(
    work: Work,
    step: FollowUpView,
    why: str,
    to: str,
    is_last: bool = False,
    reader: str = "",
) -> None:
    """One direct message to one person; the same again changes it in place.

    `reader` says why they hear of what somebody else, or nobody, is to do: as the account's owner, or their manager.
    """
    zone = _zones(work, [to])[to]
    card = _card(step, why, str(local_date(work.now, zone)), to == step.owner_slack, zone, is_last, reader)
    if step.contact:
        card = replace(card, gone=customer_people.gone_among(work, step.account_id, [step.contact])[0])
    key = _key(step, why, to)
    outgoing.put(work, [OutgoingPost(key, KIND, card.to_facts(), recipient=to)])


def on_people_changed(work: Work, event: PeopleThereChanged) -> None:
    """What was sent of open ones says who of those whom they name has left."""
    steps = [one for one in open_of(work, event.account_id, MOST) if one.contact]
    gone = customer_people.gone_among(work, event.account_id, [one.contact for one in steps])
    changed = [
        post.saying({**post.facts, "gone": names})
        for step, names in zip(steps, gone, strict=True)
        for post in posts.by_prefix(work, f"follow_up:{step.id}:")
        if tuple(post.facts.get("gone", ())) != names
    ]
    outgoing.put(work, changed)


def show_outcome(work: Work, follow_up_id: int) -> None:
    """Let every message about it show how it ended. Changing a message notifies nobody."""
    step = read(work, follow_up_id)
    assert step is not None
    there = posts.by_prefix(work, f"follow_up:{follow_up_id}:")
    zones = _zones(work, [post.recipient or "" for post in there])
    for post in there:
        was = FollowUpCard.from_facts(post.facts)
        zone = zones.get(post.recipient or "", "UTC")
        card = _card(step, was.why, was.as_of, was.is_own, zone, was.is_last, was.reader)
        outgoing.put(work, [post.saying(card.to_facts())])


def _key(step: FollowUpView, why: str, to: str) -> str:
    return f"follow_up:{step.id}:{why}:{step.due_on}:{to}"


def _card(
    step: FollowUpView, why: str, as_of: str, is_own: bool, zone: str, is_last: bool, reader: str = ""
) -> FollowUpCard:
    return FollowUpCard(
        follow_up_id=step.id,
        account_id=step.account_id,
        account=step.account,
        words=step.words,
        due_on=str(step.due_on),
        as_of=as_of,
        why=why,
        owner=step.owner_name or "",
        asked_by=(step.created_by or "") if step.created_by_id != step.owner_id else "",
        is_promise=step.is_promise,
        is_own=is_own,
        outcome=step.outcome or "",
        closed_by=step.done_by or "",
        closed_on=str(local_date(step.done_at, zone)) if step.done_at else "",
        is_last=is_last,
        reader=reader,
        contact=step.contact,
    )


def _zones(work: Work, slack_ids: list[str]) -> Mapping[str, str]:
    rows = work.session.execute(work.select(Member.slack_id, Member.timezone).where(Member.slack_id.in_(slack_ids)))
    return {row.slack_id: row.timezone for row in rows}
