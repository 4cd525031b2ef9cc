"""The forms of a handoff: what the receiver must know; and what is missing in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.accounts.forms import WhoAtCustomer, WhoDraft, read_who, who_fields
from bot.handoffs.facts import Package
from bot.handoffs.rules import Direction, becomes, label
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields, Reference
from bot.slack.ids import ActionId, ViewId, numbered

PART_LENGTH = 1800
"""Four of these, and what is open, fit into the one message that the receiver gets."""

LAST_LENGTH = 300
"""So much of what was said the last time stands beside its field."""


@dataclass(frozen=True, slots=True)
class HandoffEntry:
    """A handoff as it is written down; `to` is a Slack id, empty while nobody is chosen.

    `who` is whom of the customer the receiver talks to first: the package's contact, as the form says it.
    """

    account_id: int
    direction: Direction
    to: str = ""
    package: Package = field(default_factory=Package)
    who: WhoAtCustomer = field(default_factory=WhoAtCustomer)


@dataclass(frozen=True, slots=True)
class WaitingHandoff:
    """One that waits already, as a line above the form; `is_own` ones can be withdrawn. `since` is an ISO day."""

    handoff_id: int
    direction: str
    giver: str
    receiver: str
    since: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the fields: who has each role now, by name, and the package of the last time.

    `holders`: role that a direction gives → name; a role that nobody has is left out. `on`: the ISO day on which the
    last handoff was accepted, empty when there was none.
    """

    holders: Mapping[str, str] = field(default_factory=dict)
    package: Package = field(default_factory=Package)
    on: str = ""


def handoff_form(
    account: str,
    entry: HandoffEntry,
    today: str,
    waiting: Sequence[WaitingHandoff] = (),
    gaps: str = "",
    returned_by: str = "",
    beside: Beside | None = None,
    who: WhoDraft | None = None,
) -> dict[str, Any]:
    """The form with what is known so far; `gaps` is what was missing the last time, as `returned_by` said.

    Which way comes first: whom the form asks for, and who that is now, go by it.
    """
    package, beside = entry.package, beside or Beside()
    role = becomes(entry.direction).replace("_", " ")
    holder = beside.holders.get(becomes(entry.direction), "")
    now = f"Now {text.plain(holder, 100)}." if holder else "Nobody yet."
    before = beside.package
    intro = (
        f"The receiver gets this as one message, and accepts or returns it. "
        f"Until they accept, *{text.name(account)}* stays where it is, with its alerts."
    )
    parts: list[KitBlock] = [blocks.section(intro)]
    parts += [_waiting(one, today, place) for place, one in enumerate(waiting)]
    if gaps:
        parts.append(
            blocks.section(f"{text.name(returned_by)} returned it. Missing was:\n{text.quoted(gaps, PART_LENGTH)}")
        )
    ways = [(label(way).capitalize(), str(way)) for way in Direction]
    parts += [
        form.select("direction", "Which way?", ways, str(entry.direction), optional=False, asks=True),
        form.person("to", f"Who becomes its {role}?", entry.to or None, now, optional=False),
        _words(
            "promised",
            "What was agreed and promised to the customer?",
            package.promised,
            _last(before.promised, beside.on, today) or "If nothing was, say so.",
        ),
        _words(
            "expects",
            "What do they expect, and how is success measured?",
            package.expects,
            _last(before.expects, beside.on, today),
        ),
        _words(
            "risks", "Risks and open questions", package.risks, _last(before.risks, beside.on, today), optional=True
        ),
        _words("first", "What is to be done first?", package.first, _last(before.first, beside.on, today)),
        *who_fields("Whom there do they talk to first?", who or WhoDraft(package.contact), entry.account_id),
        form.day("first_by", "By when?", package.first_by, "With a day it becomes a follow-up of theirs."),
    ]
    metadata = Reference(account_id=entry.account_id).to_metadata()
    return form.modal(ViewId.HAND_OVER, "Hand over", parts, "Hand over", metadata)


