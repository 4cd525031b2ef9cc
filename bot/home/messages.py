"""App Home: my desk. What asks something of today with its buttons, then what there is to keep an eye on.

Whether Slack draws a data table on Home is not certain, so that the rows say everything in lines; the one table that
stands below them, since a view takes only one, is there to sort and to page.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import slackblocks as kit
from slackblocks.blocks import Block as KitBlock

from bot.handoffs.rules import label as direction_label
from bot.health.rules.score_words import TOO_LITTLE, short_words
from bot.home.facts import (
    AccountRow,
    HandoffToAccept,
    Home,
    PersonRow,
    PulseToAnswer,
    RenewalTotal,
    StepDue,
    TeamDesk,
    TeamRow,
    Tour,
)
from bot.pulses.messages.card import ACTIONS
from bot.pulses.rules import Colour, emoji
from bot.pulses.rules import label as colour_label
from bot.renewals.messages.desk import line_words, renewal_row
from bot.renewals.rules.desk import DeskLine, Urgency, status_on, urgency
from bot.renewals.rules.stages import Stage, is_unsigned, label
from bot.renewals.rules.status import sign, word
from bot.slack import blocks, text
from bot.slack.ids import ActionId, numbered

NOTHING = "nothing for today"
SHOWN = 6
"""Renewals for today that are drawn with their button; the others are counted."""

COMING = 4
LISTED = 10
"""Accounts in words: what hurts most. The others are found by name, and in the table where it is drawn."""

NAME_LENGTH = 60
LINES_LENGTH = 2900
_ACCOUNT_HEAD = ("Account", "Renewal", "Value a year", "Due", "Health", "Last touch")
_TEAM_HEAD = ("Account", "Value a year", "Due", "Stage", "Owner", "Health")
_NOON, _EVENING = 12, 18


def home_view(home: Home, plain: bool = False) -> dict[str, Any]:
    """The desk as the Home tab; `plain` leaves out the table, which says nothing that the lines do not."""
    parts: list[KitBlock | dict[str, Any]] = [
        blocks.header(_greeting(home)),
        blocks.context(f"As of {text.day(home.as_of, home.as_of)}. {_summary(home)}"),
        *(_tour(home.tour) if home.tour else []),
        *_today(home),
        *_coming(home),
        *(_team(home.team, home.as_of) if home.team else []),
        *_people(home),
        *_accounts(home),
        *([] if plain else _extra(home)),
        blocks.divider(),
        *_settings(home),
    ]
    return {"type": "home", "blocks": _built(parts)}


def closed_home() -> dict[str, Any]:
    """The Home tab of someone who is not of the team: it says nothing."""
    return {"type": "home", "blocks": blocks.built([blocks.section("This is for members of the team.")])}


def _greeting(home: Home) -> str:
    """ "Good morning, Dana: 3 for today"."""
    part = "morning" if home.hour < _NOON else "afternoon" if home.hour < _EVENING else "evening"
    # The first name before it is made safe: a cut through what is isolated would turn the rest of the line.
    named = text.plain(next(iter(home.name.split()), ""))
    to = f", {named}" if named else ""
    nothing = "nothing of your own for today" if home.team else NOTHING
    return f"Good {part}{to}: {f'{home.waits} for today' if home.waits else nothing}"


def _summary(home: Home) -> str:
    if not home.waits and home.team:
        return "What your team has stands below."
    if not home.waits:
        return "A renewal comes up here when it is due, at risk, or has nobody on it."
    things = [
        text.count(len(home.handoffs), "handoff") if home.handoffs else "",
        text.count(len(home.due_renewals), "renewal") if home.due_renewals else "",
        text.count(home.pulse_count, "pulse") if home.pulse_count else "",
        text.count(home.step_count, "follow-up") if home.step_count else "",
    ]
    verb = "waits" if home.waits == 1 else "wait"
    return f"{text.listed(one for one in things if one)} {verb} for you."


def _tour(tour: Tour) -> list[KitBlock]:
    """The first steps of someone new. Each is ticked off by doing it, anywhere; all done, they go away."""
    words = (
        "*Welcome.* I keep one card for each renewal in its account's channel until it is signed and paid, "
        "ask all year how each account is doing, and remember what anyone learns about it. Three steps to begin:"
    )
    steps = (
        (tour.has_settings, "Say when you work, and who stands in for you", "My settings", ActionId.HOME_SETTINGS),
        (tour.has_touch, "Log one talk with a customer: a line is enough", "Log a touch", ActionId.OPEN_TOUCH),
        (tour.has_answer, "Take a renewal, or answer a pulse", "Update a renewal", ActionId.PICK_RENEWAL),
    )
    rows = [
        blocks.section(f"✅ Done: {what}")
        if is_done
        else blocks.section(f"{place}. {what}", accessory=blocks.button(label, numbered(action, place)))
        for place, (is_done, what, label, action) in enumerate(steps, 1)
    ]
    return [blocks.section(words), *rows, blocks.actions(blocks.button("Hide these steps", ActionId.HIDE_TOUR))]


def _today(home: Home) -> list[KitBlock]:
    """What asks something of today, overdue before due before red."""
    late = [one for one in home.steps if one.due_on < home.as_of]
    due = [one for one in home.steps if one.due_on >= home.as_of]
    asking = home.due_renewals[:SHOWN]
    overdue = [one for one in asking if urgency(one, home.as_of) is Urgency.OVERDUE]
    renewals = [renewal_row(one, home.as_of, place) for place, one in enumerate(asking)]
    steps = [_step(one, home.as_of, place) for place, one in enumerate([*late, *due])]
    parts = [
        *renewals[: len(overdue)],
        *chain.from_iterable(steps[: len(late)]),
        *chain.from_iterable(_handoff(one, home.as_of, place) for place, one in enumerate(home.handoffs)),
        *chain.from_iterable(_pulse(one, home.as_of, place) for place, one in enumerate(home.pulses)),
        *chain.from_iterable(steps[len(late) :]),
        *renewals[len(overdue) :],
        *_more(home.pulse_count - len(home.pulses), "more pulse"),
        *_more(home.step_count - len(home.steps), "more follow-up"),
        *_more(len(home.due_renewals) - len(asking), "more renewal"),
    ]
    return [blocks.header("Today"), *parts] if parts else []


def _coming(home: Home) -> list[KitBlock]:
    """The renewals that somebody is on, with time enough, in one line."""
    coming = home.coming_renewals
    if not coming:
        return []
    named = [f"{text.name(one.account)}, {text.day(one.deadline, home.as_of)}" for one in coming[:COMING]]
    beyond = max(0, home.desk.total - len(home.desk.lines)) + len(coming) - len(named)
    more = f" · and {beyond} more" if beyond else ""
    return [blocks.context(f"*Coming up:* {' · '.join(named)}{more}")]


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
        blocks.button(f"{emoji(colour)} {colour_label(colour)}", numbered(ACTIONS[colour], place), pulse.round_id)
        for colour in Colour
    ]
    return [blocks.section(f"*How is {text.name(pulse.account)} doing?*\n{closes}"), blocks.actions(*buttons)]


def _step(step: StepDue, as_of: str, place: int) -> list[KitBlock]:
    what = "Promise" if step.is_promise else "Follow-up"
    by = text.day(step.due_on, as_of)
    when = f"{text.overdue(step.due_on, as_of)} (by {by})" if step.due_on < as_of else f"By {by}, today"
    words = f"*{what}, {text.name(step.account)}*: {text.typed(step.words, 200)}\n{when}."
    pair = (
        (("Kept", ActionId.KEEP_PROMISE), ("Not kept", ActionId.BREAK_PROMISE))
        if step.is_promise
        else (("Done", ActionId.CLOSE_FOLLOW_UP), ("Not needed", ActionId.DROP_FOLLOW_UP))
    )
    buttons = [blocks.button(does, numbered(action, place), step.follow_up_id) for does, action in pair]
    return [blocks.section(words), blocks.actions(*buttons)]


def _accounts(home: Home) -> list[KitBlock | dict[str, Any]]:
    look = kit.ExternalSelectMenu(action_id=ActionId.FIND_STORY, placeholder="Look at an account…", min_query_length=0)
    find = blocks.actions(look, blocks.button("Log a touch", ActionId.OPEN_TOUCH))
    if not home.accounts and home.team:
        return [find]
    if not home.accounts:
        none = "None yet. An account comes up here when you own it or are on its team."
        return [blocks.header("My accounts"), blocks.section(none), find]
    listed = home.accounts[:LISTED]
    more = home.account_total > len(listed)
    nearest = f" Here are the {len(listed)} that hurt most; look for the others by name." if more else ""
    intro = f"{text.count(home.account_total, 'account')}, what hurts most first.{nearest}"
    lines = [f"• {_in_words(one, home.as_of)}" for one in listed]
    return [blocks.header("My accounts"), blocks.context(intro), *_paragraphs(lines), find]


def _in_words(one: AccountRow, as_of: str) -> str:
    stands = (
        line_words(one.renewal, as_of) if one.renewal else f"*{text.typed(one.name, NAME_LENGTH)}*: no open renewal"
    )
    touched = f"last touch {text.distance(one.touched_on, as_of)}" if one.touched_on else "no touch yet"
    return f"{stands} · {_health(one)} · {touched}"


def _health(one: AccountRow) -> str:
    if one.score is None and one.is_known:
        return f"Health: {TOO_LITTLE}"
    before = one.score - one.change if one.score is not None and one.change else None
    return short_words(one.score, before, one.band)


def _paragraphs(lines: Sequence[str]) -> list[KitBlock]:
    """The lines in as few sections as hold them whole."""
    parts: list[list[str]] = [[]]
    for line in lines:
        if parts[-1] and sum(map(len, parts[-1])) + len(parts[-1]) + len(line) > LINES_LENGTH:
            parts.append([])
        parts[-1].append(line)
    return [blocks.section("\n".join(part)) for part in parts if part]


def _cells(one: AccountRow, as_of: str) -> list[str]:
    touched = text.distance(one.touched_on, as_of) if one.touched_on else "never"
    health = _health(one).removeprefix("Health").removeprefix(":").strip()
    if one.renewal is None:
        return ["none open", "", "", health, touched]
    return [_stands(one.renewal, as_of), _worth(one.renewal), _due(one.renewal, as_of), health, touched]


def _stands(line: DeskLine, as_of: str) -> str:
    status = status_on(line, as_of)
    return f"{sign(status)} {word(status)}".strip()


def _worth(line: DeskLine) -> str:
    return text.moneys(line.values, line.unknown_values)


def _due(line: DeskLine, as_of: str) -> str:
    if not is_unsigned(Stage(line.stage)):
        return "signed"
    return text.due(line.deadline, line.renewal_date, line.auto_renew, as_of)


def _team(team: TeamDesk, as_of: str) -> list[KitBlock]:
    """What a manager's people have, in one line of figures and the worst of it in rows."""
    figures = [
        _figure("Overdue", team.overdue),
        _figure("At risk", team.at_risk),
        f"*Nobody on it* {team.unclaimed}",
        f"*Red pulses* {team.red_pulses}",
    ]
    listed = team.rows[:LISTED]
    lines = [f"• {_team_row(one, as_of)}" for one in listed]
    more = team.total - len(listed)
    parts: list[KitBlock] = [blocks.header("My team's renewals"), blocks.section(" | ".join(figures))]
    if lines:
        parts += _paragraphs(lines)
    return [*parts, *_more(more, "more open renewal")]


