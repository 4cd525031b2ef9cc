"""A person's renewals that need a step, as an answer; App Home shows the same lines."""

from __future__ import annotations

from datetime import date

from slackblocks.blocks import Block as KitBlock

from bot.accounts.digest_parts import DigestItem
from bot.renewals.messages.status import date_words, headed, value_words
from bot.renewals.rules.desk import Desk, DeskLine, status_on, step_for
from bot.renewals.rules.stages import Forecast, Stage, is_unsigned, label
from bot.renewals.rules.status import sign, word
from bot.slack import blocks, text
from bot.slack.ids import ActionId, numbered
from bot.slack.message import Message, message

NOTHING = "Nothing waits for you. A renewal comes up here when it gets its first card."


def my_renewals(desk: Desk) -> Message:
    """The desk as an answer."""
    if not desk.lines:
        return message(NOTHING, [blocks.section(NOTHING)])
    intro = _intro(desk)
    spoken = " ".join(_in_words(line, desk.as_of) for line in desk.lines)
    return message(text.bounded(f"{intro} {spoken}", 3000), [blocks.section(f"*{intro}*"), *desk_lines(desk)])


def _intro(desk: Desk) -> str:
    renewals = text.count(desk.total, "renewal")
    verb = "needs" if desk.total == 1 else "need"
    nearest = f" The nearest {len(desk.lines)}:" if desk.total > len(desk.lines) else ""
    return f"{renewals} {verb} a step from you or your team.{nearest}"


def desk_lines(desk: Desk) -> list[KitBlock]:
    """One renewal each, with its button."""
    return [renewal_row(line, desk.as_of, place) for place, line in enumerate(desk.lines)]


def renewal_row(line: DeskLine, as_of: str, place: int) -> KitBlock:
    """A renewal on a row: how it stands, the step it needs, and the button that takes it; nobody's can be taken."""
    if _is_free(line):
        take = blocks.button("I'm on it", numbered(ActionId.CLAIM_RENEWAL, place), line.renewal_id)
        return blocks.section(line_words(line, as_of), accessory=take)
    update = blocks.button("Update…", numbered(ActionId.UPDATE_RENEWAL, place), line.renewal_id)
    return blocks.section(f"{line_words(line, as_of)}\n{_next_step(line)}", accessory=update)


def line_words(line: DeskLine, as_of: str, bold: str = "*") -> str:
    """ "🔴 *Cedar Health*: at risk · *$240,000* a year · renews *Sat 12 Dec*, 12 days left"."""
    if is_unsigned(Stage(line.stage)):
        when = date_words(line.deadline, line.renewal_date or line.deadline, line.auto_renew, as_of, bold)
    else:
        starts = line.renewal_date or line.deadline
        when = f"new term {'begins' if starts > as_of else 'began'} {bold}{text.day(starts, as_of)}{bold}"
    value = value_words(line.values, line.unknown_values, bold)
    return " · ".join([headed(status_on(line, as_of), line.account, bold), value, when])


def _is_free(line: DeskLine) -> bool:
    return is_unsigned(Stage(line.stage)) and not line.is_claimed


def _in_words(line: DeskLine, as_of: str) -> str:
    stands = f"{line_words(line, as_of, bold='')}."
    return stands if _is_free(line) else f"{stands} {_next_step(line)}"


def _next_step(line: DeskLine) -> str:
    stage = Stage(line.stage)
    return f"{label(stage)}: {step_for(stage)}"


def digest_item(line: DeskLine, today: date) -> DigestItem:
    """A renewal in a digest: what it is worth, the step it needs, and the day that asks for it."""
    as_of, stage = str(today), Stage(line.stage)
    is_open = is_unsigned(stage)
    # Where only the notice window has closed, the renewal date is what is left to be late for.
    nearest = line.deadline if line.deadline >= as_of else line.renewal_date
    due_on = nearest if is_open and nearest and not (line.auto_renew and nearest < as_of) else None
    status = status_on(line, as_of)
    is_at_risk = is_open and line.forecast == Forecast.AT_RISK
    parts = [f"{sign(status)} {word(status)}", text.moneys(line.values, line.unknown_values)]
    if not _is_free(line):
        step = step_for(stage).rstrip(".")
        parts.append(f"{step[0].lower()}{step[1:]}")
    return DigestItem(
        key=f"renewal:{line.renewal_id}",
        account=line.account,
        words=" · ".join(parts),
        due_on=due_on,
        when=text.due(line.deadline, line.renewal_date, line.auto_renew, as_of) if is_open else "",
        action=ActionId.UPDATE_RENEWAL,
        button="Update…",
        value=line.renewal_id,
        severity=int(is_at_risk),
    )
