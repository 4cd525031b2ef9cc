"""Escalations as one message: a row for each renewal that needs its reader, the worst first; and a question asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from slackblocks.blocks import Block as KitBlock
from slackblocks.elements import Element

from bot.core.person import Person
from bot.core.policy import Policy
from bot.posts.notices import Notice
from bot.renewals.alerts import RENEWAL
from bot.renewals.facts import EscalationList, EscalationRow, RenewalQuestion
from bot.renewals.line_codes import Line, NoticeCode
from bot.renewals.messages.status import headed
from bot.renewals.rules.stages import Forecast, Stage, label
from bot.renewals.rules.status import RenewalStatus
from bot.slack import blocks, text
from bot.slack.ids import ActionId, numbered
from bot.slack.message import Message, message
from bot.workspace.alerts import AlertRule, dismiss_option

SHOWN = 10
"""Renewals with a row of their own; the others that the message knows are named below them."""

LETTERS, NAMED = 5000, 1500
"""Characters of all rows together, and of the names below them: Slack takes some 10,000 in the blocks of a message."""


def render_escalations(facts: Mapping[str, Any]) -> Message:
    """The morning message of a person or of a channel."""
    told = EscalationList.from_facts(facts)
    head = f"{_need(told)} · {text.moneys(told.values, told.unknown_values)}"
    fits = _fitting([row_words(row, told.as_of) for row in told.rows[:SHOWN]])
    shown, rest = told.rows[:fits], told.rows[fits:]
    spoken = [head]
    parts: list[KitBlock] = [blocks.section(head)]
    for place, row in enumerate(shown):
        words = row_words(row, told.as_of)
        spoken.append(words)
        if row.settled:
            parts.append(blocks.section(words))
            continue
        parts += [blocks.section(words), blocks.actions(*_buttons(row, told.reader, place))]
    if rest:
        more = f"{told.count - fits} more{_names(rest, told.count - fits)}. Open Home to see all of them."
        spoken.append(more)
        parts.append(blocks.context(more))
    return message("\n".join(spoken).replace("*", "").replace("~", ""), parts)


def render_question(facts: Mapping[str, Any]) -> Message:
    """A manager's question to who answers for a renewal, with what it is about and the step that answers it."""
    asked = RenewalQuestion.from_facts(facts)
    row = asked.row
    words = f"{text.mention(asked.asked_by.slack_id)} asks what is next with this renewal.\n{_status(row, asked.as_of)}"
    spoken = f"{text.name(asked.asked_by.name)} asks what is next with this renewal. {_status(row, asked.as_of)}"
    story = blocks.button("Account story", ActionId.ACCOUNT_STORY, row.account_id)
    update = blocks.button("Update…", ActionId.UPDATE_RENEWAL, row.renewal_id, "primary")
    return message(spoken.replace("*", ""), [blocks.section(words), blocks.actions(update, story)])


def render_alone(notice: Notice) -> Message:
    """One reason in a message of its own, as versions before wrote it: such a post may still wait, or stand."""
    details = notice.details
    row = EscalationRow(
        notice.renewal_id or 0,
        notice.account_id or 0,
        notice.account,
        details["stage"],
        details["deadline"],
        details["renewal_date"],
        codes=(notice.code,),
        details=details,
        owner=Person("", details["owner"]) if details.get("owner") else None,
        claimed_by=Person("", details["claimed_by"]) if details.get("claimed_by") else None,
    )
    words = f"*{text.name(row.account)}* · {_when(row, details['as_of'])}\n{_why_and_who(row, details['as_of'])}"
    update = blocks.button("Update…", ActionId.UPDATE_RENEWAL, row.renewal_id)
    return message(words.replace("*", ""), [blocks.section(words), blocks.actions(update)])


