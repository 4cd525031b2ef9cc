"""The queue of deliveries: which wait to be sent, changed or looked for, and when the next one can be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Integer,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from bot.db.work import Work
from bot.models import Channel, Delivery, Member, Post
from bot.models.post import DeliveryRole
from bot.posts import kinds
from bot.posts.audience import About
from bot.posts.placing import ANSWER
from bot.workspace import channels
from bot.workspace import hours as workspace_hours
from bot.workspace.hours import WorkspaceHours

BATCH = 50
IN_DOUBT = ("sending", "unknown")
GONE = ("dead", "withdrawn")


class DeliveryStep(StrEnum):
    """What a delivery needs next."""

    SEND = "send"
    CHANGE = "change"
    REMOVE = "remove"
    """It stands where it is now held back: it must be taken away."""
    BLANK = "blank"
    """The same, while nothing more can be taken away: its words must go."""
    LOOK = "look"
    """Nobody knows whether it was sent: it must be looked for in Slack first."""
    LOOK_IN_THREAD = "look_in_thread"


LOOKS = frozenset({DeliveryStep.LOOK, DeliveryStep.LOOK_IN_THREAD})


@dataclass(frozen=True, slots=True)
class DuePost:
    """A delivery whose moment has come: its post, and what is known of its place. `id` is the delivery's.

    `place` is a channel, or a person's Slack id while their direct message channel is not known. `parent_*` is the
    delivery in whose thread it goes. `moved_to`: where the message went that stood here. `reader*`: who reads in a
    direct message, and when they are at work. `channel*`: what was last known of the place.
    """

    id: int
    post_id: int
    key: str
    kind: str
    facts: Mapping[str, Any]
    revision: int
    created_at: datetime
    role: str
    is_wanted: bool
    state: str
    place: str | None
    channel: str | None
    recipient: str | None
    owner: str | None
    reroute_reason: str | None
    thread_of: str | None
    thread_ts: str | None
    caused_by: str | None
    sent_revision: int
    sent_channel: str | None
    sent_thread: str | None
    ts: str | None
    attempts: int
    attempted_at: datetime | None
    parent_id: int | None
    parent_ts: str | None
    parent_state: str | None
    parent_error: str | None
    moved_to: str | None
    reader: str | None
    reader_known: bool
    reader_outside: bool
    reader_checked_at: datetime | None
    reader_zone: str | None
    reader_country: str | None
    reader_own_hours: str | None
    reader_away_until: date | None
    channel_shared: bool
    channel_guests: bool
    channel_members: int | None
    channel_members_at: datetime | None
    channel_checked_at: datetime | None

    @property
    def step(self) -> DeliveryStep:
        """Send it, change or remove what stands there, or look for it first."""
        if self.ts is not None:
            return DeliveryStep.REMOVE if self.is_held_back else DeliveryStep.CHANGE
        if self.state not in IN_DOUBT:
            return DeliveryStep.SEND
        return DeliveryStep.LOOK_IN_THREAD if self.sent_thread or self.thread_of else DeliveryStep.LOOK

    @property
    def is_held_back(self) -> bool:
        """Whether it is not to stand at its place, which someone reads who is not of the team, as was last known."""
        return not self.is_wanted or self.channel_shared or self.channel_guests

    @property
    def is_direct(self) -> bool:
        """Whether it goes to one person, and not to a channel."""
        return self.place is not None and self.place[0] in "DUW"

    @property
    def about(self) -> About:
        """What the rule of audience must know of it.

        What stands already told nobody what they did; only a card that lives on is said again elsewhere.
        """
        reader = self.reader if self.is_direct else None
        about = kinds.about(self.kind, self.facts, self.owner, self.caused_by, reader)
        stands = self.ts is not None
        is_over = stands and (about.is_over or self.thread_of is not None or self.role != DeliveryRole.HOME)
        return replace(about, is_news=about.is_news and not stands, is_over=is_over)

    @property
    def is_own_answer(self) -> bool:
        """Whether it answers what its only reader has just done or asked."""
        return self.kind == ANSWER or (self.caused_by is not None and self.caused_by == self.reader)

    def not_before(self, working: WorkspaceHours, now: datetime) -> datetime:
        """Now if it may be sent, else when its only reader is at work; what answers their own act comes at once."""
        if not self.is_direct or self.is_own_answer or not self.reader_known:
            return now
        hours = working.of(self.reader_zone, self.reader_country, self.reader_own_hours, self.reader_away_until)
        return hours.next_open(now)

    def thread_at(self, place: str | None) -> str | None:
        """The message in whose thread it goes at `place`; one that is not ours is only in its own channel."""
        if self.thread_of is not None:
            return self.parent_ts
        return self.thread_ts if place == self.channel else None

    @property
    def is_orphan(self) -> bool:
        """Whether the post in whose thread it belongs will never be there."""
        return self.thread_of is not None and self.ts is None and (self.parent_id is None or self.parent_is_dead)

    @property
    def parent_is_dead(self) -> bool:
        """Whether the parent was given up before it ever stood in Slack."""
        return self.parent_state in GONE and self.parent_ts is None


post, delivery = cast(Table, Post.__table__), cast(Table, Delivery.__table__)
parent_post, parent = aliased(post, name="parent_post"), aliased(delivery, name="parent")
home = aliased(delivery, name="home")
member = Member.__table__
channel = Channel.__table__
shared = func.coalesce(channel.c.is_shared, False)
guests = func.coalesce(channel.c.has_guests, False)
is_held_back = or_(delivery.c.is_wanted.is_(False), channels.read_by_others(channel.c))
is_parent_held_back = or_(parent.c.is_wanted.is_(False), channels.read_by_others(channel.c))
PENDING: ColumnElement[bool] = literal_column("deliveries.due_at IS NOT NULL")
STARTED: ColumnElement[bool] = literal_column(
    "(deliveries.due_at IS NOT NULL AND (deliveries.ts IS NOT NULL OR deliveries.state IN ('sending', 'unknown')))"
)
"""As the index of those that need anything but to be sent has it, so that both databases see that it holds them all."""

reader = case((delivery.c.thread_of.is_(None), delivery.c.recipient), else_=parent.c.recipient)
place = case(
    (delivery.c.ts.is_not(None), delivery.c.sent_channel),
    (delivery.c.thread_of.is_not(None), parent.c.sent_channel),
    (delivery.c.recipient.is_not(None), func.coalesce(member.c.dm_channel, delivery.c.recipient)),
    else_=delivery.c.channel,
)


def due(
    work: Work,
    steps: Collection[DeliveryStep],
    busy: Collection[str],
    limit: int = BATCH,
    prefixes: Collection[str] = ("",),
    held: Collection[str] = (),
    unwanted_alone: bool = False,
    people: Collection[str] = (),
) -> list[DuePost]:
    """What can be done now, oldest first: posts that need one of `steps`, none to be sent to a place in `busy`.

    Places in `held` are passed over, but for what is looked for there. Only posts whose key begins with one of
    `prefixes`; with `unwanted_alone` only what must be taken out. `people`: those whose direct messages are known to be
    among the places that are passed over. A line waits for its card, and for the lines before it in the same thread;
    other posts pass one that must wait.
    """
    if not steps:
        return []
    here = {"workspace": work.workspace_id, "now": work.now, "limit": limit}
    taken = {_BUSY: sorted({*held, *busy}), _HELD: sorted(held), _ADDRESSED: sorted({*held, *busy, *people})}
    passed_over = frozenset(name for name, places in taken.items() if places)
    begins = () if "" in prefixes else tuple(prefixes)
    query = _due(frozenset(steps), passed_over, begins, unwanted_alone)
    rows = work.session.execute(query, here | {name: taken[name] for name in passed_over})
    return [DuePost(**row._mapping) for row in rows]


def first_at(work: Work) -> datetime | None:
    """The moment of the first post that waits for anything; costs next to nothing."""
    at: datetime | None = work.session.scalar(_FIRST_AT, {"workspace": work.workspace_id})
    return at


def steps_due(work: Work) -> list[DeliveryStep]:
    """The steps that some post needs and could have now, were it not for the limits."""
    here = {"workspace": work.workspace_id, "now": work.now, "limit": 1}
    # Most often nothing needs anything but to be sent: then that is one question, and not one for each step.
    is_any_started = work.session.execute(_ANY_STARTED, here).first() is not None
    steps = DeliveryStep if is_any_started else (DeliveryStep.SEND,)
    return [step for step in steps if work.session.execute(_any_due(step), here).first() is not None]


def first_and_next_at(work: Work) -> tuple[datetime | None, datetime | None]:
    """The moment of the first post that waits for anything, and the next moment after `now` at which one falls due."""
    first, following = work.session.execute(_FIRST_AND_NEXT_AT, {"workspace": work.workspace_id, "now": work.now}).one()
    return first, following


def hasten(work: Work, slack_id: str, at: datetime) -> None:
    """What waits for this person's return, and was never tried, goes out at `at` if that is sooner."""
    mine = work.select(Post.key).join(Delivery, Delivery.post_id == Post.id).where(Delivery.recipient == slack_id)
    work.session.execute(
        update(Delivery)
        .where(
            Delivery.workspace_id == work.workspace_id,
            or_(Delivery.recipient == slack_id, Delivery.thread_of.in_(mine)),
            Delivery.ts.is_(None),
            Delivery.state == "waiting",
            Delivery.attempts == 0,
            Delivery.due_at > at,
        )
        .values(due_at=at)
        .execution_options(synchronize_session=False)
    )


