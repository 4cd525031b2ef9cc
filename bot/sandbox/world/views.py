"""Modals and Home tabs: what is open, what stands in their fields, what each person's stack looks like."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.world.fields import initial_state, named_elements

STACK_DEPTH = 3


@dataclass
class View:
    """One modal or Home tab with the state of its fields (`values[block_id][action_id]`)."""

    id: str
    user: str
    content: dict[str, Any]
    root_id: str
    previous_id: str | None = None
    hash: str = ""
    values: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def show(self, content: dict[str, Any]) -> None:
        """Replace what is shown. A field that keeps its block and action id keeps what was entered."""
        entered = self.values
        self.content = content
        self.errors = {}
        self.hash = uuid.uuid4().hex[:12]
        self.values = initial_state(content["blocks"])
        for block_id, action_id, element in named_elements(content["blocks"]):
            kept = entered.get(block_id, {}).get(action_id)
            if kept and kept["type"] == element["type"]:
                self.values[block_id][action_id] = kept

    def payload(self, team_id: str, app_id: str, bot_id: str) -> dict[str, Any]:
        """The view object of the Web API and of interaction payloads."""
        content = self.content
        return {
            "id": self.id,
            "team_id": team_id,
            "app_id": app_id,
            "app_installed_team_id": team_id,
            "bot_id": bot_id,
            "type": content["type"],
            "title": content.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
            "submit": content.get("submit"),
            "close": content.get("close"),
            "blocks": content["blocks"],
            "private_metadata": content.get("private_metadata", ""),
            "callback_id": content.get("callback_id", ""),
            "external_id": content.get("external_id", ""),
            "clear_on_close": content.get("clear_on_close", False),
            "notify_on_close": content.get("notify_on_close", False),
            "state": {"values": self.values},
            "hash": self.hash,
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id,
        }


class Views:
    """Every open view; a person's modals form a stack, of which the last is the one they see."""

    def __init__(self) -> None:
        self._by_id: dict[str, View] = {}
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def top(self, user: str) -> View | None:
        """The modal this person sees, if any."""
        stack = self._stacks.get(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        """The Home tab published for this person, if any."""
        return self._homes.get(user)

    def find(self, view_id: str | None, external_id: str | None = None) -> View | None:
        """A view that is open, by its id or by the id the app gave it."""
        if view_id:
            return self._by_id.get(view_id)
        return next((v for v in self._by_id.values() if v.content.get("external_id") == external_id), None)

    def open(self, user: str, content: dict[str, Any]) -> View:
        """Open a modal as the only one of this person."""
        self.clear(user)
        return self._add(user, content, previous=None)

    def push(self, user: str, content: dict[str, Any]) -> View | None:
        """Lay a modal on top; None when three are open already."""
        stack = self._stacks.get(user, [])
        if len(stack) >= STACK_DEPTH:
            return None
        return self._add(user, content, previous=stack[-1] if stack else None)

    def publish(self, user: str, content: dict[str, Any]) -> View:
        """Show a Home tab."""
        view = self._homes.get(user)
        if view is None:
            view_id = new_view_id()
            view = View(view_id, user, content, root_id=view_id)
            self._homes[user] = self._by_id[view_id] = view
        view.show(content)
        return view

    def close(self, view: View) -> None:
        """Take a modal and everything above it off the stack."""
        stack = self._stacks.get(view.user, [])
        if view in stack:
            for gone in stack[stack.index(view) :]:
                self._by_id.pop(gone.id, None)
            del stack[stack.index(view) :]

    def clear(self, user: str) -> None:
        """Close every modal of this person."""
        for view in self._stacks.pop(user, []):
            self._by_id.pop(view.id, None)

    def _add(self, user: str, content: dict[str, Any], previous: View | None) -> View:
        view_id = new_view_id()
        view = View(
            id=view_id,
            user=user,
            content=content,
            root_id=previous.root_id if previous else view_id,
            previous_id=previous.id if previous else None,
        )
        view.show(content)
        self._by_id[view_id] = view
        self._stacks.setdefault(user, []).append(view)
        return view


def new_view_id() -> str:
    """An id like Slack's: a V and capitals."""
    return "V" + uuid.uuid4().hex[:10].upper()