def escalated_rule(codes: Sequence[str], policy: Policy) -> AlertRule:
    """Why a renewal stands in somebody's morning message, and the numbers that it goes by."""
    known = [NoticeCode(code) for code in codes]
    reasons = " ".join(_WHY[code](policy) for code in known)
    numbers = dict.fromkeys(name for code in known for name in _NUMBERS.get(code, ()))
    return AlertRule(f"{reasons} It comes once a morning, with all that needs you.".strip(), tuple(numbers))


def _need(told: EscalationList) -> str:
    is_person = told.reader.startswith(("U", "W"))
    count = told.count
    need = "needs" if count == 1 else "need"
    return f"*{text.count(count, 'renewal')} {need} {'you' if is_person else 'someone'}*"


def row_words(row: EscalationRow, as_of: str) -> str:
    """What its row says: how it stands, why it is told, and who is on it; once somebody acted, what they did."""
    if row.settled:
        return f"~*{text.name(row.account)}* · {_worth(row)}~ {_settled(row)}"
    return f"{_status(row, as_of)}\n{_why_and_who(row, as_of)}"


def _why_and_who(row: EscalationRow, as_of: str) -> str:
    whys = [_REASONS[NoticeCode(code)](row, as_of) for code in row.codes]
    parts = [*dict.fromkeys(why for why in whys if why), *_who(row, as_of), *_instead(row.details, as_of)]
    if row.asked_by:
        parts.append(f"💬 {text.name(row.asked_by)} asked {text.name(row.asked_whom)}")
    words = " · ".join(parts)
    return f"{words[0].upper()}{words[1:]}"


def _status(row: EscalationRow, as_of: str) -> str:
    return f"{headed(_stands(row), row.account)} · {_worth(row)} · {_when(row, as_of)}"


def _stands(row: EscalationRow) -> RenewalStatus:
    """Its one sign; what stands in this message needs somebody, whoever is on it."""
    if row.is_overdue:
        return RenewalStatus.OVERDUE
    settled = {Stage.SIGNED: RenewalStatus.SIGNED, Stage.INVOICED: RenewalStatus.INVOICED}
    unsettled = RenewalStatus.AT_RISK if row.is_at_risk else RenewalStatus.NEEDS_SOMEONE
    return settled.get(Stage(row.stage), unsettled)


def _worth(row: EscalationRow) -> str:
    return text.moneys(row.values, row.unknown_values)


def _when(row: EscalationRow, as_of: str) -> str:
    if Stage(row.stage) in (Stage.SIGNED, Stage.INVOICED):
        verb = "begins" if row.renewal_date > as_of else "began"
        return f"new term {verb} {text.day(row.renewal_date, as_of)}"
    words = text.due(row.deadline, row.renewal_date, row.auto_renew, as_of)
    # One sign a line.
    return words.removeprefix("⛔ ")


def _who(row: EscalationRow, as_of: str) -> list[str]:
    if row.claimed_by is not None:
        return [f"{text.name(row.claimed_by.name)} is on it"]
    if row.owner is None:
        return ["it has no owner"]
    if row.owner_away:
        return [text.away(row.owner.name, row.owner_away, as_of).rstrip(".")]
    return [f"owner {text.name(row.owner.name)}"]


def _instead(details: Mapping[str, str], as_of: str) -> list[str]:
    if details.get("instead_of") and details.get("away_until"):
        return [text.away(details["instead_of"], details["away_until"], as_of).rstrip(".")]
    missing = _MISSING.get(details.get("missing", ""))
    return [missing] if missing else []


def _unclaimed(row: EscalationRow, as_of: str) -> str:
    return "nobody is on it"


def _stuck(row: EscalationRow, as_of: str) -> str:
    return f"still {label(Stage(row.stage))}, since {text.day(row.details['stage_since'], as_of)}"


def _overdue(row: EscalationRow, as_of: str) -> str:
    return f"nothing is signed, and it is still {label(Stage(row.stage))}"


def _unpaid(row: EscalationRow, as_of: str) -> str:
    return f"{label(Stage(row.stage)).lower()}, and not paid"


