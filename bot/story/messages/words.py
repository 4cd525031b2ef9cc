"""The sentences of an account's story, part by part: the same on the card, in a preview and for screen readers."""

from __future__ import annotations

from datetime import date, timedelta

from bot.accounts.story_parts import StoryLine
from bot.core.announcements import STORY
from bot.handoffs.rules import label as label_of
from bot.health.rules.score_words import TOO_LITTLE, signed_score
from bot.renewals.messages.desk import line_words
from bot.renewals.messages.status import value_words
from bot.renewals.messages.words import term_words
from bot.renewals.rules.desk import status_on
from bot.renewals.rules.stages import Forecast, Stage, is_unsigned, label
from bot.renewals.rules.status import RenewalStatus
from bot.slack import text
from bot.story.facts import AccountCard, Gap, RenewalPart, StepPart, TouchPart
from bot.touchpoints.rules.line import LABELS, MOODS

B = "\ue000"
"""Where bold begins or ends. No star: those that people typed must not be taken for ours when markup is left out."""

TEAM_SHOWN = 6
TOUCHES_SHOWN = 2
TOUCH_WORDS, STEP_WORDS, PLAN_WORDS, REASON_WORDS = 110, 110, 140, 140


def who_they_are(card: AccountCard) -> str:
    """Tier, segment, industry and country."""
    kinds: list[str] = []
    for word in (card.tier.capitalize(), card.segment, card.industry, card.country):
        if word and word.casefold() not in (known.casefold() for known in kinds):
            kinds.append(word)
    return " · ".join(text.typed(word, 60) for word in kinds)


def who_keeps_them(card: AccountCard) -> str:
    """The owner and the team with their roles; of a past day those who are known."""
    nobody = "" if card.is_past else f"{B}Owner{B} nobody yet"
    owner = f"{B}Owner{B} {text.name(card.owner.name)}" if card.owner else nobody
    named = [f"{text.name(p.name)} ({p.role.replace('_', ' ')})" if p.role else text.name(p.name) for p in card.team]
    more = f" and {len(named) - TEAM_SHOWN} more" if len(named) > TEAM_SHOWN else ""
    team = f"{B}Team{B} {', '.join(named[:TEAM_SHOWN])}{more}" if named else ""
    return " · ".join(filter(None, [owner, team]))


def handoff_lines(card: AccountCard) -> list[str]:
    """The handoffs that wait, and for whom."""
    return [
        f"{B}Handoff{B} {label_of(one.direction)}: waits for {text.name(one.receiver)} "
        f"since {text.day(one.since, card.as_of)}, from {text.name(one.giver)}"
        for one in card.handoffs
    ]


def status_lines(card: AccountCard) -> list[str]:
    """How their open renewals stand, nearest first, each in one line and what is behind it in a second."""
    if not card.renewals:
        over = "no longer a customer" if not card.is_active else "no open renewal"
        return [f"{B}{text.name(card.account)}{B}: {over} · {value(card)}"]
    lines: list[str] = []
    for one in card.renewals:
        line = one.line(card.account)
        lines += [line_words(line, card.as_of, B), _behind(one, status_on(line, card.as_of), card.as_of)]
    more = card.renewal_count - len(card.renewals)
    return [*lines, *([f"and {text.count(more, 'more renewal')}"] if more > 0 else [])]


def value(card: AccountCard) -> str:
    """What their running contracts come to in a year, per currency."""
    if not card.contract_count:
        return "no running contract"
    return value_words(card.values, card.unknown_values, B)


def _behind(one: RenewalPart, status: RenewalStatus, as_of: str) -> str:
    """Who is on it, where the sign does not say so, how far it is, and why it is at risk."""
    on_it = f"{text.name(one.on_it)} is on it · " if one.on_it else "Nobody is on it · "
    on_it = "" if status in (RenewalStatus.NEEDS_SOMEONE, RenewalStatus.AHEAD) else on_it
    snoozed = f" · back on {text.day(one.snoozed_until, as_of)}" if one.snoozed_until else ""
    is_at_risk = one.forecast == Forecast.AT_RISK and is_unsigned(Stage(one.stage))
    why = f" · “{text.typed(one.reason, REASON_WORDS)}”" if is_at_risk and one.reason else ""
    stage = label(Stage(one.stage)) if on_it else f"Stage: {label(Stage(one.stage))}"
    return f"{on_it}{stage}{_called(one)}{snoozed}{why}{_computed(one)}"


def _called(one: RenewalPart) -> str:
    """What it is called, where the sign of its line does not say so."""
    if not one.forecast or one.forecast == Forecast.AT_RISK or not is_unsigned(Stage(one.stage)):
        return ""
    return f", {label(Forecast(one.forecast)).lower()}"


def _computed(one: RenewalPart) -> str:
    """What the figures say beside the call, and why."""
    if not (one.forecast and one.computed) or not is_unsigned(Stage(one.stage)):
        return ""
    if one.forecast == one.computed:
        return " · the figures say the same"
    because = f", because {text.ours(one.because)}" if one.because else ""
    return f" · computed: {label(Forecast(one.computed)).lower()}{because}"


def contract_lines(card: AccountCard) -> list[str]:
    """What the contracts behind the open renewals say: terms, notice, price rise."""
    return [
        f"{text.name(line.name or 'Contract')}: {', '.join(term_words(line, card.as_of))}"
        for one in card.renewals
        for line in one.contracts
        if is_unsigned(Stage(one.stage))
    ]


def past_line(card: AccountCard) -> str:
    """Which day a card of the past tells of."""
    return f"As it stood on {text.day(card.as_of, card.as_of)} {card.as_of[:4]}"


