"""The whole bot against a sandbox, over either transport; tests press what people press and read what people read."""

from __future__ import annotations

import json
import pickle
import shutil
import socketserver
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from sqlalchemy import delete, select, update

from bot import models
from bot.app import Bot, build
from bot.db import schema
from bot.db.engine import Database
from bot.db.work import Work
from bot.manifest import manifest
from bot.renewals import reconcile
from bot.running.http import wsgi
from bot.running.socket import SocketRunner
from bot.sandbox.clock import SandboxClock
from bot.sandbox.limits import Limits
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from bot.workspace import members
from tests.factories import NOW, make_account, make_contract, make_teammate

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = MONDAY.date()
DANA, MARCO, PRIYA = "U0REP1", "U0REP2", "U0SUP1"
HELEN, TOMAS = "U0MGR1", "U0ADM1"
KIM, RUTH = "U0GST1", "U0OUT1"
PATIENCE = 10
CRM = "https://crm.example/accounts/{id}"


@dataclass
class World:
    """A workspace, the bot in it, and hands to press with."""

    slack: Sandbox
    bot: Bot
    names: dict[str, int] = field(default_factory=dict)

    def post(self, path: str, **body: Any) -> Any:
        """One call of the control API."""
        request = urllib.request.Request(
            f"{self.slack.base_url}/control/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{path} {body}: {refused.read().decode()}") from None

    def get(self, path: str) -> Any:
        """What the control API shows."""
        with urllib.request.urlopen(f"{self.slack.base_url}/control/{path}", timeout=20) as answer:
            return json.load(answer)

    def settle(self) -> None:
        """Run and deliver what is due within a minute."""
        for _ in range(200):
            self.bot.driver.work()
            following, now = self.bot.driver.next_due(), self.slack.clock.now()
            if following is None or following - now > timedelta(seconds=60):
                return
            self.slack.clock.set(max(following, now + timedelta(milliseconds=100)))
        raise AssertionError("it does not settle")

    def messages(self, channel: str, user: str) -> list[dict[str, Any]]:
        """What a person sees in a channel."""
        return list(self.get(f"messages/{channel}?user={user}&limit=200"))

    def direct(self, user: str) -> list[dict[str, Any]]:
        """What a person sees in their talk with the bot."""
        for channel in self.get("state")["channels"]:
            if channel["is_im"] and user in channel["members"] and "U0BOT" in channel["members"]:
                return self.messages(channel["id"], user)
        return []

    def whispers(self, channel: str, user: str) -> list[dict[str, Any]]:
        """What only this person sees in a channel."""
        return [m for m in self.messages(channel, user) if m["ephemeral"]]

    def card(self, channel: str, user: str, account: str = "") -> dict[str, Any]:
        """The one card in a channel."""
        seen = self.messages(channel, user)
        cards = [m for m in seen if m["bot"] and not m["ephemeral"] and not m["thread_ts"] and account in m["text"]]
        assert len(cards) == 1, [m["text"] for m in cards]
        return cards[0]

    def thread(self, channel: str, user: str, ts: str) -> list[str]:
        """The lines under a message."""
        return [m["text"] for m in self.messages(channel, user) if m["thread_ts"] == ts and m["ts"] != ts]

    def press(self, user: str, channel: str, message: dict[str, Any], action_id: str) -> Any:
        """Press a button of a message, or choose it in its ⋯."""
        place = {"user": user, "channel": channel, "ts": message["ts"]}
        for menu, value in menu_choices(message):
            if value.startswith(f"{action_id} "):
                return self.post("action", **place, action_id=menu, value=value)
        return self.post("action", **place, action_id=action_id)

    def command(self, user: str, channel: str, text: str) -> Any:
        """Type a command, as in "/renewal acme"."""
        name, _, rest = text.partition(" ")
        return self.post("command", user=user, channel=channel, command=name, text=rest)

    def view(self, user: str) -> dict[str, Any]:
        """The modal this person has open."""
        view = self.get(f"view?user={user}")
        assert view is not None, "no modal is open"
        return dict(view)

    def no_view(self, user: str) -> bool:
        """Whether this person has no modal open."""
        return self.get(f"view?user={user}") is None

    def submit(self, user: str, **values: Any) -> Any:
        """Send off the open modal; each value for the field of that name."""
        view = self.view(user)
        filled = {name: {name: value} for name, value in values.items()}
        return self.post("submit", user=user, view_id=view["id"], values=filled)

    def choose(self, user: str, field: str, value: str) -> Any:
        """Choose in a field of the open modal on which other fields depend."""
        return self.post("action", user=user, view_id=self.view(user)["id"], action_id=field, value=value)

    def update(self, user: str, channel: str, change: str, **values: Any) -> Any:
        """Update… on the renewal's card of a channel: choose what changes, fill that in and save."""
        self.press(user, channel, self.card(channel, user), "renewal.update")
        self.choose(user, "change", change)
        return self.submit(user, **values)

    def set_up_digest(self, user: str, whose: str = "me", **values: Any) -> Any:
        """Set a digest up by `/digest`; without values a daily one of what waits for its person."""
        self.command(user, "C0ALERTS", "/digest")
        self.post("action", user=user, view_id=self.view(user)["id"], action_id="digest.new")
        if whose != "me":
            self.choose(user, "whose", whose)
        return self.submit(user, **values)

    def fields(self, user: str) -> dict[str, bool]:
        """The fields of the open modal, and whether each may be left empty."""
        blocks = self.view(user)["blocks"]
        return {b["block_id"]: bool(b.get("optional")) for b in blocks if b["type"] == "input"}

    def traffic(self, method: str) -> list[dict[str, Any]]:
        """The bot's calls of one method."""
        return [t for t in self.get("traffic?limit=2000") if t["direction"] == "api" and t["method"] == method]

    def account(self, name: str) -> int:
        """The number of an account."""
        with self.bot.db.reading() as session:
            return session.scalars(select(models.Account.id).where(models.Account.name == name)).one()

    def renewal(self, name: str) -> models.Renewal:
        """The first renewal of an account as it stands in the database."""
        with self.bot.db.reading() as session:
            found = select(models.Renewal).where(models.Renewal.account_id == self.account(name))
            return session.scalars(found.order_by(models.Renewal.deadline).limit(1)).one()