def _at_risk(row: EscalationRow, as_of: str) -> str:
    set_by = text.name(row.details.get("set_by") or "somebody")
    because = f": “{text.typed(row.details['reason'], 200)}”" if row.details.get("reason") else ""
    return f"{set_by} set it to at risk{because}"


def _quiet(row: EscalationRow, as_of: str) -> str:
    touched = row.details.get("touched_on")
    return f"no update since {text.day(touched, as_of)}" if touched else "no update yet"


def _forecast(row: EscalationRow, as_of: str) -> str:
    details = row.details
    by = f"{text.name(details['called_by'])} calls it" if details.get("called_by") else "it is called"
    if not (details.get("forecast") and details.get("computed")):
        return "its forecast is in doubt"
    call, computed = (label(Forecast(details[name])).lower() for name in ("forecast", "computed"))
    parts = [f"{by} *{call}*, the figures say *{computed}*: {text.ours(details.get('because', ''))}"]
    parts += [text.ours(details[name]) for name in ("older", "unproven") if details.get(name)]
    return " · ".join(parts)


def _settled(row: EscalationRow) -> str:
    by = text.name(row.settled_by)
    return _SETTLED.get(Line(row.settled), "✅ {by} updated it").format(by=by)


def _fitting(rows: Sequence[str]) -> int:
    """How many of these rows one message takes; the first always."""
    reached = accumulate(len(words) for words in rows)
    return max(1, sum(length <= LETTERS for length in reached)) if rows else 0


def _names(rest: Sequence[EscalationRow], count: int) -> str:
    """The names of those without a row, as many as fit; the others of all `count` are counted."""
    names = [text.name(row.account) for row in rest]
    named = [name for name, length in zip(names, accumulate(len(n) + 2 for n in names), strict=True) if length <= NAMED]
    unnamed = count - len(named)
    if not named:
        return ""
    return ": " + ", ".join(named) + (f" and {unnamed} others" if unnamed else "")


def _buttons(row: EscalationRow, reader: str, place: int) -> list[Element]:
    step = step_of(row, reader)
    pressed = [blocks.button(step[0], numbered(step[1], place), step[2])] if step else []
    return [*_call_steps(row, place), *pressed, blocks.menu(*choices_of(row), place=place)]


def _call_steps(row: EscalationRow, place: int) -> list[Element]:
    """Where a forecast is in doubt: to change it, or to say why it stays."""
    if NoticeCode.FORECAST not in row.codes:
        return []
    return [
        blocks.button("Update…", numbered(ActionId.UPDATE_RENEWAL, place), row.renewal_id),
        blocks.button("Keep the call…", numbered(ActionId.KEEP_CALL, place), row.renewal_id),
    ]


def step_of(row: EscalationRow, reader: str) -> tuple[str, ActionId, int] | None:
    """The one step that its reader can take, as a button: (words, action, value)."""
    whom = row.claimed_by or row.owner
    if whom is not None and whom.slack_id == reader:
        is_there_already = NoticeCode.FORECAST in row.codes
        return None if is_there_already else ("Update…", ActionId.UPDATE_RENEWAL, row.renewal_id)
    if row.asked_by:
        return None
    is_there = row.claimed_by is not None or not row.owner_away
    if whom is not None and is_there:
        return f"Ask {text.plain(whom.name, 40)}", ActionId.ASK_RENEWAL, row.renewal_id
    return "Assign…", ActionId.OPEN_HANDOFF, row.account_id


def choices_of(row: EscalationRow) -> list[tuple[str, str, str | int]]:
    """What its ⋯ offers: (words, action, value) each."""
    may_claim = row.claimed_by is None and Stage(row.stage) not in (Stage.SIGNED, Stage.INVOICED)
    return [
        ("Account story", ActionId.ACCOUNT_STORY, row.account_id),
        *([("I'm on it", ActionId.CLAIM_RENEWAL, row.renewal_id)] if may_claim else []),
        *([] if NoticeCode.FORECAST in row.codes else [("Update…", ActionId.UPDATE_RENEWAL, row.renewal_id)]),
        dismiss_option(RENEWAL, row.renewal_id, row.account_id),
        ("Why am I seeing this?", ActionId.WHY_ESCALATED, f"{row.renewal_id}:{'+'.join(row.codes)}"),
    ]


