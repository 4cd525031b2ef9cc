"""From what someone types to the account they mean."""

from __future__ import annotations

import time

import pytest

from bot.db import Database
from bot.models import Account
from bot.rules.names import name_key
from bot.services import finding
from tests.factories import NOW, make_account, make_member, make_renewal, make_workspace

NAMES = (
    "Acme Robotics",
    "Acme Foods",
    "Brightwater Utilities",
    "Fenwick & Rowe Legal",
    "ACME Inc.",
    "100% Pure",
    "Ørsted",
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("acme", ["ACME Inc."]),
        ("acme robotics ltd", ["Acme Robotics"]),
        ("acme r", ["Acme Robotics"]),
        ("utilities", ["Brightwater Utilities"]),
        ("fenwick and rowe legal", ["Fenwick & Rowe Legal"]),
        ("brightwatr utilties", ["Brightwater Utilities"]),
        ("the robots people", ["Acme Robotics"]),
        ("100%", ["100% Pure"]),
        ("%", []),
        ("zzqqx", []),
        ("", []),
        ("   ", []),
    ],
)
def test_what_is_typed_finds_what_is_meant(any_db: Database, typed: str, meant: list[str]) -> None:
    with any_db.transaction() as session:
        ws = make_workspace(session)
        for name in NAMES:
            make_account(session, ws, name, aliases=["The Robots People"] if name == "Acme Robotics" else [])
        found = [f.name for f in finding.find_accounts(session, ws.id, typed)]
    assert found[: len(meant)] == meant and bool(found) == bool(meant)


def test_ended_accounts_and_those_of_another_workspace_are_not_found(db: Database) -> None:
    with db.transaction() as session:
        ws, other = make_workspace(session), make_workspace(session)
        make_account(session, ws, "Acme", is_active=False)
        make_account(session, other, "Acme", aliases=["acme"])
        assert finding.find_accounts(session, ws.id, "acme") == []
        assert finding.find_accounts(session, ws.id, "akme") == []


def test_a_channel_of_several_accounts_means_none_of_them(db: Database) -> None:
    with db.transaction() as session:
        ws = make_workspace(session)
        one = make_account(session, ws, "One", channel="C1")
        make_account(session, ws, "Two", channel="C2")
        make_account(session, ws, "Three", channel="C2")
        assert finding.account_of_channel(session, ws.id, "C1").id == one.id
        assert finding.account_of_channel(session, ws.id, "C2") is None
        assert [f.name for f in finding.accounts_of_channel(session, ws.id, "C2")] == ["Three", "Two"]


def test_ones_own_accounts_come_by_their_nearest_deadline(any_db: Database) -> None:
    with any_db.transaction() as session:
        ws = make_workspace(session)
        dana = make_member(session, ws)
        late, soon, none = (make_account(session, ws, n, owner_id=dana.id) for n in ("Late", "Soon", "None"))
        make_account(session, ws, "Not mine")
        make_renewal(session, late, NOW.date().replace(month=9))
        make_renewal(session, soon, NOW.date().replace(month=4))
        make_renewal(session, soon, NOW.date().replace(month=12))
        assert [f.name for f in finding.own_accounts(session, ws.id, dana.id)] == ["Soon", "Late", "None"]
        assert none


def test_forty_thousand_accounts_are_searched_within_the_time_a_person_waits(db: Database) -> None:
    with db.transaction() as session:
        ws = make_workspace(session)
        words = ("north", "acme", "river", "stone", "data", "freight", "foods", "meridian")
        names = [f"{words[n % 8]} {words[n // 8 % 8]} {n}" for n in range(40_000)]
        plain = {"tier": "mid", "segment": "", "industry": "", "country": "", "is_active": True, "row_digest": ""}
        session.connection().execute(
            Account.__table__.insert(),
            [
                {
                    "workspace_id": ws.id,
                    "external_id": str(n),
                    "name": name,
                    "name_key": name_key(name),
                    "aliases": [],
                    "created_at": NOW,
                    **plain,
                }
                for n, name in enumerate(names)
            ],
        )
    for typed in ("acme", "meridan frieght 88", "stone 39", "nothing like it"):
        with db.reading() as session:
            started = time.process_time()
            finding.find_accounts(session, ws.id, typed)
            assert time.process_time() - started < 0.6
