"""What a message about a follow-up must show: plain values that fit in JSON."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts import Facts


@dataclass(frozen=True, slots=True)
class FollowUpCard(Facts):
    """A follow-up as its owner is told of it. Days are ISO days; `owner` is who does it, `asked_by` who wrote it down.

    `why`: given (someone else wrote it down), due, or broken (a promise whose day has passed). `outcome` is empty while
    it is open; `closed_by` is empty when time closed it. `is_own` is False for someone who hears of another's promise.
    `is_last`: given when its morning had come already, so that nothing reminds of it later.
    `contact` is to whom of the customer it was promised, or with whom it is to be done; `gone` are those of them who
    have left since.
    """

    follow_up_id: int
    account_id: int
    account: str
    words: str
    due_on: str
    as_of: str
    why: str
    owner: str = ""
    asked_by: str = ""
    is_promise: bool = False
    is_own: bool = True
    outcome: str = ""
    closed_by: str = ""
    closed_on: str = ""
    is_last: bool = False
    reader: str = ""
    contact: str = ""
    gone: tuple[str, ...] = ()
