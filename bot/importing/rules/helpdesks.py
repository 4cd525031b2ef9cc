"""Helpdesks that number their priorities and statuses, known by their own columns: 1 is urgent in one, low in the
next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.importing.rules.columns import header_key

_STEPS = ("urgent", "high", "normal", "low")
_DOWN = {"1": "urgent", "2": "high", "3": "normal", "4": "low", "5": "low"}


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """What its numbers mean: a priority of ours, and whether a status is over."""

    name: str
    marks: frozenset[str]
    priorities: Mapping[str, str]
    closed: Mapping[str, bool]


_KNOWN = (
    Helpdesk(
        "Freshdesk",
        frozenset(("responderid", "frdueby", "frescalated", "emailconfigid", "nrdueby", "associationtype")),
        {"1": "low", "2": "normal", "3": "high", "4": "urgent"},
        {"2": False, "3": False, "4": True, "5": True, "6": False, "7": False},
    ),
    Helpdesk(
        "Dynamics",
        frozenset(("prioritycode", "statecode", "statuscode", "incidentid", "caseorigincode", "ticketnumber")),
        {"1": "high", "2": "normal", "3": "low"},
        {"0": False, "1": True, "2": True},
    ),
    Helpdesk(
        "ServiceNow",
        frozenset(("sysid", "assignmentgroup", "callerid", "syscreatedon", "cmdbci", "incidentstate")),
        _DOWN,
        {"1": False, "2": False, "3": False, "6": True, "7": True, "8": True},
    ),
    Helpdesk(
        "Jira",
        frozenset(("issuekey", "issuetype", "issueid", "projectkey", "statuscategory")),
        _DOWN,
        {},
    ),
    Helpdesk(
        "OTRS or Znuny",
        frozenset(("ticketid", "queueid", "priorityid", "tn", "customeruserid")),
        {"1": "low", "2": "low", "3": "normal", "4": "high", "5": "urgent"},
        {},
    ),
)
_ENOUGH = 2


def helpdesk_of(headers: Sequence[str]) -> Helpdesk | None:
    """The helpdesk whose export has these headers, when at least two of them are its own."""
    keys = set(map(header_key, headers))
    found = max(_KNOWN, key=lambda desk: len(desk.marks & keys))
    return found if len(found.marks & keys) >= _ENOUGH else None


def numbered_priorities(urgent: int, numbers: Collection[int]) -> dict[str, str]:
    """What the numbers mean when `urgent` is the most urgent one: the further from it, the less urgent."""
    return {str(number): _STEPS[min(abs(number - urgent), len(_STEPS) - 1)] for number in {*numbers, urgent}}
