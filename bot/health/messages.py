"""Health on screen: asking for a check, what one has found, and a score that fell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slackblocks.blocks import Block as KitBlock
from slackblocks.elements import Element

from bot.accounts.timeline_facts import Entry
from bot.health.alerts import HEALTH, HEALTH_RED, SCORE
from bot.health.facts import HealthAlert, HealthLine, HealthPrompt
from bot.health.rules.checks import Scale, label, spoken_average
from bot.health.rules.score import Band
from bot.health.rules.score_words import SIGNS, TOO_LITTLE, band_name
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message
from bot.workspace.alerts import AlertKind, dismiss_option, why_option
from bot.workspace.reasons import ROUTED

HEARD_LENGTH = 900
CHANGES_TITLE = "Since the last one"
OVERVIEW_TITLE, CHART_OF_BANDS, NOT_KNOWN = "At risk", "Accounts by health", "Not known"


def render_health_prompt(facts: Mapping[str, Any]) -> Message:
    """A check is asked for; once it is there, who did it."""
    prompt = HealthPrompt.from_facts(facts)
    account = f"*{text.name(prompt.account)}*"
    if prompt.done_by is not None:
        on = text.day(prompt.done_on or prompt.as_of, prompt.as_of)
        until = f" until {text.day(prompt.next_on, prompt.as_of)}" if prompt.next_on else ""
        done = f"{text.name(prompt.done_by.name)} did the health check on {on}"
        words = f"{account}: {done}. Nothing more is asked for{until}."
        return message(_spoken(words), [blocks.section(words)])
    to = f"{text.mention(prompt.mention)} " if prompt.mention else ""
    words = f"{to}{account}: time for a health check. {_last(prompt)}"
    ask = "Talk with them about how it is going and sell nothing; then write down what you heard."
    why = f"{_why_asked(prompt)} {ROUTED.get(prompt.routed, '')}".strip()
    topic = HEALTH_RED if prompt.why == "red_pulse" else HEALTH
    button = blocks.button("Health check…", ActionId.OPEN_HEALTH, prompt.account_id, "primary")
    asked = blocks.section(f"{words}\n{ask}", accessory=_menu(topic, prompt.account_id))
    return message(_spoken(f"{words} {ask} {why}"), [asked, *([blocks.context(why)] if why else []), _row(button)])


def render_health_line(facts: Mapping[str, Any]) -> Message:
    """A check that was recorded or corrected."""
    line = HealthLine.from_facts(facts)
    did = "did a health check of" if not line.corrected else "did and corrected a health check of"
    on = text.day(line.on, line.as_of)
    whom = f" with {text.name(line.contact)}" if line.contact else ""
    head = f"*{text.name(line.by.name)}* {did} *{text.name(line.account)}*{whom} on {on}: {_average(line)}."
    details = [_scales(line), _risks(line), _next_step(line)]
    body = "\n".join(detail for detail in details if detail)
    parts = [blocks.section(head), *([blocks.section(body)] if body else [])]
    if line.heard:
        parts.append(blocks.section(text.quoted(line.heard, HEARD_LENGTH)))
    small = " ".join(words for words in (_sold(line), _score(line)) if words)
    if small:
        parts.append(blocks.context(small))
    parts.append(_row(blocks.button("Correct it…", ActionId.CORRECT_HEALTH, line.check_id)))
    heard = f"Heard: {text.sentence(line.heard, HEARD_LENGTH)}" if line.heard else ""
    spoken = [head, *(f"{detail}." for detail in details if detail), heard, small]
    return message(_spoken(" ".join(spoken)), parts)


def render_health_alert(facts: Mapping[str, Any]) -> Message:
    """A score fell."""
    alert = HealthAlert.from_facts(facts)
    since = text.day(alert.since, alert.as_of)
    words = (
        f"*{text.name(alert.account)}*: the health score fell to *{alert.score} of 100* ({alert.band}), "
        f"from {alert.before} on {since}."
    )
    reasons = "\n".join(f"• {text.typed(reason)}" for reason in alert.reasons)
    missing = f" Nothing is known of: {text.listed(alert.missing)}." if alert.missing else ""
    known = f"{_sentence(alert.summary)} {alert.ages}.{missing}"
    away = f" {text.name(alert.instead_of)} is away." if alert.instead_of else ""
    if alert.instead_of and alert.away_until:
        away = f" {text.away(alert.instead_of, alert.away_until, alert.as_of)}"
    why = f"It {_why_told(alert)}.{away}"
    buttons = (
        blocks.button("Health check…", ActionId.OPEN_HEALTH, alert.account_id, "primary"),
        blocks.button("Log a touch…", ActionId.OPEN_TOUCH, alert.account_id),
    )
    told = blocks.section(words, accessory=_menu(SCORE, alert.account_id))
    parts = [told, *([blocks.section(reasons)] if reasons else []), blocks.context(known, why)]
    spoken = f"{'; '.join(text.typed(reason) for reason in alert.reasons)}." if alert.reasons else ""
    return message(_spoken(f"{words} {spoken} {known} {why}"), [*parts, _row(*buttons)])


def health_section(score: int | None, words: Sequence[str], as_of: str) -> KitBlock:
    """A score on a card, or that too little is known for one: what is behind it, then its reasons, a line each.

    The card stands for weeks, and "8 days ago" is true on one day only; `as_of` names it.
    """
    summary = f": {text.typed(words[0])}" if words else ""
    head = f"*{_health(score)}* (on {text.day(as_of, as_of)}{summary})"
    return blocks.section("\n".join([head, *(text.typed(word) for word in words[1:])]))


def _health(score: int | None) -> str:
    return f"Health: {TOO_LITTLE}" if score is None else f"Health {score} of 100"


def _menu(kind: AlertKind, account_id: int) -> Element:
    return blocks.menu(
        ("Account story", ActionId.ACCOUNT_STORY, account_id),
        dismiss_option(HEALTH, account_id, account_id),
        why_option(kind, account_id),
    )


def _why_told(alert: HealthAlert) -> str:
    if alert.before - alert.score >= alert.fall:
        return f"lost at least {alert.fall} points within {text.count(alert.fall_days, 'day')}"
    limit = next((limit for limit in reversed(alert.bands) if alert.score < limit <= alert.before), None)
    return f"came below {limit}" if limit else "fell"


def _last(prompt: HealthPrompt) -> str:
    if prompt.last_on is None:
        return "There is none yet."
    by = f" by {text.name(prompt.last_by)}" if prompt.last_by else ""
    on, ago = text.day(prompt.last_on, prompt.as_of), text.distance(prompt.last_on, prompt.as_of)
    return f"The last one was on {on}, {ago},{by}, with {spoken_average(prompt.last_average)}."


def _why_asked(prompt: HealthPrompt) -> str:
    if prompt.why == "red_pulse":
        on = text.day(prompt.pulse_on or prompt.as_of, prompt.as_of)
        return f"Someone answered red in the pulse that closed on {on}."
    return ""


def _average(line: HealthLine) -> str:
    now = f"*{spoken_average(line.average)}*"
    if line.average_before is None or line.before_on is None:
        return now
    return f"{now}; it was {spoken_average(line.average_before)} on {text.day(line.before_on, line.as_of)}"


def _scales(line: HealthLine) -> str:
    return " · ".join(_step(Scale(scale), step, before) for scale, step, before in line.scales if step)


def _step(scale: Scale, step: int | None, before: int | None) -> str:
    was = f" (was {before})" if before and before != step else ""
    return f"{label(scale)} *{step}*{was}"


def _risks(line: HealthLine) -> str:
    return f"Risks: {text.listed(text.typed(risk) for risk in line.risks)}" if line.risks else ""


def _next_step(line: HealthLine) -> str:
    if not line.next_step:
        return ""
    by = f", {text.name(line.next_step_by)}" if line.next_step_by else ""
    on = f", by {text.day(line.next_step_on, line.as_of)}" if line.next_step_on else ""
    return f"Next step: {text.typed(line.next_step)}{by}{on}"


def _sold(line: HealthLine) -> str:
    return "Nothing was sold in this talk." if line.sold_nothing else ""


def _score(line: HealthLine) -> str:
    if line.score is None and not line.score_known:
        return ""
    reasons = f": {'; '.join(text.typed(reason) for reason in line.reasons)}" if line.reasons else ""
    ages = f" {line.ages}." if line.ages else ""
    if line.score is None:
        return f"Health: {TOO_LITTLE} ({line.summary}){reasons}.{ages}"
    was = f", was {line.score_before}" if line.score_before not in (None, line.score) else ""
    return f"Health score {line.score} of 100{was} ({line.summary}){reasons}.{ages}"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _row(*buttons: Any) -> KitBlock:
    return blocks.actions(*buttons)


def _spoken(words: str) -> str:
    return " ".join(words.replace("*", "").replace("•", "").split())


def timeline_line(entry: Entry, as_of: str) -> str:
    """A health check in the timeline."""
    scales = [f"{label(scale)} {entry.details[scale]}" for scale in Scale if scale in entry.details]
    whom = f" with {text.name(entry.details['contact'])}" if entry.details.get("contact") else ""
    what = {"corrected": "Health check, corrected since", "correction": "Health check, corrected"}
    risks = [text.typed(risk, 60) for risk in entry.details.get("risks", "").splitlines()]
    parts = [
        f"{what.get(entry.code, 'Health check')}{whom}, by {text.who(entry.by)}",
        " · ".join(scales) or "no scale answered",
    ]
    if risks:
        parts.append(f"Risks: {text.listed(risks)}")
    if entry.details.get("sold_nothing"):
        parts.append("Nothing was sold")
    return f"{'. '.join(parts)}."


def band_title(band: Band) -> str:
    """A band as a chart names it."""
    return band_name(band).capitalize()


def distribution(counts: Mapping[Band, int], unknown: int) -> str:
    """ "Health of accounts: 🔴 poor 3 · 🟡 fair 10 · 🟢 good 180 · not known 7"."""
    parts = [f"{SIGNS[band]} {band_name(band)} {count:,}" for band, count in counts.items()]
    return f"Health of accounts: {' · '.join([*parts, f'not known {unknown:,}'])}"


def fell(count: int) -> str:
    """How many scores fell so far that somebody was told."""
    return f"Health fell far enough to alert the owner: {text.count(count, 'account')}"