def without_pulses(world: World) -> None:
    """No pulse is planned: while one is open, nothing is proposed."""
    with world.bot.db.transaction() as session:
        session.execute(
            update(models.Workspace)
            .where(models.Workspace.id == world.bot.workspace_id)
            .values(policy={"*": {"pulse_every_days": 730}})
        )
        session.execute(
            delete(models.JobRow).where(
                models.JobRow.workspace_id == world.bot.workspace_id,
                models.JobRow.kind == "pulse_round",
                models.JobRow.handled_at.is_(None),
            )
        )
        session.execute(
            update(models.PulseRound)
            .where(models.PulseRound.workspace_id == world.bot.workspace_id, models.PulseRound.closed_at.is_(None))
            .values(closed_at=world.slack.clock.now())
        )


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.02)


def in_days(days: int) -> date:
    """A day from today."""
    return TODAY + timedelta(days=days)


def choose_menu(world: World, user: str, channel: str, message: dict[str, Any], label: str) -> Any:
    """Choose in a message's ⋯ menu, by the words of the choice."""
    menus = [b["accessory"] for b in message["blocks"] if b.get("accessory", {}).get("type") == "overflow"]
    [(menu, value)] = [
        (menu["action_id"], option["value"])
        for menu in menus
        for option in menu["options"]
        if option["text"]["text"] == label
    ]
    return world.post("action", user=user, channel=channel, ts=message["ts"], action_id=menu, value=value)


def text_of(blocks: list[dict[str, Any]]) -> str:
    """All words of some blocks."""
    return json.dumps(blocks, ensure_ascii=False)


def button_ids(message: dict[str, Any]) -> list[str]:
    """The buttons of a message, in order; for ⋯ what its choices stand for."""
    rows = [b["elements"] for b in message["blocks"] if b["type"] == "actions"]
    return [action for row in rows for e in row for action in _actions_of(e)]


def _actions_of(element: dict[str, Any]) -> list[str]:
    if element["type"] != "overflow":
        return [element["action_id"]]
    return [option["value"].partition(" ")[0] for option in element["options"]]


def menu_choices(message: dict[str, Any]) -> list[tuple[str, str]]:
    """The ⋯ of a message: (action id of the menu, value of the choice) each."""
    elements = [e for b in message["blocks"] for e in (b.get("accessory"), *b.get("elements", [])) if e]
    menus = [e for e in elements if e.get("type") == "overflow"]
    return [(menu["action_id"], option["value"]) for menu in menus for option in menu["options"]]


def seed(work: Work) -> None:
    """A few accounts whose renewals are in their ladder."""
    workspace = work.session.get_one(models.Workspace, work.workspace_id)
    for slack_id, real, role in (
        (DANA, "Dana Whitlock", "rep"),
        (MARCO, "Marco Bellini", "rep"),
        (PRIYA, "Priya Raman", "support"),
        (HELEN, "Helen Osei", "manager"),
    ):
        user = {"id": slack_id, "real_name": real, "team_id": workspace.team_id, "tz": "Europe/London"}
        members.remember(work.at(MONDAY), user)
        members.set_role(work, slack_id, role)
    people = {p.slack_id: p.id for p in members.everyone(work)}
    dana = work.session.get_one(models.Member, people[DANA])
    priya = work.session.get_one(models.Member, people[PRIYA])
    acme = make_account(work.session, workspace, "Acme Robotics", channel="C0ACME", owner_id=dana.id, tier="enterprise")
    make_teammate(work.session, acme, dana)
    make_teammate(work.session, acme, priya, "support_lead")
    make_contract(work.session, acme, in_days(80), name="Robots", notice_days=30, value=Decimal(48000), auto_renew=True)
    bright = make_account(work.session, workspace, "Brightwater Utilities", channel="C0BRIGHT", owner_id=dana.id)
    make_contract(work.session, bright, in_days(20), name="Meters", value=Decimal(9000), currency="GBP")
    make_contract(work.session, bright, in_days(110), name="Pumps", value=None)
    cedar = make_account(work.session, workspace, "Deltaforge Steel", channel="C0DELTA", owner_id=people[MARCO])
    make_contract(work.session, cedar, in_days(55), name="Beds", value=Decimal(30000))
    meridian = make_account(work.session, workspace, "Meridian Freight", channel="C0MERIDIAN", owner_id=dana.id)
    make_contract(work.session, meridian, in_days(40), name="Trucks", value=Decimal(70000), currency="USD")
    reconcile.plan_accounts(work.at(MONDAY), [acme.id, bright.id, cedar.id, meridian.id])


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def over_http(slack: Sandbox, bot: Bot) -> Callable[[], None]:
    """Serve the bot to the sandbox as signed HTTP; returns how to stop."""
    server = _Server(("127.0.0.1", 0), _Silent)
    server.set_app(wsgi(bot))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    slack.set_request_url(f"http://127.0.0.1:{server.server_port}/slack/events")

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return stop


