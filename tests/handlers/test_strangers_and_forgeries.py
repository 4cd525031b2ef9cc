"""Everything that can be pressed, sent off, looked up or typed: by who is not of the team, and with what is not ours.

A new command, button, form or search is in the router, and so here, without a line of its own.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import count, cycle
from typing import Any

import pytest
from sqlalchemy import JSON, select

from bot import models, people
from bot.competitors import claims
from bot.competitors.claims import Heard
from bot.core.customer_people import PersonPart
from bot.db.engine import Amount, Base, UtcDateTime
from bot.db.work import Work
from bot.insights import service as insight_service
from bot.insights import trigger_events
from bot.insights.facts import InsightAudience, NewTrigger
from bot.opportunities import pipeline, products
from bot.opportunities.facts import Spotted
from bot.opportunities.stages import GrowthKind
from bot.referrals import asking
from bot.referrals.asking import NamedSomebody
from bot.workspace import members
from handlers.inbound.payloads import Kind
from tests.factories import NOW
from tests.handlers.conftest import DANA, HELEN, KIM, RUTH, World

PRESSED = (Kind.COMMAND, Kind.ACTION, Kind.SUBMIT, Kind.OPTIONS, Kind.SHORTCUT)
THEIRS = "ELSEWHERE"
FOREIGN = 900_001
"""The number of the one row that another workspace has in each table."""

KNOWN_OF_STRANGERS = frozenset({"members", "channels"})
"""That somebody is not of the team is written down."""

NUMBERS = count(1)


class AnyState(dict[str, Any]):
    """What was entered in a form whose fields nobody here knows: every field holds the same."""

    def __init__(self, chosen: str, words: str) -> None:
        super().__init__()
        self.said = {
            "value": words,
            "selected_option": {"value": chosen},
            "selected_options": [{"value": chosen}],
            "selected_date": "2026-04-01",
            "selected_date_time": 1_775_000_000,
            "selected_user": DANA,
            "selected_conversation": "C0ACME",
            "selected_channel": "C0ACME",
        }

    def __bool__(self) -> bool:
        return True

    def get(self, name: str, default: Any = None) -> Any:
        """The field's block, whose only action bears the same name."""
        return {name: self.said}


def body_of(
    kind: Kind, id: str, user: str, value: str = "", metadata: str = "", words: str = "", channel: str = "C0ACME"
) -> dict[str, Any]:
    """A payload as Slack builds it, with what it carries filled in."""
    number = str(next(NUMBERS))
    view = {
        "id": f"V{number}",
        "type": "modal",
        "callback_id": id,
        "private_metadata": metadata,
        "title": {"type": "plain_text", "text": "A form"},
        "blocks": [{"type": "input", "block_id": "words", "element": {"type": "plain_text_input"}}],
        "state": {"values": AnyState(value, words or value)},
        "previous_view_id": "V0",
        "root_view_id": "V0",
        "hash": "1",
    }
    person = {"user": {"id": user}, "trigger_id": f"{number}.1.x", "team": {"id": "T0SANDBOX"}}
    action = {"action_id": id, "action_ts": number, "value": value, "selected_option": {"value": value}}
    place = {"channel": {"id": channel}, "message": {"ts": "1.0", "text": "A message", "user": DANA}}
    return {
        Kind.COMMAND: {
            "command": id,
            "text": words or value,
            "user_id": user,
            "channel_id": channel,
            "trigger_id": number,
        },
        Kind.ACTION: {**person, **place, "type": "block_actions", "actions": [action], "view": view},
        Kind.SUBMIT: {**person, "type": "view_submission", "view": view},
        Kind.OPTIONS: {**person, "action_id": id, "value": words, "view": view},
        Kind.SHORTCUT: {**person, **place, "callback_id": id, "response_url": ""},
    }[kind]


def everything(world: World) -> Iterator[tuple[Kind, str]]:
    """All that the bot answers to."""
    for kind in PRESSED:
        for id in sorted(world.bot.router.registered(kind)):
            yield kind, id


def press(world: World, kind: Kind, body: dict[str, Any]) -> str:
    """Hand a payload over as Bolt does; what was acknowledged, as text."""
    body.pop("team", None)
    return json.dumps(world.bot.router.answer(kind, body, world.bot.client), default=str)


