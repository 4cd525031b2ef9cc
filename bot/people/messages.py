"""The list of an account's people, and what the timeline says of them."""

from __future__ import annotations

from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.accounts.timeline_facts import Entry
from bot.people.facts import ListedPerson, PeopleList
from bot.people.rules import PersonTrace
from bot.renewals.messages.decision import decision_lines
from bot.slack import blocks, form, text
from bot.slack.form_fields import Reference
from bot.slack.ids import ActionId, ViewId, numbered
from bot.slack.message import message

TITLE_SHOWN = 80


def people_view(found: PeopleList) -> dict[str, Any]:
    """The list as a modal: it is for the eyes of whoever asked, since it has addresses in it."""
    metadata = Reference(account_id=found.account_id).to_metadata()
    view = form.modal(ViewId.PEOPLE, text.plain(f"People at {found.account}", 24), [], metadata=metadata)
    parts = [
        blocks.section("\n".join(_head(found))),
        *(_row(one, found, place) for place, one in enumerate(found.people)),
        *_beyond(found),
        *_named(found),
        blocks.divider(),
        _decision(found),
        *([] if found.may_change else [blocks.context("The account's team and managers can change this list.")]),
    ]
    return {**view, "blocks": message("", parts).blocks}


def person_line(one: ListedPerson, as_of: str, bold: str = "*") -> str:
    """ "*Ruth Okafor* · CFO · Decider" and, in a second line, the last contact and the address."""
    who = [f"{bold}{text.name(one.name)}{bold}", text.typed(one.title, TITLE_SHOWN), one.part or "part not known"]
    met = f"last contact {text.day(one.met_on, as_of)}" if one.met_on else "no contact known yet"
    since = f"since {text.day(one.since, as_of)}" if one.since else ""
    if one.left_on:
        met = f"left {text.day(one.left_on, as_of)}, {met}"
    more = [met[:1].upper() + met[1:], since, text.typed(one.email, 320) if one.email else ""]
    return f"{' · '.join(part for part in who if part)}\n{' · '.join(part for part in more if part)}"


def timeline_line(entry: Entry, as_of: str) -> str:
    """What happened to somebody of the list, or to how the customer decides."""
    by = text.who(entry.by) if entry.by else "An import"
    name = text.name(entry.details.get("name") or "Somebody")
    part = f" ({entry.details['part'].lower()})" if entry.details.get("part") else ""
    if entry.code == PersonTrace.ADDED:
        return f"{by} added {name}{part} to the people there."
    if entry.code == PersonTrace.LEFT:
        on = entry.details.get("left_on")
        return f"{name}{part} has left{f' on {text.day(on, as_of)}' if on else ''}, {by} says."
    if entry.code == PersonTrace.BACK:
        return f"{name}{part} is there again, {by} says."
    if entry.code == PersonTrace.REMOVED:
        return f"{by} removed somebody from the people there for good."
    return f"{by} wrote down how they decide."


def _head(found: PeopleList) -> list[str]:
    name = text.name(found.account)
    if not found.count:
        return [f"*{name}*: nobody is written down yet."]
    have = "has" if found.gone == 1 else "have"
    left = f", {found.gone:,} of them {have} left" if found.gone else ""
    if found.gone == found.count:
        left = f", and {'they have' if found.count == 1 else 'all of them have'} left"
    known = text.count(found.count, "person", "people")
    lines = [f"*{name}*: {known} known{left}."]
    return [*lines, *(f"• {text.typed(f'{one[:1].upper()}{one[1:]}', 400)}." for one in found.concerns)]


def _row(one: ListedPerson, found: PeopleList, place: int) -> KitBlock:
    choices = [("Edit…", ActionId.EDIT_PERSON, one.id)]
    if one.left_on is None:
        choices.append(("Has left…", ActionId.PERSON_LEFT, one.id))
    else:
        choices.append(("Is back", ActionId.PERSON_BACK, one.id))
    choices.append(("Remove for good…", ActionId.REMOVE_PERSON, one.id))
    menu = blocks.menu(*choices, place=place) if found.may_change else None
    return blocks.section(person_line(one, found.as_of), menu)


def _beyond(found: PeopleList) -> list[KitBlock]:
    more = found.count - len(found.people)
    add = blocks.button("Add somebody…", ActionId.ADD_PERSON, found.account_id)
    parts: list[KitBlock] = []
    if more > 0:
        parts.append(blocks.section(f"and {more:,} more. Find one by name:", _look_up(found)))
    if found.looked_up is not None:
        parts.append(_row(found.looked_up, found, len(found.people)))
    return [*parts, *([blocks.actions(add)] if found.may_change else [])]


def _look_up(found: PeopleList) -> Any:
    return form.search_element(numbered(ActionId.LOOK_UP_PERSON, found.account_id), "Type a name")


def _named(found: PeopleList) -> list[KitBlock]:
    """Who was named in what was logged and is not in the list: offered for adding, one press each."""
    if not found.named:
        return []
    names = text.listed(text.name(name) for name in found.named)
    parts: list[KitBlock] = [blocks.context(f"Named in what was written down, and not in this list: {names}.")]
    if found.may_change:
        buttons = (
            blocks.button(
                f"Add {text.plain(name, 40)}…",
                numbered(ActionId.ADD_PERSON, place),
                f"{found.account_id}:{name[:200]}",
            )
            for place, name in enumerate(found.named, 1)
        )
        parts.append(blocks.actions(*buttons))
    return parts


def _decision(found: PeopleList) -> KitBlock:
    lines = ["*How they decide*", *decision_lines(found.steps, found.last, found.as_of)]
    change = blocks.button("Change…", ActionId.EDIT_DECISION, found.account_id) if found.may_change else None
    return blocks.section("\n".join(lines), change)