def over_sockets(slack: Sandbox, bot: Bot) -> Callable[[], None]:
    """Connect the bot to the sandbox through Socket Mode; returns how to stop."""
    runner = SocketRunner(bot.bolt, bot.settings)
    runner.open()
    return runner.finish


@dataclass(frozen=True)
class Morning:
    """A world as `make_world` leaves it, kept: laying it down again is quicker than having the bot say it all again."""

    database: Path
    slack: bytes
    now: datetime

    @classmethod
    def keep(cls, database: Path, slack: Sandbox) -> Morning:
        """Take a world whose bot has stopped."""
        inside, traffic = slack.platform.world, slack.platform.traffic
        state = {name: value for name, value in vars(inside).items() if name not in cls.OWN}
        return cls(database, pickle.dumps((state, traffic._entries, traffic._count)), slack.clock.now())

    def lay(self, slack: Sandbox) -> None:
        """Give a sandbox that has just started everything that stood in the other one."""
        state, traffic = vars(slack.platform.world), slack.platform.traffic
        laid, traffic._entries, traffic._count = pickle.loads(self.slack)
        state.update(laid)

    OWN: ClassVar = frozenset({"clock", "base_url"})
    """What each sandbox has for itself."""


def make_world(tmp_url: str, transport: str, prefix: str = "", morning: Morning | None = None) -> Iterator[World]:
    """A world that lives until the test is over; with a `morning`, `tmp_url` is a copy of its database."""
    clock = SandboxClock(morning.now if morning else MONDAY, held=True)
    over = {"socket": over_sockets, "http": over_http}[transport]
    with Sandbox(
        manifest=manifest("https://bot.example" if transport == "http" else None, CRM, prefix),
        clock=clock,
        limits=Limits(enforced=False),
    ) as slack:
        settings = Settings(
            bot_token=slack.bot_token,
            app_token=slack.app_token if transport == "socket" else "",
            signing_secret=slack.signing_secret,
            api_url=slack.api_url,
            database_url=tmp_url,
            timezone="Europe/London",
            fallback_channel="C0ALERTS",
            base_url=CRM,
            command_prefix=prefix,
        )
        if morning is not None:
            morning.lay(slack)
        bot = build(settings, clock=clock.now)
        if morning is None:
            with Work.writing(bot.db, bot.workspace_id, NOW) as work:
                seed(work)
        world = World(slack, bot)
        stop = over(slack, bot)
        try:
            until(lambda: world.get("state")["transport"] == transport)
            world.settle()
            yield world
        finally:
            stop()
            bot.stop()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as `db upgrade` leaves it; copying it is quicker than making it again."""
    path = tmp_path_factory.mktemp("migrated") / "empty.sqlite3"
    db = Database(f"sqlite:///{path}")
    schema.upgrade(db)
    db.close()
    return path


@pytest.fixture
def migrated_url(migrated: Path, tmp_path: Path) -> str:
    """The address of a fresh migrated database."""
    shutil.copy(migrated, tmp_path / "bot.sqlite3")
    return f"sqlite:///{tmp_path / 'bot.sqlite3'}"


@pytest.fixture(scope="session")
def morning(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Morning:
    """The world with which most tests begin."""
    path = tmp_path_factory.mktemp("morning") / "bot.sqlite3"
    shutil.copy(migrated, path)
    for world in make_world(f"sqlite:///{path}", "http"):
        slack = world.slack
    return Morning.keep(path, slack)


@pytest.fixture
def morning_url(morning: Morning, tmp_path: Path) -> str:
    """The address of the morning's database, fresh."""
    shutil.copy(morning.database, tmp_path / "bot.sqlite3")
    return f"sqlite:///{tmp_path / 'bot.sqlite3'}"


@pytest.fixture
def world(morning: Morning, morning_url: str) -> Iterator[World]:
    """The bot over signed HTTP, which answers quickest."""
    yield from make_world(morning_url, "http", morning=morning)


@pytest.fixture(params=["socket", "http"])
def both(request: pytest.FixtureRequest, morning: Morning, morning_url: str) -> Iterator[World]:
    """The bot over each transport."""
    yield from make_world(morning_url, request.param, morning=morning)