def rows(world: World, workspace_id: int, without: frozenset[str] = frozenset()) -> Mapping[str, list[Any]]:
    """All that a workspace has."""
    found = {}
    with world.bot.db.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in without and "workspace_id" in table.columns:
                ours = select(table).where(table.c.workspace_id == workspace_id).order_by(*table.primary_key.columns)
                found[table.name] = [tuple(row) for row in session.execute(ours)]
    return found


def said_since(world: World, before: int) -> str:
    """All that the bot told Slack since so many calls."""
    return json.dumps(world.get("traffic?limit=100000")[before:], default=str)


@pytest.fixture
def strangers(world: World) -> tuple[str, ...]:
    """A guest, somebody of another company, and one of the team whose Slack account is closed."""
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        members.remember(work, {"id": "U0IMP1", "real_name": "Gone", "deleted": True, "team_id": ""})
    return KIM, RUTH, "U0IMP1"


def test_nothing_that_a_stranger_presses_writes_or_shows_anything(world: World, strangers: tuple[str, ...]) -> None:
    account, renewal = world.account("Acme Robotics"), world.renewal("Acme Robotics").id
    calls = len(world.get("traffic?limit=100000"))
    before = rows(world, world.bot.workspace_id, KNOWN_OF_STRANGERS)
    values = [str(account), f"green:{renewal}"]
    told = []
    for person in strangers:
        for kind, id in everything(world):
            for value in values:
                metadata = json.dumps(dict.fromkeys(ABOUT, account))
                told.append(press(world, kind, body_of(kind, id, person, value, metadata, "acme")))
    assert rows(world, world.bot.workspace_id, KNOWN_OF_STRANGERS) == before
    shown = " ".join(told) + said_since(world, calls)
    assert "Acme" not in shown and "Robots" not in shown and "Dana" not in shown
    assert "members of the team" in shown
    world.settle()
    assert [world.direct(person) for person in strangers] == [[], [], []]


ABOUT = (
    *("renewal_id", "account_id", "person_id", "touchpoint_id", "check_id", "round_id", "answer_id", "opportunity_id"),
    *("proposal_id", "handoff_id", "account", "id", "number", "list_view", "channel", "ts", "source", "member_id"),
)
"""Under what names forms carry what they are about."""


def foreign_row(column: Any, workspace_id: int) -> Any:
    """Something for a column of another workspace's row."""
    if column.foreign_keys:
        [key] = column.foreign_keys
        return workspace_id if key.column.table.name == "workspaces" else FOREIGN
    if column.primary_key:
        return FOREIGN
    if isinstance(column.type, JSON):
        return {}
    if isinstance(column.type, UtcDateTime):
        return NOW
    if isinstance(column.type, Amount):
        return Decimal(1)
    kind = column.type.python_type
    if kind is str:
        return f"{THEIRS} {column.name}"[: column.type.length or 100]
    return {date: NOW.date(), datetime: NOW, bool: False}.get(kind, 1)


@pytest.fixture
def other(world: World) -> int:
    """Another workspace in the same database, with a row in every table; its number."""
    workspace_id = FOREIGN
    with world.bot.db.engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            row = {
                column.name: foreign_row(column, workspace_id)
                for column in table.columns
                if column.foreign_keys or not column.nullable
            }
            connection.execute(table.insert().values(**row))
    return workspace_id


FORGED = (
    str(FOREIGN),
    f"{FOREIGN}:1",
    *(f"{word}:{FOREIGN}" for word in ("green", "timing", "team")),
    f"score:{FOREIGN}:{FOREIGN}",
    json.dumps({"kind": "team", "member_id": FOREIGN, "segment": "Retail", "section": "renewals", "page": 0}),
    json.dumps({"kind": "all", "member_id": "x", "segment": 7, "section": [], "page": -3}),
    "-1",
    "9" * 30,
    "²",
    "x" * 3000,
    "",
)
CARRIED = (
    str(FOREIGN),
    json.dumps(dict.fromkeys(ABOUT, FOREIGN)),
    json.dumps([FOREIGN] * 3),
    json.dumps(dict.fromkeys(ABOUT, 10**30)),
    json.dumps([10**30] * 3),
    json.dumps(dict.fromkeys(ABOUT, -1)),
    json.dumps(dict.fromkeys(ABOUT, "text")),
    f"{FOREIGN}:C0ACME",
    f"score:{FOREIGN}:{FOREIGN}",
    "9" * 30,
    "null",
    "{",
)
"""What a button, and what a form, may carry that it never should."""