def receipt_view(handoff_id: int, account: str, receiver: str, direction: str, days: Sequence[str]) -> dict[str, Any]:
    """What stands in the form's place once it is given: who has it now, and what comes next; `days` as spoken."""
    to = text.name(receiver)
    reminded, late = days
    words = (
        f"You handed *{text.name(account)}* over to *{to}* ({label(direction)}). {to} has it as one message, to accept "
        f"or return. Until {to} accepts, you keep the account, with its alerts."
    )
    ahead = f"If it still waits, {to} is reminded on {reminded}, and you hear of it on {late}."
    button = blocks.button("Withdraw", ActionId.WITHDRAW_HANDOFF, handoff_id)
    return form.modal(
        ViewId.HANDED_OVER, "Handed over", [blocks.section(words, accessory=button), blocks.context(ahead)]
    )


def read_handoff(view: Mapping[str, Any]) -> HandoffEntry:
    """The form as values; raises FieldErrors when the way or the receiver is missing."""
    fields = Fields(view)
    direction, to, by = fields.one_of("direction", Direction), fields.person("to"), fields.day("first_by")
    if direction is None:
        fields.refuse("direction", "Choose the way.")
    if to is None:
        fields.refuse("to", "Choose someone of the team.")
    who = read_who(fields)
    fields.check()
    assert direction is not None and to is not None
    promised, expects, risks, first = (fields.text(name) for name in ("promised", "expects", "risks", "first"))
    package = Package(promised, expects, risks, first, str(by) if by else None)
    return HandoffEntry(Reference.from_view(view).account_id, direction, to, package, who)


def typed_so_far(view: Mapping[str, Any], usual: Direction) -> HandoffEntry:
    """The form as it stands, whatever is missing in it; `usual` where no way is chosen."""
    fields = Fields(view)
    promised, expects, risks, first = (fields.text(name) for name in ("promised", "expects", "risks", "first"))
    by = fields.day("first_by")
    return HandoffEntry(
        Reference.from_view(view).account_id,
        fields.one_of("direction", Direction) or usual,
        fields.person("to") or "",
        Package(promised, expects, risks, first, str(by) if by else None),
        read_who(fields),
    )


def return_form(
    account: str, giver: str, handoff_id: int, before: str = "", on: str = "", today: str = ""
) -> dict[str, Any]:
    """What is missing? `before` is what was the last time, on an ISO day, when one of the account came back."""
    intro = f"*{text.name(account)}* stays with {text.name(giver)}, who reads this and can hand over again."
    fields = [blocks.section(intro), _words("gaps", "What is missing?", "", _last(before, on, today))]
    return form.modal(ViewId.RETURN_HANDOFF, "Return a handoff", fields, "Return", str(handoff_id))


def read_return(view: Mapping[str, Any]) -> tuple[int, str]:
    """Which handoff (0, which none has, when the form does not say), and what is missing."""
    number = str(view.get("private_metadata") or "")
    return int(number) if number.isdecimal() and len(number) < 18 else 0, Fields(view).text("gaps")


def _words(name: str, question: str, value: str, hint: str = "", optional: bool = False) -> KitBlock:
    return form.words(name, question, value, hint, optional=optional, lines=True, most=PART_LENGTH)


def _last(words: str, on: str, today: str) -> str:
    """What stood there the last time, beside its field; empty when nothing did."""
    return f"Last time, {text.day(on, today)}: {text.plain(words, LAST_LENGTH)}" if words and on else ""


def _waiting(one: WaitingHandoff, today: str, place: int) -> KitBlock:
    giver = "you" if one.is_own else text.name(one.giver)
    words = (
        f"{label(one.direction).capitalize()} waits for {text.name(one.receiver)} since {text.day(one.since, today)}"
    )
    button = blocks.button("Withdraw", numbered(ActionId.WITHDRAW_HANDOFF, place), one.handoff_id)
    return blocks.section(f"{words}, from {giver}.", button if one.is_own else None)