# Built once: building these costs more than running them, and each request that writes has them run.
_HERE = (delivery.c.workspace_id == bindparam("workspace"), PENDING)
_FIRST_AT = select(func.min(delivery.c.due_at)).where(*_HERE)
_FIRST_AND_NEXT_AT = select(
    _FIRST_AT.scalar_subquery(), _FIRST_AT.where(delivery.c.due_at > bindparam("now")).scalar_subquery()
)
_ANY_STARTED = (
    select(delivery.c.id)
    .where(delivery.c.workspace_id == bindparam("workspace"), STARTED, delivery.c.due_at <= bindparam("now"))
    .limit(bindparam("limit", type_=Integer))
)
_BUSY, _HELD, _ADDRESSED = "busy", "held", "addressed"


@cache
def _due(
    steps: frozenset[DeliveryStep], passed_over: frozenset[str], prefixes: tuple[str, ...], unwanted_alone: bool = False
) -> Any:
    """`passed_over`: which lists of places to pass over are given with the statement: _BUSY for sending, _HELD for all
    else, and with either _ADDRESSED, to whom what waits for one of them is addressed."""
    query = _select_due().where(delivery.c.due_at <= bindparam("now"), or_(*(_step(one, passed_over) for one in steps)))
    if _ADDRESSED in passed_over:
        query = query.where(_is_addressed_elsewhere())
    if DeliveryStep.SEND not in steps:
        query = query.where(STARTED)
    if unwanted_alone:
        query = query.where(literal_column("NOT deliveries.is_wanted"))
    if prefixes:
        query = query.where(or_(*(post.c.key.startswith(prefix, autoescape=True) for prefix in prefixes)))
    return query.order_by(delivery.c.due_at, delivery.c.id).limit(bindparam("limit", type_=Integer))