def test_what_is_forged_leads_nowhere(world: World, other: int, caplog: pytest.LogCaptureFixture) -> None:
    calls = len(world.get("traffic?limit=100000"))
    theirs = rows(world, other)
    told: list[str] = []
    failed: dict[str, str] = {}
    caplog.set_level(logging.ERROR)

    def hand_over(kind: Kind, id: str, value: str, metadata: str = "", words: str = "") -> None:
        caplog.clear()
        told.append(press(world, kind, body_of(kind, id, HELEN, value, metadata, words)))
        for record in caplog.records:
            wrong = repr(record.exc_info[1])[:150] if record.exc_info else record.getMessage()
            failed.setdefault(f"{kind} {id}", f"{value[:60]!r} {metadata[:60]!r}: {wrong}")

    for kind, id in everything(world):
        if kind is Kind.SUBMIT:
            for metadata, value in zip(CARRIED, cycle([str(FOREIGN), f"team:{FOREIGN}", "text"]), strict=False):
                hand_over(kind, id, value, metadata, "5")
        else:
            for value in FORGED:
                hand_over(kind, id, value, words=value)
    assert not failed, "\n".join(f"{what}: {why}" for what, why in failed.items())
    assert rows(world, other) == theirs
    for table, own in rows(world, world.bot.workspace_id).items():
        assert not [row for row in own if FOREIGN in row], f"{table} points to what is theirs"
    assert THEIRS not in " ".join(told) + said_since(world, calls)


CALL = "Acme <!channel> `x` *b* \u202e<@U0REP1> & Sons"


def read_as_markup(part: Any) -> Iterator[str]:
    """All text of a payload in which Slack reads markup: mrkdwn, and the text beside blocks."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn" or (isinstance(part.get("text"), str) and "type" not in part):
            yield str(part["text"])
        for one in part.values():
            yield from read_as_markup(one)
    elif isinstance(part, list):
        for one in part:
            yield from read_as_markup(one)


def test_names_and_words_call_nobody_wherever_they_are_shown(world: World) -> None:
    account = world.account("Acme Robotics")
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        helen = members.find(work, HELEN)
        assert helen is not None
        work.session.get_one(models.Account, account).name = CALL
        work.session.get_one(models.Account, account).segment = f"Retail {CALL}"
        for contract in work.session.scalars(work.select(models.Contract)):
            contract.name = CALL
        work.session.flush()
        ann = people.add(work, account, people.PersonEntry(CALL, title=CALL, part=PersonPart.CHAMPION), helen.id)
        claims.hear(work, account, Heard(CALL, CALL), helen)
        products.add(work, [CALL])
        pipeline.add(work, account, Spotted(GrowthKind.CROSS_SELL, CALL, budget=CALL), helen)
        asking.give(work, ann, NamedSomebody(CALL, CALL, CALL), helen)
        insight_service.add(work, CALL, "", InsightAudience(), helen)
        matters = NewTrigger(account, "year_end", world.slack.clock.now().date(), CALL, CALL, CALL, True)
        trigger_events.add(work, matters, helen.id)
    world.settle()
    told: list[Any] = []
    words = ("acme", "list", "answers", f"segment Retail {CALL}", "products", "team", "mine", CALL, "")
    for kind, id in everything(world):
        if kind is Kind.COMMAND:
            for typed in words:
                told.append(json.loads(press(world, kind, body_of(kind, id, HELEN, typed))))
        elif kind is Kind.ACTION:
            for value in (account, 1, f"green:{account}"):
                told.append(json.loads(press(world, kind, body_of(kind, id, HELEN, str(value)))))
    world.settle()
    told.append(world.get("traffic?limit=100000"))
    shown = list(read_as_markup(told))
    assert len([one for one in shown if "&lt;!channel&gt;" in one]) > 20
    assert [one for one in shown if "<!channel>" in one] == []


def test_a_digest_that_comes_to_one_person_alone_is_told_to_nobody_else(world: World) -> None:
    for whose in ("me", "all"):
        assert world.set_up_digest(HELEN, whose)["ok"]
    with world.bot.db.reading() as session:
        numbers = session.scalars(select(models.DigestSetup.id)).all()
    assert len(numbers) == 2
    for reader, is_named in ((HELEN, True), (DANA, False)):
        calls = len(world.get("traffic?limit=100000"))
        for number in numbers:
            press(world, Kind.ACTION, body_of(Kind.ACTION, "digest.why", reader, str(number)))
        assert ("set this digest up" in said_since(world, calls)) is is_named
