"""App Home: my desk. Buttons for what waits today, rows for what there is to keep an eye on.

Whether Slack draws a data table on Home is not certain, so that the rows say everything in lines; the one table that
stands below them, since a view takes only one, is there to sort and to page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import slackblocks as kit
from slackblocks.blocks import Block as KitBlock

from bot.handoffs.rules import label as direction_label
from bot.health.rules.score_words import TOO_LITTLE, signed
from bot.home.facts import AccountRow, HandoffToAccept, Home, PersonRow, PulseToAnswer, StepDue
from bot.pulses.messages.card import ACTIONS
from bot.pulses.rules import Colour, emoji, label
from bot.renewals.messages.desk import desk_lines
from bot.slack import blocks, text
from bot.slack.ids import ActionId, numbered

NOTHING = "Nothing waits for you today."
LISTED = 20
"""Accounts in words: what hurts most. The others are found by name, and in the table where it is drawn."""

NAME_LENGTH = 60
LINES_LENGTH = 2900
_ACCOUNT_HEAD = ("Account", "Health", "Trend", "Next deadline", "Last touch")
_PERSON_HEAD = (
    "Person",
    "Accounts",
    "Poor health",
    "Renewals",
    "Pulses",
    "Late follow-ups",
    "Next deadline",
)
_DIGESTS = {"off": "none", "daily": "each working morning", "weekly": "each Monday"}


def home_view(home: Home, plain: bool = False) -> dict[str, Any]:
    """The desk as the Home tab; `plain` leaves out the table, which says nothing that the lines do not."""
    parts: list[KitBlock | dict[str, Any]] = [
        blocks.header("My desk"),
        blocks.context(f"As of {text.day(home.as_of, home.as_of)}. {_summary(home)}"),
        *(_welcome() if home.is_first or not (home.accounts or home.people) else []),
        *_today(home),
        *_accounts(home),
        *_people(home),
        *([] if plain else _extra(home)),
        blocks.divider(),
        *_settings(home),
    ]
    return {"type": "home", "blocks": _built(parts)}


def closed_home() -> dict[str, Any]:
    """The Home tab of someone who is not of the team: it says nothing."""
    return {"type": "home", "blocks": blocks.built([blocks.section("This is for members of the team.")])}


def _summary(home: Home) -> str:
    if not home.waits:
        return NOTHING
    things = [
        text.count(len(home.handoffs), "handoff") if home.handoffs else "",
        text.count(home.desk.total, "renewal") if home.desk.total else "",
        text.count(home.pulse_count, "pulse") if home.pulse_count else "",
        text.count(home.step_count, "follow-up") if home.step_count else "",
    ]
    verb = "waits" if home.waits == 1 else "wait"
    return f"{text.listed(one for one in things if one)} {verb} for you."


def _welcome() -> list[KitBlock]:
    words = (
        "*Welcome.* I keep one card for each renewal in its account's channel until it is signed and paid. "
        "I ask all year how each account is doing, and I remember what anyone learns about it, "
        "so that `/account Acme` tells the whole story. "
        "An account comes up here when you own it or are on its team."
    )
    buttons = [
        blocks.button("Log a touch", numbered(ActionId.OPEN_TOUCH, 1), style="primary"),
        blocks.button("Update a renewal", numbered(ActionId.PICK_RENEWAL, 1)),
        blocks.button("My settings", numbered(ActionId.HOME_SETTINGS, 1)),
    ]
    return [blocks.section(words), blocks.actions(*buttons), blocks.divider()]


def _today(home: Home) -> list[KitBlock]:
    parts: list[KitBlock] = [blocks.header("Today")]
    if not home.waits:
        parts.append(blocks.section(f"{NOTHING} A renewal comes up here when it gets its first card."))
    for place, handoff in enumerate(home.handoffs):
        parts += _handoff(handoff, home.as_of, place)
    for place, pulse in enumerate(home.pulses):
        parts += _pulse(pulse, home.as_of, place)
    parts += _more(home.pulse_count - len(home.pulses), "more pulse")
    for place, step in enumerate(home.steps):
        parts += _step(step, home.as_of, place)
    parts += _more(home.step_count - len(home.steps), "more follow-up")
    if home.desk.lines:
        parts += desk_lines(home.desk)
    parts += _more(home.desk.total - len(home.desk.lines), "more renewal")
    return parts


def _more(number: int, noun: str) -> list[KitBlock]:
    return [blocks.context(f"and {text.count(number, noun)}")] if number > 0 else []


def _handoff(handoff: HandoffToAccept, as_of: str, place: int) -> list[KitBlock]:
    by = f", by {text.day(handoff.first_by, as_of)}" if handoff.first_by else ""
    words = (
        f"*Handoff, {text.name(handoff.account)}*: from {text.name(handoff.giver)}, "
        f"{direction_label(handoff.direction)}, since {text.day(handoff.since, as_of)}. "
        f"The whole package comes in your messages.\nFirst{by}: {text.typed(handoff.first, 200)}"
    )
    buttons = [
        blocks.button("Accept", numbered(ActionId.ACCEPT_HANDOFF, place), handoff.handoff_id),
        blocks.button("Return…", numbered(ActionId.RETURN_HANDOFF, place), handoff.handoff_id),
    ]
    return [blocks.section(words), blocks.actions(*buttons)]


def _pulse(pulse: PulseToAnswer, as_of: str, place: int) -> list[KitBlock]:
    closes = f"It closes {text.day(pulse.closes_on, as_of)}, {text.distance(pulse.closes_on, as_of)}."
    buttons = [
        blocks.button(f"{emoji(colour)} {label(colour)}", numbered(ACTIONS[colour], place), pulse.round_id)
        for colour in Colour
    ]
    return [blocks.section(f"*Pulse: how is {text.name(pulse.account)} going?*\n{closes}"), blocks.actions(*buttons)]


def _step(step: StepDue, as_of: str, place: int) -> list[KitBlock]:
    what = "Promise" if step.is_promise else "Follow-up"
    by = text.day(step.due_on, as_of)
    when = f"{text.overdue(step.due_on, as_of)} (by {by})" if step.due_on < as_of else f"By {by}, today"
    words = f"*{what}, {text.name(step.account)}*: {text.typed(step.words, 200)}\n{when}."
    pair = (
        (("Kept", ActionId.KEEP_PROMISE), ("Not kept", ActionId.BREAK_PROMISE))
        if step.is_promise
        else (("Done", ActionId.CLOSE_FOLLOW_UP), ("Drop it", ActionId.DROP_FOLLOW_UP))
    )
    buttons = [blocks.button(label, numbered(action, place), step.follow_up_id) for label, action in pair]
    return [blocks.section(words), blocks.actions(*buttons)]


def _accounts(home: Home) -> list[KitBlock | dict[str, Any]]:
    look = kit.ExternalSelectMenu(action_id=ActionId.FIND_STORY, placeholder="Look at an account…", min_query_length=0)
    find = blocks.actions(look, blocks.button("Log a touch", ActionId.OPEN_TOUCH))
    if not home.accounts:
        return [blocks.header("My accounts"), blocks.section("None yet."), find]
    listed = home.accounts[:LISTED]
    more = home.account_total > len(listed)
    nearest = f" Here are the {len(listed)} that hurt most; look for the others by name." if more else ""
    intro = f"{text.count(home.account_total, 'account')}, what hurts most first.{nearest}"
    lines = [f"• *{text.typed(one.name, NAME_LENGTH)}*: {_in_words(one, home.as_of)}" for one in listed]
    return [blocks.header("My accounts"), blocks.context(intro), *_paragraphs(lines), find]


def _in_words(one: AccountRow, as_of: str) -> str:
    health, trend, deadline, touched = _cells(one, as_of)
    moved = "" if one.change is None else f" ({trend})"
    return f"health {health}{moved}, deadline {deadline}, last touch {touched}"


def _paragraphs(lines: Sequence[str]) -> list[KitBlock]:
    """The lines in as few sections as hold them whole."""
    parts: list[list[str]] = [[]]
    for line in lines:
        if parts[-1] and sum(map(len, parts[-1])) + len(parts[-1]) + len(line) > LINES_LENGTH:
            parts.append([])
        parts[-1].append(line)
    return [blocks.section("\n".join(part)) for part in parts if part]


def _cells(one: AccountRow, as_of: str) -> list[str]:
    trend = "not known" if one.change is None else signed(one.change)
    deadline = text.due(one.deadline, one.renewal_date, one.auto_renew, as_of) if one.deadline else "none"
    touched = text.distance(one.touched_on, as_of) if one.touched_on else "never"
    unknown = TOO_LITTLE if one.is_known else "not known"
    return [unknown if one.score is None else f"{one.score} of 100", trend, deadline, touched]


def _people(home: Home) -> list[KitBlock | dict[str, Any]]:
    if not home.people:
        return []
    is_cut = home.people_total > len(home.people)
    beyond = f" Shown are the first {len(home.people)} of {home.people_total:,}, by name." if is_cut else ""
    by_need = sorted(home.people, key=lambda one: (not one.renewals, one.nearest or "9", one.name))
    return [
        blocks.header("My people"),
        *_paragraphs(
            [
                f"What waits on them, by the nearest deadline.{beyond}",
                *(_waiting_on(one, home.as_of) for one in by_need),
            ]
        ),
    ]


def _extra(home: Home) -> list[dict[str, Any]]:
    """The table of the accounts; of the people, where there are no accounts."""
    if home.accounts:
        rows = [[text.plain(one.name, NAME_LENGTH), *_cells(one, home.as_of)] for one in home.accounts]
        return [_table("My accounts, what hurts most first", _ACCOUNT_HEAD, rows)]
    rows = [_person(one, home.as_of) for one in home.people]
    return [_table("My people and what waits for them", _PERSON_HEAD, rows)] if rows else []


def _person(one: PersonRow, as_of: str) -> list[str]:
    away = f" (away until {text.day(one.away_until, as_of)})" if one.away_until else ""
    return [
        f"{text.plain(one.name, NAME_LENGTH)}{away}",
        *(str(count) for count in (one.accounts, one.poor, one.renewals, one.pulses, one.late_steps)),
        _nearest(one, as_of),
    ]


def _waiting_on(one: PersonRow, as_of: str) -> str:
    """What waits on one person, with what it is worth; said in words too, since Slack may not draw the table."""
    away = f", away to {text.day(one.away_until, as_of)}" if one.away_until else ""
    parts = []
    if one.renewals:
        next_on = f", next: {_nearest(one, as_of)}" if one.nearest else ""
        parts.append(f"{text.count(one.renewals, 'renewal')}, {_stake(one)}{next_on}")
    if one.pulses:
        parts.append(f"{text.count(one.pulses, 'pulse')} to answer")
    if one.late_steps:
        parts.append(text.count(one.late_steps, "late follow-up"))
    if not parts:
        parts.append("nothing waits")
    poor = f", poor health {one.poor}" if one.poor else ""
    parts.append(f"accounts {one.accounts}{poor}")
    return f"• *{text.typed(one.name, NAME_LENGTH)}*{away}: {'; '.join(parts)}"


def _stake(one: PersonRow) -> str:
    """What their waiting renewals are worth, each currency by itself."""
    if not one.values:
        return text.moneys({}, one.unknown_values)
    more = f" + {text.moneys({}, one.unknown_values)}" if one.unknown_values else ""
    return f"{text.moneys(one.values)} a year{more}"


def _nearest(one: PersonRow, as_of: str) -> str:
    if not one.nearest:
        return "none"
    if one.nearest_signed:
        return "signed, not paid yet"
    if one.nearest >= as_of:
        return text.day(one.nearest, as_of)
    return text.due(one.nearest, one.nearest_ends, one.nearest_auto_renew, as_of)


def _settings(home: Home) -> list[KitBlock]:
    wishes = home.wishes
    hours = f"{wishes.start} to {wishes.end}" if wishes.start else "the usual ones"
    lines = [
        f"Working hours: {hours} ({text.typed(home.zone, 60)})",
        f"Reminders of my renewals: {'by direct message' if wishes.by_dm else 'in the account’s channel, by name'}",
        f"Away: {f'until {text.day(wishes.away_until, home.as_of)}' if wishes.away_until else 'no'}",
        f"Stands in for me: {f'{text.mention(wishes.stand_in)}' if wishes.stand_in else 'nobody'}",
        f"My country: {text.typed(wishes.country, 8) if wishes.country else 'that of my time zone'}",
        f"Digest: {_DIGESTS.get(wishes.digest, 'none')}",
    ]
    return [
        blocks.header("My settings"),
        blocks.section("\n".join(lines), accessory=blocks.button("Change", ActionId.HOME_SETTINGS)),
        blocks.context("Everything else the bot can do: send `/retention`."),
    ]


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    lines = [head, *rows]
    return {
        "type": "data_table",
        "caption": caption,
        "rows": [[{"type": "raw_text", "text": cell or "–"} for cell in line] for line in lines],
        "page_size": 10,
        "row_header_column_index": 0,
    }


def _built(parts: Sequence[KitBlock | dict[str, Any]]) -> blocks.Blocks:
    drawn = [part for part in parts if not isinstance(part, dict)]
    # A view has room for 100 blocks, of which a message takes 50.
    made = iter([one for at in range(0, len(drawn), 50) for one in blocks.built(drawn[at : at + 50])])
    whole = [part if isinstance(part, dict) else next(made) for part in parts]
    return [{**block, "block_id": f"h{place}"} for place, block in enumerate(whole)]
