"""Both keys in words, the reasons for the computed one, and how good calls were."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from slackblocks.blocks import Block as KitBlock

from bot.accounts import figure_facts
from bot.accounts.figure_facts import TOO_FEW_IN_A_SEGMENT, TOO_FEW_PEOPLE, FigureLine
from bot.forecast.facts import MarkScore, OpenCall, TwoKeys
from bot.forecast.rules.causes import LearntSign, LearntSignKind
from bot.forecast.rules.scoring import LEAST_CALLS, LEAST_PEOPLE
from bot.forecast.rules.second_key import KeyReason, Known, SecondKey
from bot.health.rules.score_words import band_name
from bot.renewals.rules.stages import Forecast, label
from bot.slack import blocks, text
from bot.slack.ids import ActionId, numbered
from bot.slack.message import Message, message

SHOWN = 5
"""Open calls that are told one by one; the others are counted."""


def reasons_of(key: SecondKey, known: Known) -> tuple[str, ...]:
    """Why the computed class is what it is, each as the part of a sentence."""
    return tuple(_REASONS[why](known) for why in key.reasons)


def signs_words(signs: Sequence[LearntSign], days: Sequence[date], as_of: date) -> str:
    """What was learnt after a call and speaks against it: the latest, on its day, and how many more; empty for none."""
    if not signs:
        return ""
    more = f", and {len(signs) - 1} more like it" if len(signs) > 1 else ""
    return f"since that call {_SIGNS[signs[-1].kind]} ({text.day(str(days[-1]), as_of)}){more}"


def unproven_words(known: Known) -> str:
    """What a commit is missing."""
    age = known.evidence_age
    if age is None:
        return "commit without evidence: no touch and no pulse heard, ever"
    return f"commit without evidence: no touch or pulse heard for {text.count(age, 'day')}"


def beside(keys: TwoKeys) -> str:
    """ "*Dana's call*: commit, since Tue 3 Mar. *Computed*: at risk, because health is poor (31 of 100)." """
    computed = f"*Computed*: {_class(keys.computed)}{_because(keys)}."
    if not keys.call:
        return f"*Call*: none yet. {computed}"
    whose = f"*{text.name(keys.called_by)}'s call*" if keys.called_by else "*Call*"
    since = f", since {text.day(keys.called_on, keys.as_of)}" if keys.called_on else ""
    return f"{whose}: {_class(keys.call)}{since}. {computed}"


def my_forecast(scores: Sequence[MarkScore], doubts: Sequence[OpenCall], doubt_count: int) -> Message:
    """`/forecast`: the reader's own open calls that the figures speak against, and how good their calls were."""
    lines = [_doubt(one) for one in doubts]
    more = doubt_count - len(doubts)
    head = (
        f"*The figures speak against {text.count(doubt_count, 'call')} of yours*"
        if doubt_count
        else "No open call of yours is far from what the figures say."
    )
    parts: list[KitBlock] = [blocks.section(head)]
    for place, (one, line) in enumerate(zip(doubts, lines, strict=True)):
        button = blocks.button("Update…", numbered(ActionId.UPDATE_RENEWAL, place), one.renewal_id)
        parts.append(blocks.section(line, accessory=button))
    if more > 0:
        lines.append(f"and {more} more")
        parts.append(blocks.context(lines[-1]))
    scored = ["*How good your calls were*, over 12 months. Only you see this.", *score_lines(scores)]
    parts.append(blocks.section("\n".join(scored)))
    parts.append(blocks.context(LEGEND))
    return message("\n".join([head, *lines, *scored, LEGEND]).replace("*", ""), parts)


def team_forecast(scores: Sequence[MarkScore], has_people: bool) -> Message:
    """`/forecast team`: how good the calls of a manager's people were together; where they have none, of all others."""
    whose = "your team's calls" if has_people else "everybody else's calls (nobody reports to you here)"
    lines = [f"*How good {whose} were*, together, over 12 months.", *score_lines(scores, is_team=True)]
    parts = [blocks.section("\n".join(lines)), blocks.context(LEGEND)]
    return message("\n".join([*lines, LEGEND]).replace("*", ""), parts)


LEGEND = (
    "Brier score: 0 is perfect, 0.25 is tossing a coin. Base rate: what saying the usual share every time would have "
    "scored. Bias: how much more was expected than came true."
)


def score_lines(scores: Sequence[MarkScore], is_team: bool = False) -> list[str]:
    """One line for each mark."""
    return [f"*{one.mark} days before*: {score_words(one, is_team)}" for one in scores]


