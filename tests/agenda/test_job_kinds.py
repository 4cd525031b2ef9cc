"""Kinds of job: what several places must agree on."""

from __future__ import annotations

import re
from pathlib import Path

from bot import features
from bot.agenda.runner import HANDLERS
from bot.core.job_kinds import DECLARED, IN_STORY, ON_CARD, HangsOn, JobKind, hanging_on

assert features

ROOT = Path(__file__).parents[2]


def test_every_kind_is_declared_and_has_its_handler_and_no_handler_is_left_over() -> None:
    assert set(DECLARED) == set(JobKind) == set(HANDLERS)


def test_what_a_card_announces_its_accounts_story_announces_too() -> None:
    assert ON_CARD < IN_STORY


def test_what_stays_silent_while_a_renewal_is_snoozed_would_be_announced() -> None:
    assert hanging_on(HangsOn.WAKING) <= ON_CARD


def test_announcements_read_as_a_sentence_after_a_day_and_as_the_rest_of_one() -> None:
    for declared in DECLARED.values():
        assert declared.story == declared.story[:1].upper() + declared.story[1:]
        assert declared.card == declared.card[:1].lower() + declared.card[1:]
        assert not (declared.story + declared.card).endswith(".")


def test_no_job_is_scheduled_under_a_kind_that_is_spelt_by_hand() -> None:
    by_hand = re.compile(r'\bJob\(\s*"|\bkind (?:==|!=) "(?:{})"'.format("|".join(JobKind)))
    for folder in ("bot", "handlers", "scheduler"):
        for path in (ROOT / folder).rglob("*.py"):
            if not {"sandbox", "migrations"} & set(path.parts):
                assert not by_hand.search(path.read_text()), path
