"""What people are told of a handoff: the package with its two buttons, that it still waits, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slackblocks.blocks import Block as KitBlock
from slackblocks.elements import Element

from bot.accounts.overview_facts import AskChoice
from bot.accounts.timeline_facts import Entry
from bot.handoffs.alerts import HANDOFF
from bot.handoffs.facts import HandoffCard
from bot.handoffs.rules import becomes, ended, label
from bot.handoffs.rules import label as direction_label
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message
from bot.touchpoints.facts import NextStep
from bot.workspace.alerts import dismiss_option, why_option

WORDS_SHOWN = 1800
"""As much as the form takes for one part of a package, so that none is cut."""

SPOKEN = 600
NAME_SHOWN = 40
OVERVIEW_TITLE = "Needs you"
WAITING, ACCEPTED, RETURNED = "waiting", "accepted", "returned"


def render_handoff(facts: Mapping[str, Any]) -> Message:
    """The message, with buttons as long as there is something to press."""
    card = HandoffCard.from_facts(facts)
    head, ahead, buttons = _head(card), _ahead(card), _buttons(card)
    asks = card.state == WAITING and card.why in ("package", "reminder", "late")
    choices = (
        dismiss_option(HANDOFF, card.handoff_id, card.account_id),
        why_option(HANDOFF, card.account_id, card.handoff_id),
    )
    menu = blocks.menu(*choices) if asks else None
    parts: list[KitBlock] = [blocks.section(head, accessory=menu)]
    if gaps := text.quoted(card.gaps, WORDS_SHOWN):
        parts.append(blocks.section(gaps))
    if card.why == "package":
        parts += [blocks.section(part) for part in package_parts(card)]
        parts += [blocks.section(part) for part in _open_steps(card)]
        parts += [blocks.context(people) for people in _people(card)]
    if buttons:
        parts.append(blocks.actions(*buttons))
    parts.append(blocks.context(ahead))
    return message(_spoken(card, head, ahead), parts)


def overview_row(account: str, giver: str, receiver: str, direction: str, since: str, as_of: str) -> str:
    """A handoff that waits, as a line for a manager."""
    way = f"{direction_label(direction)}, from {text.name(giver)} to {text.name(receiver)}"
    return f"🟡 *{text.name(account[:NAME_SHOWN])}*: handoff waits · {way} · since {text.day(since, as_of)}"


def overview_buttons(handoff_id: int, account_id: int, receiver: str, is_reader: bool) -> tuple[AskChoice, ...]:
    """What its reader can do: accept what is theirs, or remind who is to."""
    if is_reader:
        return (AskChoice("Accept", ActionId.ACCEPT_HANDOFF, str(handoff_id)),)
    return (AskChoice(f"Remind {text.plain(receiver, 40)}", ActionId.REMIND_HANDOFF, str(handoff_id)),)


def overview_menu(handoff_id: int, account_id: int) -> tuple[AskChoice, ...]:
    """What its ⋯ offers."""
    choices = (
        ("Account story", ActionId.ACCOUNT_STORY, str(account_id)),
        dismiss_option(HANDOFF, handoff_id, account_id),
        why_option(HANDOFF, account_id),
    )
    return tuple(AskChoice(said, str(action), value) for said, action, value in choices)


def package_parts(card: HandoffCard) -> list[str]:
    """The package, a titled quotation for each part."""
    return [
        f"*{title}*\n{text.quoted(words, WORDS_SHOWN) or 'None named.'}"
        for title, words in (
            ("Agreed and promised to the customer", card.package.promised),
            ("What they expect, and how success is measured", card.package.expects),
            ("Risks and open questions", card.package.risks),
            (f"To do first{_by(card)}", card.package.first),
        )
    ] + ([_talk_to(card, "*")] if card.package.contact else [])


def _talk_to(card: HandoffCard, bold: str = "") -> str:
    """ "Talk to Ruth first. Ruth Okafor has left." """
    return f"Talk to {bold}{text.name(card.package.contact)}{bold} first. {text.have_left(card.gone)}".strip()


def _by(card: HandoffCard) -> str:
    return f", by {text.day(card.package.first_by, card.as_of)}" if card.package.first_by else ""


def _open_steps(card: HandoffCard) -> list[str]:
    if not card.steps:
        return []
    more = card.step_count - len(card.steps)
    lines = [f"• {_step(step, card.as_of)}" for step in card.steps] + ([f"and {more} more"] if more > 0 else [])
    return ["\n".join(["*Open promises and follow-ups*, which stay with those named", *lines])]


def _people(card: HandoffCard) -> list[str]:
    """Who there is at the customer, the part that matters most first."""
    if not card.people:
        return []
    more = card.people_count - len(card.people)
    named = [*(text.name(one) for one in card.people), *([f"{more:,} more"] if more > 0 else [])]
    return [f"People there: {text.listed(named)}."]


def _step(step: NextStep, as_of: str) -> str:
    what = "Promise" if step.is_promise else "Follow-up"
    owner = text.name(step.owner) if step.owner else "nobody yet"
    return f"{what}: {text.typed(step.words, 200)} (by {text.day(step.due_on, as_of)}, {owner})"


def _head(card: HandoffCard) -> str:
    account, way = f"*{text.name(card.account)}*", label(card.direction)
    giver, receiver, role = text.name(card.giver), text.name(card.receiver), _role(card)
    since = text.day(card.given_on, card.as_of)
    if card.why == "replaced":
        return f"{receiver} is the {role} of {account} now. {giver} handed it over ({way}). You stay on its team."
    if card.why == "lead":
        return f"*{receiver}* is the {role} of {account} now. {giver} handed it over ({way})."
    if card.state != WAITING:
        return _outcome(card, account, way)
    if card.why == "package":
        return f"*{giver}* hands {account} over to you: {way}."
    if card.why == "reminder":
        return f"{account} waits for your word: {giver} handed it over to you on {since} ({way})."
    away = f" They are away until {text.day(card.away_until, card.as_of)}." if card.away_until else ""
    from_whom = "you" if card.reader == "giver" else giver
    return f"{account}: {receiver} has had the handoff from {from_whom} since {since} ({way}), and said nothing.{away}"


def _outcome(card: HandoffCard, account: str, way: str) -> str:
    who = text.name(card.settled_by) if card.settled_by else "Someone"
    instead = (
        "" if card.settled_by == card.receiver or card.state == "withdrawn" else f" for {text.name(card.receiver)}"
    )
    on = text.day(card.settled_on, card.as_of) if card.settled_on else ""
    said = f"*{who}* {ended(card.state)} the handoff of {account}{instead} on {on} ({way})."
    if card.state == ACCEPTED:
        whom = "You are" if card.reader == "receiver" else f"{text.name(card.receiver)} is"
        return f"{said} {whom} its {_role(card)} now."
    return f"{said} What is missing:" if card.state == RETURNED else said


def _ahead(card: HandoffCard) -> str:
    """What its buttons do, and what comes next."""
    giver, role = text.name(card.giver), _role(card)
    if card.why == "replaced":
        return f"You were its {role} until now; alerts for the {role} go to {text.name(card.receiver)}."
    if card.why == "lead":
        return f"Questions go to {text.name(card.receiver)}."
    if card.state != WAITING:
        return _after(card)
    if card.why == "package":
        return (
            f"Accept makes you the {role} of this account; until then {giver} keeps it, with its alerts. "
            f"If it still waits on {_next(card)}, you are reminded once."
        )
    if card.why == "reminder" and not card.next_on:
        return "A manager had you reminded: the handoff waits. Accept or Return… stops it."
    if card.why == "reminder":
        return (
            "The package is in an earlier message. "
            f"Accept or Return… stops it; else {giver}, and their manager, are told on {_next(card)}."
        )
    if card.reader == "giver":
        return "You keep the account until it is accepted. Withdraw takes the handoff back."
    return f"Accept or Return… settles it, pressed by {text.name(card.receiver)} or by you."


def _after(card: HandoffCard) -> str:
    if card.why != "settled":
        return "Nothing more comes from it."
    if card.state == ACCEPTED:
        return "Open promises and follow-ups stay with those who have them."
    if card.reader == "giver":
        return "You keep the account; Hand over again… has your words."
    return "There is nothing more for you to do."


def _buttons(card: HandoffCard) -> list[Element]:
    number = card.handoff_id
    story = blocks.button("The whole story", ActionId.ACCOUNT_STORY, card.account_id)
    if card.why in ("replaced", "lead"):
        return [story]
    if card.state != WAITING:
        is_back = card.why == "settled" and card.state == RETURNED and card.reader == "giver"
        again = blocks.button("Hand over again…", ActionId.OPEN_HANDOFF, card.account_id, "primary")
        return [again] if is_back else []
    if card.reader == "giver":
        return [blocks.button("Withdraw", ActionId.WITHDRAW_HANDOFF, number)]
    accept = blocks.button("Accept", ActionId.ACCEPT_HANDOFF, number, "primary")
    return [accept, blocks.button("Return…", ActionId.RETURN_HANDOFF, number), story]


def _spoken(card: HandoffCard, head: str, ahead: str) -> str:
    """All of it as sentences, the package's parts at some length."""
    said = [head.replace("*", "")]
    if card.gaps:
        said.append(f"“{text.typed(card.gaps, 1500)}”")
    if card.why == "package":
        package = card.package
        said += [
            f"Agreed and promised: {text.sentence(package.promised, SPOKEN)}",
            f"They expect: {text.sentence(package.expects, SPOKEN)}",
            f"Risks and open questions: {text.sentence(package.risks or 'None named', SPOKEN)}",
            f"To do first{_by(card)}: {text.sentence(package.first, SPOKEN)}",
            *([_talk_to(card)] if package.contact else []),
        ]
        if card.steps:
            said.append(f"Open: {'; '.join(_step(step, card.as_of) for step in card.steps)}.")
        said += _people(card)
    return " ".join([*said, ahead])


def _role(card: HandoffCard) -> str:
    return becomes(card.direction).replace("_", " ")


def _next(card: HandoffCard) -> str:
    return text.day(card.next_on, card.as_of) if card.next_on else "a later day"


def timeline_line(entry: Entry, as_of: str) -> str:
    """A handoff in the timeline."""
    way, to = direction_label(entry.details["direction"]), text.name(entry.details["receiver"])
    if entry.code == "given":
        return f"{text.who(entry.by)} handed the account over to {to} ({way}):"
    whose = "" if entry.details["receiver"] == (entry.by.name if entry.by else "") else f" to {to}"
    missing = ". What was missing:" if entry.words else "."
    return f"{text.who(entry.by)} {ended(entry.code)} the handoff{whose} ({way}){missing}"
