"""A workspace in the sandbox, a driver for it, and a clock that is moved: what the delivery tests play with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import select

from bot.db.engine import Database
from bot.db.work import Work
from bot.models import Delivery, JobRow, Post
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.sandbox.clock import SandboxClock
from bot.sandbox.faults import Fault
from bot.sandbox.limits import Limits as SandboxLimits
from bot.sandbox.server import Sandbox
from bot.slack.message import Message
from bot.slack.sender import sending_client
from scheduler.worker import Worker
from tests.factories import make_member, make_workspace

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OWNER, ADMIN, GUEST = "U0OWNER", "U0ADMIN", "U0GUEST"
TEAM = "T0RIG"
MOST_STEPS = 5000
CLOSED = "closed "


def seed(channels: int) -> dict[str, Any]:
    """An owner, an admin, a guest, and so many channels C000, C001 …"""
    people = [(OWNER, "owner", "rep"), (ADMIN, "admin", "admin"), (GUEST, "guest", "guest")]
    return {
        "workspace": {"id": TEAM, "name": "Rig"},
        "users": [
            {"id": id, "name": name, "real_name": name.title(), "role": role, "title": "", "is_guest": role == "guest"}
            for id, name, role in people
        ],
        "channels": [
            {"id": f"C{n:03}", "name": f"room-{n}", "topic": "", "members": [OWNER, ADMIN]} for n in range(channels)
        ],
    }


def render(kind: str, facts: Mapping[str, Any]) -> Message:
    """The facts' text; a chart with it when they ask for one."""
    if kind == "broken":
        raise ValueError("cannot be drawn")
    if kind == "channel_closed":
        who = ", ".join(facts["guests"]) or facts["why"]
        return Message(f"{CLOSED}{facts['channel']}: {who}, {facts['cards']} out")
    if kind == "card_back":
        return Message("back")
    if kind == "card_moved":
        return Message(f"moved to {facts['to']}")
    text = facts.get("text") or facts.get("details", {}).get("reason", "")
    if facts.get("routed"):
        text += f" ({facts['routed']})"
    return Message(text, list(facts.get("blocks", ())))


@dataclass
class Rig:
    """`work` drives; `want` asks for messages; `said` is what stands in a channel."""

    db: Database
    sandbox: Sandbox
    clock: SandboxClock
    workspace_id: int
    driver: Worker
    people: Mapping[str, int]
    _sends: list[int] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The time of the sandbox and of the driver."""
        return self.clock.now()

    def want(self, *wanted: OutgoingPost) -> None:
        """Ask for messages, in one transaction."""
        with Work.writing(self.db, self.workspace_id, self.now) as work:
            outgoing.put(work, wanted)

    def work(self) -> None:
        """One pass at this moment."""
        self.driver.work()

    def run_out(self, until: timedelta = timedelta(days=1)) -> int:
        """Let time pass from one due moment to the next until nothing waits; returns the steps it took."""
        end = self.now + until
        for step in range(MOST_STEPS):
            self.driver.work()
            due = self.driver.next_due()
            if due is None or due > end:
                return step
            if due > self.now:
                self.clock.set(due)
        raise AssertionError("There is no end to it.")

    def pass_time(self, **amount: float) -> None:
        """Move the clock."""
        self.clock.set(self.now + timedelta(**amount))

    def break_next(self, method: str, kind: str, times: int = 1, seconds: float = 1.0) -> None:
        """Have the sandbox fail."""
        self.sandbox.platform.faults.arm(Fault(method, kind, times, seconds))

    def said(self, channel: str) -> list[str]:
        """The texts that stand in a channel, threads included, oldest first."""
        messages = self.sandbox.platform.world.channels[channel].messages
        return [messages[ts].text for ts in sorted(messages, key=float)]

    def direct(self, person: str) -> list[str]:
        """The texts that stand in the bot's direct messages with a person, but for words of closed channels."""
        return [one for one in self._direct(person) if not one.startswith(CLOSED)]

    def told_of_closed(self, person: str) -> list[str]:
        """What a person was told of channels that others came to read."""
        return [one.removeprefix(CLOSED) for one in self._direct(person) if one.startswith(CLOSED)]

    def _direct(self, person: str) -> list[str]:
        channel = "D" + person[1:]
        return self.said(channel) if channel in self.sandbox.platform.world.channels else []

    def everything_said(self) -> list[str]:
        """The texts that stand anywhere, but for words of closed channels."""
        texts = [text for channel in self.sandbox.platform.world.channels for text in self.said(channel)]
        return [text for text in texts if not text.startswith(CLOSED)]

    def channel(self, channel: str) -> Any:
        """A channel of the sandbox, to be shared, archived or left."""
        return self.sandbox.platform.world.channels[channel]

    def calls(self, method: str) -> list[dict[str, Any]]:
        """What the sandbox saw of a method."""
        return [call for call in self.sandbox.platform.traffic.after(0, 100_000) if call["method"] == method]

    def post(self, key: str, role: str = "home") -> Any:
        """The row of a post, and of where it belongs, or of another of its places."""
        of_delivery = [column for column in Delivery.__table__.c if column.name not in Post.__table__.c]
        with self.db.reading() as session:
            return session.execute(
                select(Post.__table__, *of_delivery)
                .join(Delivery, Delivery.post_id == Post.id)
                .where(Post.workspace_id == self.workspace_id, Post.key == key, Delivery.role == role)
            ).one()

    def jobs(self) -> Sequence[Any]:
        """The agenda's rows."""
        with self.db.reading() as session:
            return session.execute(select(JobRow.__table__).order_by(JobRow.id)).all()


