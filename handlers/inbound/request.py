"""What a handler is handed, and what it may give back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from slack_sdk import WebClient

from bot.core.calendar import local_date
from bot.db.engine import Database
from bot.db.work import Work
from bot.slack.message import Message
from bot.workspace import processed_requests
from bot.workspace.members import MemberView


class AlreadyDone(Exception):
    """This very request was carried out before; Slack has delivered it again."""


class ModalMode(StrEnum):
    """How a modal comes up: on its own, on top of the one that is open, or in its place."""

    OPEN = "open"
    PUSH = "push"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class OpenModal:
    """A modal to show. As the answer to a submitted modal it takes that one's place."""

    view: dict[str, Any]
    how: ModalMode = ModalMode.OPEN


@dataclass(frozen=True, slots=True)
class RefreshModal:
    """Close the submitted modal and show anew the one that lies under it."""

    view_id: str
    view: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """What a select with a search offers."""

    options: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CloseAllModals:
    """Close the submitted modal and those that lie under it: they show what is no longer so."""


Response = Message | str | OpenModal | RefreshModal | CloseAllModals | Options | None
"""What a handler gives back: words for the person alone, a modal, choices, or nothing at all."""


class _OpensWork:
    """What may look something up, or write it, in the workspace from which it came and at the moment it came."""

    __slots__ = ()
    workspace_id: int
    now: datetime
    db: Database

    def reading(self) -> AbstractContextManager[Work]:
        """Work that only looks."""
        return Work.reading(self.db, self.workspace_id, self.now)

    def transaction(self) -> AbstractContextManager[Work]:
        """Work that stands when it ends, all of it or nothing."""
        return Work.writing(self.db, self.workspace_id, self.now)


@dataclass(frozen=True, slots=True)
class Request(_OpensWork):
    """One command, button, modal, search or shortcut, by someone who is known to be of the team."""

    workspace_id: int
    person: MemberView
    now: datetime
    db: Database
    client: WebClient
    body: Mapping[str, Any]
    receipt: str
    channel: str | None = None
    text: str = ""
    action: Mapping[str, Any] = field(default_factory=dict)
    base_url: str = ""
    """Where the CRM shows an account, with {id} in the place of its own id."""
    prefix: str = ""
    """What stands before the names of our commands in this workspace."""
    stored: list[str] = field(default_factory=list)
    """The receipts under which this request has stored something, so that a later failure is not told as one."""

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """A transaction in which this request is carried out once; raises AlreadyDone the second time."""
        with self.transaction() as work:
            if not processed_requests.claim_once(work, self.receipt):
                raise AlreadyDone
            yield work
        self.stored.append(self.receipt)

    @property
    def today(self) -> date:
        """The date on this person's calendar."""
        return local_date(self.now, self.person.timezone)

    @property
    def view(self) -> Mapping[str, Any]:
        """The modal that was submitted, or in which something was pressed."""
        view: Mapping[str, Any] = self.body.get("view") or {}
        return view

    @property
    def how(self) -> ModalMode:
        """How a modal comes up from here: on top of the one in which something was pressed, or on its own."""
        return ModalMode.PUSH if self.view.get("type") == "modal" else ModalMode.OPEN

    @property
    def value(self) -> str:
        """What the pressed button or the chosen option stands for. It is data from outside: check what it names."""
        chosen = self.action.get("selected_option") or {}
        return str(self.action.get("value") or chosen.get("value") or "")

    @property
    def number(self) -> int:
        """The same as a row's number; 0, which no row has, when it is none."""
        return int(self.value) if self.value.isdecimal() and len(self.value) < 18 else 0


@dataclass(frozen=True, slots=True)
class SlackEvent(_OpensWork):
    """One event of the workspace. Nobody waits for an answer."""

    workspace_id: int
    team_id: str
    bot_user_id: str
    now: datetime
    db: Database
    client: WebClient
    event: Mapping[str, Any]
    receipt: str
    base_url: str = ""
    prefix: str = ""