@cache
def _any_due(step: DeliveryStep) -> Any:
    # In no order: PostgreSQL would first sort all that fell due at one moment.
    return _due(frozenset((step,)), frozenset(), ()).with_only_columns(delivery.c.id).order_by(None)


def _step(step: DeliveryStep, passed_over: Collection[str]) -> ColumnElement[bool]:
    in_doubt = delivery.c.state.in_(IN_DOUBT)
    in_thread = or_(delivery.c.sent_thread.is_not(None), delivery.c.thread_of.is_not(None))
    if step in LOOKS:
        return and_(delivery.c.ts.is_(None), in_doubt, in_thread if step is DeliveryStep.LOOK_IN_THREAD else ~in_thread)
    taken = _BUSY if step is DeliveryStep.SEND else _HELD
    places: Any = bindparam(taken, expanding=True)
    elsewhere = [or_(place.is_(None), place.not_in(places))] if taken in passed_over else []
    if step is DeliveryStep.SEND:
        return and_(delivery.c.ts.is_(None), ~in_doubt, *elsewhere, _is_its_turn())
    if step is DeliveryStep.CHANGE:
        return and_(delivery.c.ts.is_not(None), ~func.coalesce(is_held_back, False), *elsewhere)
    can_be_blanked = (delivery.c.state != "blanked", delivery.c.role != DeliveryRole.PREVIEW)
    return and_(
        delivery.c.ts.is_not(None), is_held_back, *elsewhere, *(can_be_blanked if step is DeliveryStep.BLANK else ())
    )