def card(n: int, channel: str, text: str | None = None, **facts: Any) -> OutgoingPost:
    """A card as renewals want it."""
    content = {"text": text or f"card {n}", "routed": "", **facts}
    return OutgoingPost(f"renewal:{n}:card", "renewal_card", content, channel=channel, owner=OWNER)


def line(n: int, of: int, text: str | None = None) -> OutgoingPost:
    """A line in a card's thread."""
    return OutgoingPost(
        f"renewal:{of}:line:{n}", "story_line", {"text": text or f"line {n}"}, thread_of=f"renewal:{of}:card"
    )


def make_rig(
    db: Database,
    sandbox: Sandbox,
    clock: SandboxClock,
    client_for: Callable[[int], WebClient | None] | None = None,
    holder: str = "one",
    posts_per_minute: int = 180,
) -> Rig:
    """A workspace with its people, and a driver."""
    with db.transaction() as session:
        workspace = make_workspace(session, team_id=TEAM)
        people = {
            OWNER: make_member(session, workspace, "Owner", slack_id=OWNER).id,
            ADMIN: make_member(session, workspace, "Admin", slack_id=ADMIN, role="admin").id,
            GUEST: make_member(session, workspace, "Guest", slack_id=GUEST, is_outsider=True).id,
        }
        workspace_id = workspace.id
    driver = make_driver(db, sandbox, clock, client_for, holder, posts_per_minute)
    return Rig(db, sandbox, clock, workspace_id, driver, people)


def make_driver(
    db: Database,
    sandbox: Sandbox,
    clock: SandboxClock,
    client_for: Callable[[int], WebClient | None] | None = None,
    holder: str = "one",
    posts_per_minute: int = 180,
) -> Worker:
    """A worker."""
    ours = sending_client(sandbox.bot_token, sandbox.api_url)
    return Worker(db, clock.now, client_for or (lambda _: ours), render, holder, posts_per_minute)


def make_sandbox(clock: SandboxClock, channels: int = 10, limits: SandboxLimits | None = None) -> Sandbox:
    """A sandbox that remembers all of its traffic."""
    return Sandbox(seed(channels), clock=clock, limits=limits, traffic_size=20_000)