def score_words(one: MarkScore, is_team: bool = False) -> str:
    """ "Brier 0.14 (base rate 0.19, computed 0.16), bias +6 points: too hopeful. 41 calls, 83 % renewed" """
    if (reason := too_few(one, is_team)) or one.brier is None or one.base_brier is None:
        return f"too few to say. {reason}"
    beside = f"base rate {one.base_brier:.2f}, {_computed(one)}"
    rate = f"{text.count(one.count, 'call')}, {(one.base_rate or 0) * 100:.0f} % renewed"
    return f"Brier {one.brier:.2f} ({beside}), {_bias(one.bias or 0)}. {rate}"


def too_few(one: MarkScore, is_team: bool) -> str:
    """Why there is no figure; empty where there is one."""
    if one.count < LEAST_CALLS:
        return f"{text.count(one.count, 'call')} scored, {LEAST_CALLS} needed"
    if is_team and one.people < LEAST_PEOPLE:
        return "They are one person's, who alone sees them"
    return ""


def figure_lines(window: str, scores: Sequence[MarkScore], alone: Collection[int] = ()) -> list[FigureLine]:
    """The scores as figures that managers get; at the marks of `alone` they would tell somebody's own."""
    lines = []
    for one in scores:
        name = f"Forecast calls {one.mark} days before the deadline"
        why = too_few(one, is_team=True) or (TOO_FEW_PEOPLE if one.people < figure_facts.LEAST_PEOPLE else "")
        if not why and one.mark in alone:
            lines.append(FigureLine(f"{name}, Brier", window, "none", f"{TOO_FEW_IN_A_SEGMENT}."))
            continue
        if why or one.brier is None or one.bias is None:
            lines.append(FigureLine(f"{name}, Brier", window, "none", f"Too few to say. {why}."))
            continue
        made = f"{one.count:,} calls of {one.people:,} people; base rate {one.base_brier:.3f}, {_computed(one, 3)}"
        lines.append(FigureLine(f"{name}, Brier", window, f"{one.brier:.3f}", made))
        bias = f"{_signed(one.bias * 100, 1)} points"
        lines.append(FigureLine(f"{name}, bias", window, bias, _leaning(one.bias).capitalize() + "."))
    return lines


def unknown_word(word: str) -> str:
    """To a word behind the command that means nothing."""
    return f"I do not know “{text.typed(word, 60)}” here. Write `/forecast` for your own calls."


def only_managers() -> str:
    """To anybody else who asks for a team's."""
    return "A team's calls are for its manager. `/forecast` shows your own, which only you see."


def _doubt(one: OpenCall) -> str:
    keys = one.keys
    said = f"you say {_class(keys.call)}, the figures say {_class(keys.computed)}"
    return f"*{text.name(one.account)}*: {said}{_because(keys)}"


def _because(keys: TwoKeys) -> str:
    return f", because {text.ours(text.listed(keys.because))}" if keys.because else ""


def _class(forecast: str) -> str:
    return label(Forecast(forecast)).lower()


def _computed(one: MarkScore, digits: int = 2) -> str:
    if one.computed_brier is None or one.computed_count < LEAST_CALLS:
        return f"computed: too few to say ({one.computed_count})"
    return f"computed {one.computed_brier:.{digits}f}"


def _bias(bias: float) -> str:
    return f"bias {_signed(bias * 100, 0)} points: {_leaning(bias)}"


def _signed(number: float, digits: int) -> str:
    return f"{number:+.{digits}f}".replace("-", "−")


def _leaning(bias: float) -> str:
    points = round(bias * 100)
    return "too hopeful" if points > 0 else "too careful" if points < 0 else "even"


def _not_begun(known: Known) -> str:
    if known.days_left < 0:
        return "the deadline has passed and nobody has begun"
    return f"nobody has begun with {text.count(known.days_left, 'day')} left"


_REASONS: Mapping[KeyReason, Callable[[Known], str]] = {
    KeyReason.SIGNED: lambda known: "it is signed",
    KeyReason.HEALTH: lambda known: f"health is {band_name(known.band) if known.band else ''} ({known.score} of 100)",
    KeyReason.HEALTH_UNKNOWN: lambda known: "too little is known of their health",
    KeyReason.HEALTH_STALE: lambda known: f"nothing new of their health for {text.count(known.score_age or 0, 'day')}",
    KeyReason.STAGE: lambda known: f"it is {label(known.stage).lower()}",
    KeyReason.NOT_BEGUN: _not_begun,
    KeyReason.SILENT: lambda known: f"there was no touch for {text.count(known.touch_age or 0, 'day')}",
    KeyReason.NEVER_TOUCHED: lambda known: "no touch was ever logged",
}
_SIGNS = {
    LearntSignKind.RED_PULSE: "a pulse was red",
    LearntSignKind.ESCALATED: "a ticket was escalated",
    LearntSignKind.LEAVING: "a word of leaving was heard",
    LearntSignKind.WORSE: "health fell into a worse band",
    LearntSignKind.BETTER: "health rose to good",
}
