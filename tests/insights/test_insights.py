"""Insights: the nearest and newest first, never the same twice for an account, never stale."""

from datetime import timedelta

import pytest

from bot.db.work import Work
from bot.errors import FieldErrors
from bot.insights import matching
from bot.insights import service as insight_service
from bot.insights.facts import InsightAudience
from bot.models import PulseRound, Workspace
from bot.workspace import members
from tests.factories import NOW, make_account


def add(scene, words, now=NOW, url="", **audience):
    with Work.writing(scene.db, scene.workspace, now) as work:
        by = members.by_id(work, scene.owner.id)
        return insight_service.add(work, words, url, InsightAudience(**audience), by)


def pick(scene, account=None, now=NOW):
    with Work.writing(scene.db, scene.workspace, now) as work:
        account_id = (account or scene.account).id
        found = matching.pick(work, account_id)
        if found is not None:
            work.session.add(
                PulseRound(
                    workspace_id=scene.workspace,
                    account_id=account_id,
                    opened_at=now,
                    closes_on=now.date(),
                    closed_at=now,
                    insight_id=found.number,
                )
            )
        return found.words if found else None


def test_an_accounts_own_comes_before_its_industrys_before_everyones_and_none_comes_twice(any_scene):
    with any_scene.db.transaction() as session:
        workspace = session.get_one(Workspace, any_scene.workspace)
        steel = make_account(session, workspace, "Steel", industry="Metals")
        food = make_account(session, workspace, "Food", industry="Food")
    add(any_scene, "for all, old", NOW - timedelta(days=9))
    add(any_scene, "for all, new", NOW - timedelta(days=1))
    add(any_scene, "for metals", NOW - timedelta(days=30), industries=("metals",))
    add(any_scene, "for steel", NOW - timedelta(days=60), account_id=steel.id)
    assert [pick(any_scene, steel) for _ in range(5)] == [
        "for steel",
        "for metals",
        "for all, new",
        "for all, old",
        None,
    ]
    assert [pick(any_scene, food) for _ in range(3)] == ["for all, new", "for all, old", None]


def test_after_half_a_year_it_is_no_news(scene):
    add(scene, "old", NOW - timedelta(days=180))
    assert pick(scene) is None


def test_what_cannot_be_told_is_refused(scene):
    for url in ("example.com", "javascript:alert(1)", "https://"):
        with pytest.raises(FieldErrors) as refused:
            add(scene, " ", url=url, account_id=999)
        assert set(refused.value.errors) == {"words", "url", "account.find"}