_MISSING = {
    "owner": "the account has no owner here",
    "manager": "its owner has no manager here",
    "leadership": "no leadership channel is set",
}
_REASONS: Mapping[NoticeCode, Callable[[EscalationRow, str], str]] = {
    NoticeCode.UNCLAIMED: _unclaimed,
    NoticeCode.STUCK: _stuck,
    NoticeCode.OVERDUE: _overdue,
    NoticeCode.UNPAID: _unpaid,
    NoticeCode.AT_RISK: _at_risk,
    NoticeCode.QUIET: _quiet,
    NoticeCode.FORECAST: _forecast,
}
_SETTLED = {
    Line.CLAIMED: "✅ {by} is on it",
    Line.TOOK_OVER: "✅ {by} is on it",
    Line.SNOOZED: "💤 {by} snoozed it",
    Line.SIGNED: "✍️ {by} marked it signed",
    Line.INVOICED: "🧾 {by} marked it invoiced",
    Line.WON: "✅ {by} marked it paid",
    Line.LOST: "⚫ {by} marked it lost",
    Line.CALL_KEPT: "✅ {by} keeps the call",
}


def _days(number: int, noun: str = "day") -> str:
    return text.count(number, noun)


_WHY: Mapping[NoticeCode, Callable[[Policy], str]] = {
    NoticeCode.UNCLAIMED: lambda p: (
        f"Nobody took it on: its owner was asked {_days(p.escalate_owner_after, 'working day')} after a reminder, "
        f"and {_days(p.escalate_manager_after, 'working day')} later it came to you."
    ),
    NoticeCode.STUCK: lambda p: (
        f"Its stage has not moved since the reminder before. From {_days(p.stage_unmoved_manager_rung)} before the "
        f"deadline on the owner's manager hears of that, from {_days(p.stage_unmoved_leadership_rung)} on leadership."
    ),
    NoticeCode.OVERDUE: lambda p: (
        "Its renewal date has passed and nothing is signed. That is told "
        f"{text.listed(str(day) for day in p.overdue_days)} days after the date, to more people each time, "
        f"then every {_days(p.overdue_every_days)}."
    ),
    NoticeCode.UNPAID: lambda p: f"It is not paid {_days(p.unpaid_after_days)} after the renewal date.",
    NoticeCode.AT_RISK: lambda p: "It was set to at risk, which the owner's manager hears of.",
    NoticeCode.QUIET: lambda p: (
        f"The deadline is at most {_days(p.quiet_from_days_left)} away, and nothing was updated for "
        f"{_days(p.quiet_after_days)}."
    ),
    NoticeCode.FORECAST: lambda p: (
        "Its forecast and what the figures say (stage, health, touches, days left) are two classes apart or more, or "
        "something learnt since speaks against it, or it is a commit with no touch and no pulse heard from them for "
        f"{_days(p.forecast_evidence_days)}. After that you hear nothing of its forecast for "
        f"{_days(p.forecast_quiet_days)}."
    ),
}
_NUMBERS: Mapping[NoticeCode, tuple[str, ...]] = {
    NoticeCode.UNCLAIMED: ("escalate_owner_after", "escalate_manager_after"),
    NoticeCode.STUCK: ("stage_unmoved_manager_rung", "stage_unmoved_leadership_rung"),
    NoticeCode.OVERDUE: ("overdue_days", "overdue_every_days"),
    NoticeCode.UNPAID: ("unpaid_after_days",),
    NoticeCode.QUIET: ("quiet_from_days_left", "quiet_after_days"),
    NoticeCode.FORECAST: ("forecast_evidence_days", "forecast_quiet_days"),
}
