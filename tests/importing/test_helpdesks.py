"""Helpdesks known by their own columns, and what their numbers mean."""

from __future__ import annotations

from bot.importing.rules.helpdesks import helpdesk_of, numbered_priorities


def test_a_helpdesk_is_known_by_two_columns_of_its_own() -> None:
    found = helpdesk_of(["Subject", "Responder Id", "FR Due By"])
    assert found is not None and found.name == "Freshdesk" and found.priorities["4"] == "urgent"
    assert helpdesk_of(["Subject", "Responder Id"]) is None
    assert helpdesk_of([]) is None
    found = helpdesk_of(["responder_id", "fr_due_by", "Issue key", "Issue Type", "Project key"])
    assert found is not None and found.name == "Jira"


def test_numbers_away_from_the_most_urgent_one_are_less_urgent() -> None:
    down = {"1": "urgent", "2": "high", "3": "normal", "4": "low", "5": "low"}
    assert numbered_priorities(1, [2, 3, 4, 5]) == down
    assert numbered_priorities(4, [1, 2, 3]) == {"4": "urgent", "3": "high", "2": "normal", "1": "low"}
