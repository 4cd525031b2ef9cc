"""Kinds of job: what several places must agree on."""

from __future__ import annotations

import re
from pathlib import Path

from bot.agenda.runner import HANDLERS
from bot.core.announcements import STORY, WAIT_FOR_RETURN
from bot.features import FEATURES
from bot.follow_ups.job_kinds import FollowUpJob
from bot.handoffs.rules import HandoffJob
from bot.health.rules.job_kinds import HealthJob
from bot.pulses.rules import PulseJob
from bot.renewals.rules.job_kinds import DECLARED, ON_CARD, HangsOn, RenewalJob, hanging_on

ROOT = Path(__file__).parents[2]
NAMED = {*RenewalJob, *PulseJob, *HealthJob, *FollowUpJob, *HandoffJob}


def test_every_kind_that_is_named_has_its_handler_and_what_is_announced_is_a_kind() -> None:
    assert set(HANDLERS) >= NAMED
    assert set(STORY) <= set(HANDLERS)
    assert set(HANDLERS) >= set(WAIT_FOR_RETURN)
    assert set(DECLARED) == set(RenewalJob)
    assert sum(len(one.jobs) for one in FEATURES) == len(HANDLERS)


def test_what_a_card_announces_its_accounts_story_announces_too() -> None:
    assert set(STORY) > ON_CARD


def test_what_stays_silent_while_a_renewal_is_snoozed_would_be_announced() -> None:
    assert hanging_on(HangsOn.WAKING) <= ON_CARD


def test_announcements_read_as_a_sentence_after_a_day_and_as_the_rest_of_one() -> None:
    for words in STORY.values():
        assert words == words[:1].upper() + words[1:]
        assert not words.endswith(".")
    for declared in DECLARED.values():
        assert declared.card == declared.card[:1].lower() + declared.card[1:]
        assert not declared.card.endswith(".")


def test_no_job_is_scheduled_under_a_kind_that_is_spelt_by_hand() -> None:
    by_hand = re.compile(r'\bJob\(\s*"|\bkind (?:==|!=) "(?:{})"'.format("|".join(HANDLERS)))
    for folder in ("bot", "handlers", "scheduler"):
        for path in (ROOT / folder).rglob("*.py"):
            if not {"sandbox", "migrations"} & set(path.parts):
                assert not by_hand.search(path.read_text()), path