def _is_addressed_elsewhere() -> ColumnElement[bool]:
    """False for what certainly waits for a place that is passed over: said by its own row alone, so that thousands that
    wait for one person are passed over before anything is looked up for them."""
    addressee = func.coalesce(delivery.c.recipient, delivery.c.channel, "")
    return or_(
        delivery.c.ts.is_not(None),
        delivery.c.state.in_(IN_DOUBT),
        delivery.c.thread_of.is_not(None),
        addressee.not_in(bindparam(_ADDRESSED, expanding=True)),
    )


def _is_its_turn() -> ColumnElement[bool]:
    before, its_post = aliased(delivery, name="before"), aliased(post, name="its_post")
    waits_before = exists().where(
        before.c.workspace_id == delivery.c.workspace_id,
        before.c.thread_of == delivery.c.thread_of,
        literal_column("before.due_at IS NOT NULL AND before.thread_of IS NOT NULL"),
        before.c.ts.is_(None),
        before.c.id < delivery.c.id,
        its_post.c.id == before.c.post_id,
        # What its reader has just done is answered at once, past what is kept until they are at work or back.
        or_(
            post.c.caused_by.is_(None),
            post.c.caused_by.is_distinct_from(parent.c.recipient),
            its_post.c.caused_by == post.c.caused_by,
            before.c.due_at <= delivery.c.due_at,
        ),
    )
    parent_is_there = or_(parent.c.ts.is_not(None), parent.c.id.is_(None), parent.c.state.in_(GONE))
    # The card is about to be taken away, and its lines go with it.
    parent_leaves = and_(parent.c.ts.is_not(None), parent.c.due_at.is_not(None), is_parent_held_back)
    return or_(
        delivery.c.thread_of.is_(None), and_(parent_is_there, ~func.coalesce(parent_leaves, False), ~waits_before)
    )


def _reader_hours() -> list[Any]:
    names = ("reader_zone", "reader_country", "reader_own_hours", "reader_away_until")
    return [column.label(name) for name, column in zip(names, workspace_hours.columns(member.c), strict=True)]


def _select_due() -> Any:
    names = list(DuePost.__dataclass_fields__)
    of_delivery = [delivery.c[name] for name in names if name in delivery.c]
    of_post = [post.c[name] for name in names if name in post.c and name not in delivery.c]
    return (
        select(
            *of_delivery,
            *of_post,
            place.label("place"),
            parent.c.id.label("parent_id"),
            parent.c.ts.label("parent_ts"),
            parent.c.state.label("parent_state"),
            parent.c.error.label("parent_error"),
            func.coalesce(home.c.recipient, home.c.channel).label("moved_to"),
            reader.label("reader"),
            member.c.id.is_not(None).label("reader_known"),
            func.coalesce(member.c.is_outsider, False).label("reader_outside"),
            member.c.checked_at.label("reader_checked_at"),
            *_reader_hours(),
            shared.label("channel_shared"),
            guests.label("channel_guests"),
            channel.c.num_members.label("channel_members"),
            channel.c.members_checked_at.label("channel_members_at"),
            channel.c.checked_at.label("channel_checked_at"),
        )
        .select_from(delivery)
        .join(post, post.c.id == delivery.c.post_id)
        .outerjoin(
            parent_post,
            and_(parent_post.c.workspace_id == delivery.c.workspace_id, parent_post.c.key == delivery.c.thread_of),
        )
        .outerjoin(parent, _is_home(parent, parent_post.c.id))
        .outerjoin(home, and_(delivery.c.role == DeliveryRole.FORMER, _is_home(home, delivery.c.post_id)))
        .outerjoin(member, and_(member.c.workspace_id == delivery.c.workspace_id, member.c.slack_id == reader))
        .outerjoin(channel, and_(channel.c.workspace_id == delivery.c.workspace_id, channel.c.slack_id == place))
        .where(*_HERE)
    )


def _is_home(one: Any, post_id: Any) -> ColumnElement[bool]:
    return and_(one.c.post_id == post_id, one.c.role == DeliveryRole.HOME, one.c.nth == 0)