def not_kept_line(card: AccountCard) -> str:
    """What is not known of that day; empty when all of it is."""
    return f"Not kept for that day: {text.listed(card.not_kept)}." if card.not_kept else ""


def health_line(card: AccountCard) -> str:
    """The score with its sign, how it moved, what costs most and what is not known, in one line."""
    health = card.health
    missing = f" · not known: {text.listed(health.missing)}" if health.missing else ""
    reasons = " · ".join(text.typed(one) for one in health.reasons)
    if health.score is None:
        known = f" ({text.typed(health.summary)})" if health.summary else ""
        if card.is_past:
            return f"{B}Health{B}: not known for that day"
        if not health.summary:
            return f"{B}Health: {TOO_LITTLE}{B}. A health check and an answered pulse make it known."
        return f"{B}Health: {TOO_LITTLE}{B}{known}{f': {reasons}' if reasons else ''}{missing}"
    because = f": {reasons}" if reasons else ""
    return f"{B}Health {signed_score(health.score, health.band)}{B}, {text.typed(health.summary)}{because}{missing}"


def score_history(card: AccountCard) -> str:
    """The line of the chart in words."""
    points = [f"{score} on {text.day(day, card.as_of)}" for day, score in card.health.history]
    if len(points) < 2:
        return ""
    since = card.health.reweighed_on
    weights = (
        f" Other weights count since {text.day(since, card.as_of)}: what lies before compares badly." if since else ""
    )
    return f"Score: {', '.join(points)}.{weights}"


def touch_lines(card: AccountCard) -> list[str]:
    """The last touches and by whom; the timeline has the others."""
    lines = [_touch(touch, card.as_of) for touch in card.touches[:TOUCHES_SHOWN]]
    more = len(card.touches) - len(lines)
    return [*lines, *([f"{more} more in the timeline"] if more > 0 else [])]


def step_lines(card: AccountCard) -> list[str]:
    """Open promises and follow-ups, nearest first."""
    lines = [_step(step, card.as_of) for step in card.steps]
    more = card.step_count - len(lines)
    return [*lines, *([f"and {more} more"] if more > 0 else [])]


def more_to_do(card: AccountCard) -> list[str]:
    """What somebody has to act on, of what other features know."""
    return [f"• {line.words}" for line in card.more if line.is_to_do]


def more_of_health(card: AccountCard) -> list[str]:
    """What other features know of how the account is."""
    return [_titled(line) for line in card.more if line.is_of_health]


def more_details(card: AccountCard) -> list[str]:
    """What other features know, and nobody has to act on now."""
    return [_titled(line) for line in card.more if not line.is_to_do and not line.is_of_health]


def _titled(line: StoryLine) -> str:
    return f"{B}{line.title}:{B} {line.words}" if line.title else line.words


def plan_line(card: AccountCard) -> str:
    """The plan in one line; that there is none stands among what is missing."""
    plan = card.plan
    if plan is None:
        return ""
    review = f" Next review {text.day(plan.review_on, card.as_of)}." if plan.review_on else ""
    return f"{text.sentence(plan.goals, PLAN_WORDS)}{review}"


def coming_lines(card: AccountCard) -> list[str]:
    """The next things on the agenda."""
    return [f"{text.day(one.on, card.as_of)}: {_announced(one.kind)}" for one in card.coming]


def _announced(kind: str) -> str:
    return STORY[kind]


def gap_lines(card: AccountCard) -> list[str]:
    """What is missing."""
    return [_gap(gap, card.as_of) for gap in card.gaps]


def _touch(touch: TouchPart, as_of: str) -> str:
    department = f" ({text.typed(touch.department, 40)})" if touch.department else ""
    by = f"{text.name(touch.by)}{department}, " if touch.by else ""
    contact = f" with {text.name(touch.contact)}" if touch.contact else ""
    kind = LABELS.get(touch.kind, touch.kind).lower()
    mood = f", {MOODS.get(touch.mood, touch.mood).lower()}" if touch.mood else ""
    words = f": {text.typed(touch.words, TOUCH_WORDS)}" if touch.words else ""
    return f"• {text.day(touch.on, as_of)}, {by}{kind}{contact}{mood}{words}"


def _step(step: StepPart, as_of: str) -> str:
    what = "Promise" if step.is_promise else "Follow-up"
    owner = f", {text.name(step.owner)}" if step.owner else ", nobody does it yet"
    # In the day of its owner, which may end before or after the reader's.
    late = f", {B}{text.overdue(step.due_on, max(as_of, _day_after(step.due_on)))}{B}" if step.is_late else ""
    return f"• {what}: {text.typed(step.words, STEP_WORDS)} (by {text.day(step.due_on, as_of)}{late}{owner})"


def _day_after(day: str) -> str:
    return str(date.fromisoformat(day) + timedelta(days=1))


def _gap(gap: Gap, as_of: str) -> str:
    since = f" since {text.day(gap.since, as_of)}" if gap.since else " yet"
    if gap.code == "no_value":
        return f"no value known for {text.count(int(gap.what), 'contract')}"
    words = {
        "no_owner": "nobody owns this account",
        "no_people": "nobody at the customer is written down yet",
        "no_support": "nobody from support is on the team",
        "no_touch": f"no touch by {text.typed(gap.what, 40)}{since}",
        "no_check": f"no health check{since}",
        "no_pulse": f"no answered pulse{since}",
        "no_plan": "no plan agreed yet",
        "review_passed": f"the plan's review was on {text.day(gap.since or as_of, as_of)}",
        "no_contract": "no running contract",
        "no_renewal": "no open renewal",
    }
    return words[gap.code]