def _figure(what: str, of: RenewalTotal) -> str:
    worth = f" · {text.moneys(of.values, of.unknown_values)}" if of.values or of.unknown_values else ""
    return f"*{what}* {of.count}{worth}"


def _team_row(one: TeamRow, as_of: str) -> str:
    owner = text.name(one.owner) if one.owner else "no owner"
    health = short_words(one.score, None, one.band)
    return f"{line_words(one.line, as_of)} · {label(Stage(one.line.stage))} · {owner} · {health}"


def _people(home: Home) -> list[KitBlock]:
    """The people with something late, nearest first; of the others how many there are."""
    if not home.people:
        return []
    late = [one for one in home.people if one.is_late]
    others = home.people_total - len(late)
    by_need = sorted(late, key=lambda one: (not one.renewals, one.nearest or "9", one.name))
    lines = [_waiting_on(one, home.as_of) for one in by_need]
    rest = f"{text.count(others, 'other person' if lines else 'person', 'other people' if lines else 'people')}"
    calm = [blocks.context(f"{rest}: nothing late.")] if others > 0 else []
    return [blocks.header("My people with something late"), *_paragraphs(lines), *calm]


def _extra(home: Home) -> list[dict[str, Any]]:
    """The one table that a view takes: a manager's renewals, else one's own accounts."""
    if home.team and home.team.rows:
        found = [
            [
                f"{sign(status_on(one.line, home.as_of))} {text.plain(one.line.account, NAME_LENGTH)}".strip(),
                _worth(one.line),
                _due(one.line, home.as_of),
                f"{label(Stage(one.line.stage))}, {word(status_on(one.line, home.as_of))}",
                text.plain(one.owner, NAME_LENGTH),
                "" if one.score is None else str(one.score),
            ]
            for one in home.team.rows
        ]
        return [_table("My team's renewals, worst first", _TEAM_HEAD, found)]
    rows = [[text.plain(one.name, NAME_LENGTH), *_cells(one, home.as_of)] for one in home.accounts]
    return [_table("My accounts, what hurts most first", _ACCOUNT_HEAD, rows)] if rows else []


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
    ]
    return [
        blocks.header("My settings"),
        blocks.section("\n".join(lines), accessory=blocks.button("Change", ActionId.HOME_SETTINGS)),
        blocks.section(
            "What is new and what needs you, in one message when you want it: `/digest`.",
            accessory=blocks.button("My digests", ActionId.SHOW_DIGESTS),
        ),
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
    made = iter(blocks.built([part for part in parts if not isinstance(part, dict)], blocks.VIEW_BLOCKS))
    whole = [part if isinstance(part, dict) else next(made) for part in parts]
    return [{**block, "block_id": f"h{place}"} for place, block in enumerate(whole)]
