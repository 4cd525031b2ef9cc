"""Kinds of job: what several places must agree on."""

from __future__ import annotations

import importlib
import re
from enum import EnumType
from pathlib import Path

from bot.agenda.runner import HANDLERS
from bot.core.announcements import STORY, WAIT_FOR_RETURN
from bot.features import FEATURES
from bot.renewals.job_kinds import DECLARED, ON_CARD, HangsOn, RenewalJob, hanging_on

ROOT = Path(__file__).parents[2]
MODULES = [
    importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for path in sorted((ROOT / "bot").rglob("job_kinds.py"))
]
NAMED = [
    kind
    for module in MODULES
    for kinds in vars(module).values()
    if isinstance(kinds, EnumType) and kinds.__module__ == module.__name__ and kinds.__name__.endswith("Job")
    for kind in kinds
]


def test_every_kind_of_job_is_named_once_in_a_file_of_that_name_and_has_its_handler() -> None:
    assert sorted(NAMED) == sorted(HANDLERS)
    assert sum(len(one.jobs) for one in FEATURES) == len(HANDLERS)


def test_what_is_announced_or_waits_is_a_kind_of_job_and_stands_beside_its_names() -> None:
    assert set(STORY) <= set(HANDLERS)
    assert set(HANDLERS) >= set(WAIT_FOR_RETURN)
    assert set(DECLARED) == set(RenewalJob)
    announced = [kind for module in MODULES for kind in getattr(module, "ANNOUNCED", ())]
    assert sorted(announced) == sorted(STORY)


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
