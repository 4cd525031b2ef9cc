"""What people read of an autopsy: what came, who was told, what was done. People are named where they acted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.accounts.figure_facts import FigureLine
from bot.accounts.timeline_facts import Entry
from bot.autopsies.alerts import AUTOPSY
from bot.autopsies.facts import AutopsyCard, AutopsyPage, HelpAnswer, SignalLine
from bot.autopsies.rules.signals import ANSWERED_WITHIN, WINDOW_MONTHS, Loss, SignalKind, SignalVerdict
from bot.handoffs.rules import label as direction_label
from bot.renewals.alerts import RENEWAL
from bot.renewals.rules.stages import LostReason, Whose
from bot.slack import blocks, form, text
from bot.slack.ids import ActionId, ViewId
from bot.slack.message import Message, message
from bot.workspace.alerts import dismiss_option, why_option
from bot.workspace.reasons import ROUTED

QUESTION = "What would have helped?"
WORDS_SHOWN = 300
ANSWERS_SHOWN = 3
ANSWER_SHOWN = 300
ALL_OF_IT = 1500

_CAUSES = {
    Whose.OURS: "ours to change",
    Whose.THEIRS: "theirs to change",
    Whose.NOBODYS: "nobody's to change",
    Whose.UNKNOWN: "whose it was to change is not known",
}
_TOLD = {
    "team": "its team",
    "owner": "its owner",
    "manager": "the owner's manager",
    "leadership": "leadership",
    "giver": "who had handed it over",
    "both": "both sides of the handoff",
    "holder": "whoever had promised it",
}
_STEPS = {
    "unclaimed": "nobody was on the renewal",
    "quiet": "it had no update for days",
    "stuck": "its stage had not moved",
    "unpaid": "it was not paid",
}
_DONE = {
    "touch": "a touch",
    "check": "a health check",
    "step": "a next step",
    "renewal": "work on the renewal",
    "plan": "a plan",
    "handoff": "an accepted handoff",
    "kept": "keeping it",
    "joined": "a new person on its team",
}


def render_autopsy(facts: Mapping[str, Any]) -> Message:
    """The message: what was lost, whose the cause was to change, how many signals there were, and the most telling."""
    card = AutopsyCard.from_facts(facts)
    return _undone(card) if card.undone_on else _standing(card)


def no_autopsy(account: str) -> Message:
    """The answer where an account has none."""
    words = (
        f"*{text.name(account)}* has no autopsy. One is kept when a renewal is lost, or signed for at least a third "
        "less a year."
    )
    return message(words.replace("*", ""), [blocks.section(words)])


def _standing(card: AutopsyCard) -> Message:
    choices = (
        why_option(AUTOPSY, card.account_id),
        dismiss_option(RENEWAL, card.renewal_id, card.account_id),
        ("Account story", ActionId.ACCOUNT_STORY, card.account_id),
    )
    said = [_head(card), _reason(card), _touches(card), _counts(card)]
    lines = [f"• {signal_words(one, card.as_of)}" for one in card.telling]
    asked, answers, why = _asked(card), _newest_answers(card), ROUTED.get(card.routed, "")
    parts: list[KitBlock] = [
        blocks.section("\n".join([f"{said[0]}\n{said[1]}", *said[2:]]), accessory=blocks.menu(*choices))
    ]
    if lines:
        parts.append(blocks.section("\n".join(lines)))
    parts.append(blocks.section("\n".join([asked, *answers])))
    parts.append(blocks.actions(*_buttons(card)))
    if why:
        parts.append(blocks.context(why))
    return message(_plain(" ".join([f"{said[0]}.", *said[1:], *lines, asked, *answers, why])), parts)


def _undone(card: AutopsyCard) -> Message:
    who = text.name(card.undone_by) if card.undone_by else "Someone"
    head = f"*Undone:* {who} took this back on {text.day(card.undone_on, card.as_of)}. ~{_head(card)}~"
    answers = _newest_answers(card)
    said = " ".join([f"{head}.", *answers])
    return message(_plain(said).replace("~", ""), [blocks.section("\n".join([head, *answers]))])


def _buttons(card: AutopsyCard) -> list[Any]:
    found = [blocks.button(f"{QUESTION}…", ActionId.AUTOPSY_HELP, card.autopsy_id, "primary")]
    if card.signal_count or card.answer_count:
        found.append(blocks.button("All signals and answers", ActionId.AUTOPSY_SIGNALS, card.autopsy_id))
    return found


def _head(card: AutopsyCard) -> str:
    account, of = f"*{text.name(card.account)}*", f"renewal of {text.day(card.renewal_date, card.as_of)}"
    before = text.moneys(card.values, card.unknown_values)
    a_year = " a year" if card.values else ""
    if card.what == Loss.SHRUNK:
        return f"{account}: renewed for less · *{text.moneys(card.signed)}* instead of {before}{a_year} · {of}"
    return f"⚫ {account}: lost · *{before}*{a_year} · {of}"


def _reason(card: AutopsyCard) -> str:
    if card.what == Loss.SHRUNK:
        return f"Why they pay less is not kept, so {_CAUSES[Whose.UNKNOWN]}."
    reason = LostReason(card.reason).label if card.reason in set(LostReason) else "not known"
    said = f" (“{text.typed(card.words, WORDS_SHOWN)}”)" if card.words else ""
    cause = next((words for one, words in _CAUSES.items() if one == card.cause), _CAUSES[Whose.UNKNOWN])
    return f"Reason: {reason}{said}, {cause}."


def _touches(card: AutopsyCard) -> str:
    since = text.day(card.since, card.as_of)
    if not card.last_touch_on:
        return f"No touch was logged since {since}."
    by = f" by {text.name(card.last_touch_by)}" if card.last_touch_by else ""
    days = (date.fromisoformat(card.day) - date.fromisoformat(card.last_touch_on)).days
    before = f", {text.count(days, 'day')} before" if days else ""
    last = f"the last on {text.day(card.last_touch_on, card.as_of)}{by}{before}"
    return f"{text.count(card.touches, 'touch', 'touches')} since {since}, {last}. Its cadence is {card.cadence} days."


def _counts(card: AutopsyCard) -> str:
    if not card.signal_count:
        return f"No signal is known of the {WINDOW_MONTHS} months before."
    counts = [f"{card.counts[one]} {one.label.lower()}" for one in SignalVerdict if card.counts.get(one)]
    return f"{text.count(card.signal_count, 'signal')} in the {WINDOW_MONTHS} months before: {text.listed(counts)}."


def _asked(card: AutopsyCard) -> str:
    asked = []
    if card.owner is not None:
        asked.append(f"{text.mention(card.owner.slack_id)} (owner)")
    if card.manager is not None:
        asked.append(f"{text.name(card.manager.name)} (the owner's manager)")
    return f"*{QUESTION}* One question for {text.listed(asked)}." if asked else f"*{QUESTION}*"


def _newest_answers(card: AutopsyCard) -> list[str]:
    lines = [_answer(one, card.as_of, ANSWER_SHOWN) for one in card.answers[-ANSWERS_SHOWN:]]
    more = card.answer_count - len(lines)
    return [*lines, *([f"and {text.count(more, 'earlier answer')}"] if more > 0 else [])]


def _answer(one: HelpAnswer, as_of: str, most: int) -> str:
    return f"{text.name(one.by)}, {text.day(one.on, as_of)}: “{text.typed(one.words, most)}”"


def signal_words(one: SignalLine, as_of: str) -> str:
    """ "*Tue 5 May* Red pulse: 1 red answer (Price). Told to its team on Tue 12 May. Present and acted on: …"."""
    told = ""
    if one.seen_by:
        told = f" Told to {_TOLD.get(one.seen_by, 'someone')}"
        told += "." if one.seen_on == one.on else f" on {text.day(one.seen_on, as_of)}."
    what = _SAID[SignalKind(one.kind)](one.details)
    return f"*{text.day(one.on, as_of)}* {what}{told} {_verdict(one, as_of)}"


def _verdict(one: SignalLine, as_of: str) -> str:
    verdict = SignalVerdict(one.verdict)
    done = _done(one, as_of)
    if verdict is SignalVerdict.ACTED and done:
        return f"{verdict.label}: {done}."
    if verdict is SignalVerdict.NOT_ACTED:
        within = f"{verdict.label} within {ANSWERED_WITHIN.days} days"
        return f"{within}; what came next was {done}." if done else f"{within}."
    if verdict is SignalVerdict.NOT_DETECTED:
        return f"{verdict.label}: nobody was told{f'; what came next was {done}' if done else ''}."
    return f"{verdict.label}."


def _done(one: SignalLine, as_of: str) -> str:
    if not one.acted_on:
        return ""
    by = f" by {text.name(one.acted_by)}" if one.acted_by else ""
    return f"{_DONE.get(one.acted_how, 'a step')}{by} on {text.day(one.acted_on, as_of)}"


def _pulse(colour: str) -> Callable[[Mapping[str, str]], str]:
    def said(details: Mapping[str, str]) -> str:
        counts = [f"{details[one]} {one}" for one in ("red", "yellow") if details.get(one, "0") != "0"]
        noun = "answer" if counts and counts[-1].startswith("1 ") and len(counts) == 1 else "answers"
        reasons = f" ({text.typed(details['reasons'], 160)})" if details.get("reasons") else ""
        return f"{colour} pulse: {text.listed(counts)} {noun}{reasons}."

    return said


def _left(details: Mapping[str, str]) -> str:
    role = details.get("role", "")
    who = (
        "Someone who helped win it" if role == "helped_win" else f"The {role.replace('_', ' ')}" if role else "Someone"
    )
    return f"{text.typed(who)} left the team."


def _escalated(details: Mapping[str, str]) -> str:
    return f"Escalation: {_STEPS.get(details.get('step', ''), 'it needed someone')}."


_SAID: Mapping[SignalKind, Callable[[Mapping[str, str]], str]] = {
    SignalKind.PULSE_RED: _pulse("Red"),
    SignalKind.PULSE_YELLOW: _pulse("Yellow"),
    SignalKind.ESCALATED: _escalated,
    SignalKind.PROMISE: lambda details: "A promise was due and still open.",
    SignalKind.SCORE: lambda details: f"The health score fell from {details['before']} to {details['score']}.",
    SignalKind.SILENCE: lambda details: f"No touch for {details['days']} days, with a cadence of {details['cadence']}.",
    SignalKind.LEFT: _left,
    SignalKind.RETURNED: lambda details: f"A handoff came back ({direction_label(details['direction'])}).",
    SignalKind.REMINDER: lambda details: f"The reminder {details['rung']} days ahead came with nobody on it.",
    SignalKind.HANDOFF: lambda details: f"The account was handed over ({direction_label(details['direction'])}).",
}


def signals_view(page: AutopsyPage) -> dict[str, Any]:
    """One page of all signals, and all answers below."""
    card = page.card
    first = page.number * page.size + 1
    span = f" Shown: {first} to {first + len(page.signals) - 1}." if card.signal_count > page.size else ""
    parts: list[KitBlock] = [blocks.section(f"{_head(card)}\n{_counts(card)}{span}", block_id=f"head.{page.number}")]
    parts += [
        blocks.section(signal_words(one, card.as_of), block_id=f"signal.{page.number}.{place}")
        for place, one in enumerate(page.signals)
    ]
    turns = []
    if page.number > 0:
        turns.append(blocks.button("Earlier", f"{ActionId.AUTOPSY_PAGE}:earlier", page.number - 1))
    if page.has_later:
        turns.append(blocks.button("Later", f"{ActionId.AUTOPSY_PAGE}:later", page.number + 1))
    if turns:
        parts.append(blocks.actions(*turns))
    said = [blocks.section(_answer(one, card.as_of, ALL_OF_IT)) for one in card.answers]
    parts += [blocks.section(f"*{QUESTION}*"), *said] if said else []
    return form.modal(ViewId.AUTOPSY, "Signals and answers", parts, metadata=str(card.autopsy_id))


def timeline_line(entry: Entry, as_of: str) -> str:
    """An autopsy in the timeline: that it was kept, that it was withdrawn, what somebody said would have helped."""
    if entry.code == "answer":
        return f"{text.who(entry.by)} said what would have helped:"
    what = Loss(entry.details["what"]).label.lower() if entry.details.get("what") in set(Loss) else "lost"
    if entry.code == "withdrawn":
        return f"{text.who(entry.by)} took it back ({what}), so the autopsy was withdrawn."
    signals = text.count(int(entry.details.get("signals") or 0), "signal")
    return f"Autopsy of the renewal ({what}): {signals} in the {WINDOW_MONTHS} months before."


def cause_lines(
    noun: str, window: str, causes: Sequence[tuple[str, Whose, int]], total: int, without: int
) -> list[FigureLine]:
    """Figures of causes, (cause, whose, how many of the `total` name it) each: our own first, the most frequent first.

    `without` name none from the list.
    """
    if not total:
        return [FigureLine(f"Causes named by {noun}", window, "none", f"There are no {noun}.")]
    order = list(_CAUSES)
    ranked = sorted(causes, key=lambda one: (order.index(one[1]), -one[2], one[0]))
    lines = [
        FigureLine(
            f"Cause of {noun}: {cause}",
            window,
            f"{100 * count / total:.2f} %",
            f"{count:,} of {total:,} {noun} name it, {_CAUSES[whose]}",
        )
        for cause, whose, count in ranked
    ]
    if without:
        more = f"{without:,} of {total:,} {noun} name none from the list"
        lines.append(FigureLine(f"Cause of {noun}: none named", window, f"{100 * without / total:.2f} %", more))
    return lines


def _plain(words: str) -> str:
    return " ".join(words.replace("*", "").split())
