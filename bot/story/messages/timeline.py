"""An account's timeline: a paged modal, narrowed by kind; whatever was typed stands as it was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import slackblocks as kit
from slackblocks.blocks import Block as KitBlock

from bot.core.links import web_link
from bot.handoffs.rules import ended
from bot.handoffs.rules import label as direction_label
from bot.health.rules.checks import Scale, label
from bot.health.rules.score_words import IMPRESSIONS
from bot.renewals.facts import StoryLine
from bot.renewals.line_codes import Line
from bot.renewals.messages.thread_lines import render_story_line
from bot.slack import blocks, form, text
from bot.slack.ids import ActionId, ViewId
from bot.story.timeline_facts import KINDS, Entry, Page
from bot.touchpoints.rules.line import LABELS, MOODS, PURPOSES, Kind

ALL = "all"
WORDS_SHOWN = 500

_ACTS = frozenset(
    (
        Line.CLAIMED,
        Line.TOOK_OVER,
        Line.RELEASED,
        Line.UPDATED,
        Line.SNOOZED,
        Line.SIGNED,
        Line.INVOICED,
        Line.WON,
        Line.PAID_UNDONE,
        Line.LOST,
        Line.ENDED,
    )
)
_TO = {"owner": "its owner", "manager": "the owner's manager", "leadership": "leadership"}
_OUTCOMES = {"done": "Done", "dropped": "Dropped", "kept": "Promise kept", "broken": "Promise not kept in time"}


def timeline_view(page: Page) -> dict[str, Any]:
    """One page of what happened, newest first."""
    shown = text.count(page.total, "entry").replace("entrys", "entries")
    first = page.number * page.size + 1
    span = f", {first} to {first + len(page.entries) - 1}" if page.total > page.size else ""
    parts: list[KitBlock] = [
        blocks.section(f"*{text.name(page.account)}*: {shown}{span}, newest first."),
        blocks.actions(_filter(page.kind)),
    ]
    for place, entry in enumerate(page.entries):
        parts += _entry(entry, page.as_of, place)
    if not page.entries:
        nothing = "Nothing of this kind yet." if page.kind else "Nothing has happened yet. Write `/touch` after a talk."
        parts.append(blocks.section(nothing))
    if turns := _turns(page):
        parts.append(blocks.actions(*turns))
    view = form.modal(ViewId.TIMELINE, "Timeline", [], metadata=f"{page.account_id}:{page.kind or ALL}")
    return {**view, "blocks": _ids(parts, page)}


def _filter(kind: str) -> kit.StaticSelectMenu:
    offered = [blocks.option("Everything", ALL), *(blocks.option(shown, one) for one, shown in KINDS.items())]
    chosen = next((one for one in offered if one.value == kind), offered[0])
    return kit.StaticSelectMenu(action_id=ActionId.TIMELINE_KIND, options=offered, initial_option=chosen)


def _turns(page: Page) -> list[Any]:
    turns = []
    if page.number > 0:
        turns.append(blocks.button("Newer", f"{ActionId.TIMELINE_PAGE}:newer", page.number - 1))
    if page.has_older:
        turns.append(blocks.button("Older", f"{ActionId.TIMELINE_PAGE}:older", page.number + 1))
    return turns


def _ids(parts: list[KitBlock], page: Page) -> blocks.Blocks:
    # A block that keeps its id keeps its state: the filter must not show the choice of another page.
    built = blocks.built(parts)
    return [{**block, "block_id": f"{page.kind or ALL}.{page.number}.{n}"} for n, block in enumerate(built)]


def _entry(entry: Entry, as_of: str, place: int) -> list[KitBlock]:
    head = f"*{text.day(entry.on, as_of)}* {_HEADS[entry.kind](entry, as_of)}"
    body = text.quoted(entry.words, WORDS_SHOWN)
    words = f"{head}\n{body}" if body else head
    edit = blocks.button("Edit", f"{ActionId.EDIT_TOUCH}:{place}", entry.id) if _is_editable(entry) else None
    return [blocks.section(words, accessory=edit)]


def _is_editable(entry: Entry) -> bool:
    return entry.mine and entry.kind == "touch"


def _touch(entry: Entry, as_of: str) -> str:
    traces = {
        "touch_edited": "edited a touchpoint",
        "touch_deleted": "deleted a touchpoint",
        "touch_undone": "took one back",
    }
    if entry.code in traces:
        said = ". It said before:" if entry.words else "."
        return f"{_by(entry)} {traces[entry.code]}{said}"
    details = entry.details
    contact = f" with {text.name(details['contact'])}" if details.get("contact") else ""
    department = f" ({text.typed(details['department'], 40)})" if details.get("department") else ""
    by = f", by {_by(entry)}{department}" if entry.by else ""
    parts = [f"{LABELS.get(entry.code, entry.code)}{contact}{by}"]
    if mood := details.get("mood"):
        parts.append(MOODS.get(mood, mood))
    if purpose := details.get("purpose"):
        parts.append(f"For {PURPOSES.get(purpose, purpose).lower()}")
    if priority := details.get("priority"):
        parts.append(f"Priority {text.typed(priority, 20)}")
    if satisfaction := details.get("satisfaction"):
        parts.append(f"Rated {satisfaction} of 5")
    if details.get("escalated"):
        parts.append("Escalated")
    if entry.code == Kind.NOTE:
        parts.append("The customer was not reached")
    link = web_link(details.get("permalink") or "", "The message")
    return f"{'. '.join(parts)}.{f' {link}' if link else ''}"


def _check(entry: Entry, as_of: str) -> str:
    scales = [f"{label(scale)} {entry.details[scale]}" for scale in Scale if scale in entry.details]
    what = {"corrected": "Health check, corrected since", "correction": "Health check, corrected"}
    risks = [text.typed(risk, 60) for risk in entry.details.get("risks", "").splitlines()]
    parts = [f"{what.get(entry.code, 'Health check')}, by {_by(entry)}", " · ".join(scales) or "no scale answered"]
    if risks:
        parts.append(f"Risks: {text.listed(risks)}")
    if entry.details.get("sold_nothing"):
        parts.append("Nothing was sold")
    return f"{'. '.join(parts)}."


def _pulse(entry: Entry, as_of: str) -> str:
    details = entry.details
    if entry.code == "pulse_escalated":
        to = details.get("to", "")
        whom = text.mention(to) if to.startswith(("U", "W")) else text.channel(to)
        return f"The pulse had no next step, so it went to {whom}."
    if entry.code == "running":
        return f"Pulse round, still open: {details['answered']} of {details['asked']} have answered."
    silent = int(details["asked"]) - int(details["answered"])
    counts = [f"{details[colour]} {colour}" for colour in ("green", "yellow", "red") if details[colour] != "0"]
    said = text.listed(counts) if counts else "nobody answered"
    heard = int(details.get("heard", "0"))
    known = f" {heard} heard from them." if heard else f" {IMPRESSIONS.capitalize()}." if counts else ""
    return f"Pulse round closed: {said}{f', {silent} silent' if counts and silent > 0 else ''}.{known}"


def _step(entry: Entry, as_of: str) -> str:
    details = entry.details
    is_own = entry.by is not None and details.get("owner") == entry.by.name
    owner = f", for {text.name(details['owner'])}" if details.get("owner") and not is_own else ""
    due = f"by {text.day(details['due_on'], as_of)}"
    if entry.code == "made":
        what = "promised the customer" if details.get("promise") else "noted a follow-up"
        return f"{_by(entry)} {what}, {due}{owner}:" if entry.words else f"{_by(entry)} {what}, {due}{owner}."
    by = f" by {_by(entry)}" if entry.by else ""
    return f"{_OUTCOMES.get(entry.code, 'Closed')}{by} (due {text.day(details['due_on'], as_of)}{owner}):"


def _renewal(entry: Entry, as_of: str) -> str:
    if entry.code == "escalated":
        return f"Renewal: nothing had happened, so {_TO.get(entry.details.get('to', ''), 'someone')} was told."
    if entry.code in _ACTS:
        facts = StoryLine(entry.code, "", entry.by, None, entry.details).to_facts()
        return f"Renewal: {render_story_line(facts).text}"
    plain = {
        "overdue": "its date passed and nothing was signed.",
        "rolled": "it renewed itself.",
        "term_began": "the new term began.",
    }
    return f"Renewal: {plain.get(entry.code, 'something changed.')}"


def _plan(entry: Entry, as_of: str) -> str:
    details = entry.details
    measure = f" Measured by: {text.sentence(details['measure'])}" if details.get("measure") else ""
    rhythm = f" Rhythm: {text.sentence(details['rhythm'])}" if details.get("rhythm") else ""
    review = f" Next review {text.day(details['review_on'], as_of)}." if details.get("review_on") else ""
    return f"{_by(entry)} wrote down the plan.{measure}{rhythm}{review} Goals:"


def _handoff(entry: Entry, as_of: str) -> str:
    way, to = direction_label(entry.details["direction"]), text.name(entry.details["receiver"])
    if entry.code == "given":
        return f"{_by(entry)} handed the account over to {to} ({way}):"
    whose = "" if entry.details["receiver"] == (entry.by.name if entry.by else "") else f" to {to}"
    missing = ". What was missing:" if entry.words else "."
    return f"{_by(entry)} {ended(entry.code)} the handoff{whose} ({way}){missing}"


def _by(entry: Entry) -> str:
    return text.name(entry.by.name) if entry.by else "Someone"


_HEADS: Mapping[str, Callable[[Entry, str], str]] = {
    "touch": _touch,
    "check": _check,
    "pulse": _pulse,
    "step": _step,
    "renewal": _renewal,
    "plan": _plan,
    "handoff": _handoff,
}
