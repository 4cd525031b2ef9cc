"""The form of a touchpoint: logged from nothing, from a message, or corrected; with a next step that has a day."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Self

import slackblocks as kit
from slackblocks.blocks import Block as KitBlock

from bot.accounts.forms import WhoAtCustomer, WhoDraft, read_who, who_fields
from bot.slack import blocks, form, text
from bot.slack.form import WORDS_LENGTH
from bot.slack.form_fields import Fields, carried, row_number
from bot.slack.ids import ActionId, ViewId
from bot.touchpoints.rules.line import LABELS, MOODS, PURPOSES

KINDS = [(label, kind) for kind, label in LABELS.items() if kind]
NOTE_HINT = "An internal note never reached the customer: it is kept in the story and does not count as a touch."

_MOMENT = re.compile(r"[0-9]{1,10}\.[0-9]{1,6}")
"""A message's ts, as Slack writes it."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a form is about, carried in its private_metadata: a touchpoint, or the message one is made from.

    `near` are the ids of accounts that may be meant ("3 17"), which the menu of accounts begins with.
    """

    touchpoint_id: int = 0
    channel: str = ""
    ts: str = ""
    thread_ts: str = ""
    author: str = ""
    permalink: str = ""
    near: str = ""

    def to_metadata(self) -> str:
        """As text for private_metadata."""
        return json.dumps({name: value for name, value in asdict(self).items() if value})

    @property
    def near_ids(self) -> list[int]:
        """The accounts that may be meant, best first."""
        return [int(one) for one in self.near.split() if one.isdecimal() and len(one) < 19]

    @classmethod
    def from_view(cls, view: Mapping[str, Any]) -> Self:
        """The source of a modal; empty when it carries none. Data from outside: rights are checked again."""
        given = carried(view)
        words = {name: given[name] for name in cls.__dataclass_fields__ if isinstance(given.get(name), str)}
        if not _MOMENT.fullmatch(words.get("ts", "")):
            words["ts"] = ""
        return cls(**{**words, "touchpoint_id": row_number(given.get("touchpoint_id"))})


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form begins with. `account` is (name, id as text); `open_steps` are sentences."""

    at: datetime
    account: tuple[str, str] | None = None
    kind: str = ""
    contact: str = ""
    purpose: str = ""
    mood: str = ""
    words: str = ""
    facts: str = ""
    me: str = ""
    open_steps: Sequence[str] = ()
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class TouchForm:
    """The form as it was sent off. The next step is empty, or has words and a day; `step_by` is a Slack id."""

    source: Source
    account_id: int
    kind: str
    at: datetime
    who: WhoAtCustomer
    purpose: str
    mood: str
    words: str
    step: str
    step_on: date | None
    step_by: str | None
    is_promise: bool


def touch_form(draft: Draft, who: WhoDraft) -> dict[str, Any]:
    """The form, filled with what is known; `who` is whom the draft's contact means."""
    is_edit = bool(draft.source.touchpoint_id)
    account = (text.plain(draft.account[0], 70), draft.account[1]) if draft.account else None
    fields = [
        *([blocks.section(draft.facts, block_id="facts")] if draft.facts else []),
        form.search(ActionId.FIND_ACCOUNT, "Account", "Type a part of its name.", chosen=account),
        form.select("kind", "What was it?", KINDS, draft.kind, NOTE_HINT, optional=False),
        form.moment("at", "When?", draft.at),
        *who_fields("Who at the customer?", who),
        form.words("words", "What did you learn?", shortened(draft.words), lines=True),
        form.select("purpose", "What was it for?", [(v, k) for k, v in PURPOSES.items()], draft.purpose),
        form.select("mood", "How were they?", [(v, k) for k, v in MOODS.items()], draft.mood),
        *_next_step(draft),
        *([_delete_part(draft.source.touchpoint_id)] if is_edit else []),
    ]
    title = "Edit the touchpoint" if is_edit else "Log a touchpoint"
    view = ViewId.EDIT_TOUCH if is_edit else ViewId.LOG_TOUCH
    return form.modal(view, title, fields, "Save" if is_edit else "Log it", draft.source.to_metadata())


def deleted_view() -> dict[str, Any]:
    """What stands in the form's place once its touchpoint is deleted."""
    words = "The touchpoint is deleted. The account's timeline says by whom, and what it said."
    return form.modal(ViewId.DELETED_TOUCH, "Edit the touchpoint", [blocks.section(words)])


def kept_view(already: str) -> dict[str, Any]:
    """What stands in the form's place when its message was logged meanwhile: where the words are now."""
    words = f"{text.typed(already, 300)} Your words are kept as a note of yours; the account's timeline shows it."
    return form.modal(ViewId.DELETED_TOUCH, "Log a touchpoint", [blocks.section(words)])


def read_touch(view: Mapping[str, Any]) -> TouchForm:
    """The form as values; raises FieldErrors with a sentence for each field that cannot be taken."""
    fields = Fields(view)
    account_id, kind, at = fields.number(ActionId.FIND_ACCOUNT), fields.choice("kind") or "", fields.moment("at")
    step, step_on = fields.text("follow_up"), fields.day("follow_up_on")
    if not account_id:
        fields.refuse(ActionId.FIND_ACCOUNT, "Choose an account.")
    if not kind:
        fields.refuse("kind", "Choose what it was.")
    if at is None:
        fields.refuse("at", "Give the moment it happened.")
    is_promise = fields.is_ticked("promise")
    who = read_who(fields)
    if step and step_on is None:
        fields.refuse("follow_up_on", "Choose by which day.")
    if not step and (step_on is not None or is_promise):
        fields.refuse("follow_up", "Say in a few words what is to be done.")
    fields.check()
    assert at is not None
    return TouchForm(
        source=Source.from_view(view),
        account_id=account_id,
        kind=kind,
        at=at,
        who=who,
        purpose=fields.choice("purpose") or "",
        mood=fields.choice("mood") or "",
        words=fields.text("words"),
        step=step,
        step_on=step_on,
        step_by=fields.person("follow_up_by"),
        is_promise=is_promise,
    )


def shortened(words: str) -> str:
    """Words as far as a field can hold them."""
    return text.bounded(words.strip(), WORDS_LENGTH)


def _next_step(draft: Draft) -> list[KitBlock]:
    heading = "\n".join(["*Next step*", *draft.open_steps])
    return [
        blocks.divider(),
        blocks.section(heading, block_id="steps"),
        form.words("follow_up", "Another one" if draft.open_steps else "What is to be done?"),
        form.day("follow_up_on", "By when?"),
        form.person("follow_up_by", "Who does it?", draft.me or None),
        form.tick("promise", "Promise", "The customer was promised this", hint="Kept or broken, it counts."),
    ]


def _delete_part(touchpoint_id: int) -> KitBlock:
    sure = kit.ConfirmationDialogue(
        "Delete the touchpoint?",
        "The account's timeline keeps what it said. Its open next steps are dropped.",
        "Delete",
        "Keep it",
    )
    button = kit.Button(
        "Delete", action_id=ActionId.DELETE_TOUCH, value=str(touchpoint_id), style="danger", confirm=sure
    )
    return blocks.section("Was it logged by mistake?", accessory=button, block_id="delete")
