"""Opportunities on screen: a proposal, an account's growth with its whitespace, and a segment's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.accounts.timeline_facts import Entry
from bot.opportunities.alerts import GROWTH
from bot.opportunities.facts import (
    AccountGrowth,
    OpportunityRow,
    ProposalCard,
    SegmentGrowth,
    SegmentRow,
    Signals,
    WhitespaceRow,
)
from bot.opportunities.rules import GAP, OWNED, PIPELINE, REFUSED, ProposalAnswer
from bot.opportunities.stages import GrowthKind, OpportunityLost, OpportunitySource, OpportunityStage
from bot.slack import blocks, text
from bot.slack.ids import ActionId, numbered
from bot.slack.message import Message, message
from bot.usage.messages import change_words
from bot.usage.rules import Trend
from bot.workspace.alerts import dismiss_option, why_option

SECTION_TITLE = "Room to grow"
NEED_SHOWN, STEP_SHOWN = 140, 100
REASON_SHOWN = 120
REASONS = 5
NO_PRODUCTS = "No product is written down yet. A manager does that with `/grow products`."
RULE = "Owned: a running contract has the product's name in its own, as whole words."
_STATE = {OWNED: "owned", PIPELINE: "in the pipeline", GAP: "gap", REFUSED: "not eligible"}


def render_proposal(facts: Mapping[str, Any]) -> Message:
    """What an account may need, why that is said, and what can be done about it."""
    card = ProposalCard.from_facts(facts)
    head = f"*{text.name(card.account)}* may need {_wanted(card)}"
    why = because(card.signals, card.account)
    menu = blocks.menu(why_option(GROWTH, card.account_id), dismiss_option(GROWTH, card.proposal_id, card.account_id))
    parts = [blocks.section(f"{head}\n{why}", accessory=menu)]
    open_it = blocks.button("Open an opportunity…", ActionId.OPEN_PROPOSAL, card.proposal_id, "primary")
    refuse = blocks.button("Not eligible…", ActionId.REFUSE_PROPOSAL, card.proposal_id)
    if said := _answered(card):
        parts.append(blocks.context(said))
        if card.answer != ProposalAnswer.OPENED:
            # "Not now" is one press, and whoever says "not eligible" may learn better.
            parts.append(blocks.actions(open_it, refuse))
        return message(_spoken(f"{head}. {why} {said}"), parts)
    small = "Ask what they need, and what they would spend on it, before you name a price."
    buttons = (open_it, refuse, blocks.button("Not now", ActionId.PUT_OFF_PROPOSAL, card.proposal_id))
    parts += [blocks.context(small), blocks.actions(*buttons)]
    return message(_spoken(f"{head}. {why} {small}"), parts)


def _wanted(card: ProposalCard) -> str:
    more = "more of " if card.kind == GrowthKind.UPSELL else ""
    return f"{more}*{text.name(card.product)}*"


def because(signals: Signals, account: str) -> str:
    """What spoke for a proposal, in a sentence."""
    if signals.score is not None:
        return (
            f"Their health is {signals.score} of 100 and has been {signals.score_least} or more for "
            f"{text.count(signals.score_days, 'day')}; {'; '.join(_grown(signals))}."
        )
    others = f"{signals.peers_have:,} of the {signals.peers:,} other customers in {text.name(signals.segment)}"
    return f"{others} have it; {text.name(account)} does not."


def _grown(signals: Signals) -> Iterator[str]:
    if signals.seats:
        days = text.count(signals.seat_days, "day")
        yield f"seats grew from {signals.seats_before:,} to {signals.seats:,} in {days}"
    if signals.usage_percent:
        ends_on = date.fromisoformat(signals.usage_ends_on)
        yield f"usage is {change_words(Trend(signals.usage_measure, signals.usage_percent, ends_on))}"


def _answered(card: ProposalCard) -> str:
    by = text.name(card.answered_by)
    if card.answer == ProposalAnswer.OPENED:
        return f"{by} opened an opportunity."
    if card.answer == ProposalAnswer.NOT_ELIGIBLE:
        reason = text.sentence(card.reason, REASON_SHOWN)
        return f"{by} says they are not eligible: {reason} It is not proposed to them again."
    if card.answer == ProposalAnswer.NOT_NOW:
        again = f" It may come again from {text.day(card.again_on, card.as_of)} on." if card.again_on else ""
        return f"{by} says not now.{again}"
    return ""


def account_message(one: AccountGrowth) -> Message:
    """An account's opportunities, each with a button, and how it stands to each product."""
    head = f"*{text.name(one.account)}*: {possible_words(one)}"
    parts = [blocks.section(head), *opportunity_rows(one)]
    said = [head, *(opportunity_line(row, one.as_of) for row in one.opportunities)]
    if one.whitespace:
        table_words = "; ".join(f"{text.name(row.product)}: {_STATE[row.state]}" for row in one.whitespace)
        said.append(f"Products: {table_words}.")
    small = [_refused_words(one.whitespace)]
    small.append(f"Nothing is proposed to them for now: {one.held_off}." if one.held_off else "")
    small.append(RULE if one.whitespace else NO_PRODUCTS)
    buttons = [blocks.button("Write one down…", ActionId.ADD_OPPORTUNITY, one.account_id)]
    if any(row.state == GAP or row.reason for row in one.whitespace):
        buttons.append(blocks.button("Not eligible…", ActionId.REFUSE_PRODUCT, one.account_id))
    if one.total > len(one.opportunities):
        buttons.append(blocks.button(f"All {one.total:,} opportunities…", ActionId.LIST_OPPORTUNITIES, one.account_id))
    buttons.append(blocks.button("Pause proposals…", ActionId.PAUSE_ACCOUNT, one.account_id))
    told = " ".join(part for part in small if part)
    parts += [blocks.context(told), blocks.actions(*buttons)]
    shown = message(_spoken(f"{' '.join(said)} {told}"), parts)
    if not one.whitespace:
        return shown
    rows = [(row.product, _STATE[row.state]) for row in one.whitespace]
    return _with_table(shown, table("Products", ("Product", "Where they stand"), rows))


def opportunity_rows(one: AccountGrowth) -> list[KitBlock]:
    """Its opportunities, each with a button to change it."""
    return [
        blocks.section(
            opportunity_line(row, one.as_of),
            accessory=blocks.button("Change…", numbered(ActionId.CHANGE_OPPORTUNITY, place), row.id),
        )
        for place, row in enumerate(one.opportunities)
    ]


def possible_words(one: AccountGrowth) -> str:
    """ "€18,000 a year possible in 2 opportunities", or that there is none."""
    if not one.live:
        return "no open opportunity."
    counted = text.count(one.live, "open opportunity", "open opportunities")
    if not one.possible:
        return f"{counted}, no value yet."
    rest = f", {one.unvalued:,} without a value" if one.unvalued else ""
    return f"{text.moneys(one.possible)} a year possible in {counted}{rest}."


def opportunity_line(row: OpportunityRow, as_of: str) -> str:
    """One opportunity: product, stage, value; need and budget in the customer's words; its source and next step."""
    name = text.name(row.product) if row.product else "Something else"
    stage = OpportunityStage(row.stage).label.lower()
    why = f" ({OpportunityLost(row.lost_reason).label.lower()})" if row.lost_reason else ""
    value = f"{text.money(row.value, row.currency)} a year" if row.value is not None else "value not known"
    said_by = f" ({text.name(row.contact)})" if row.contact else ""
    lines = [
        f"*{name}* · {stage}{why} since {text.day(row.stage_on, as_of)} · {value}",
        f"“{text.typed(row.need, NEED_SHOWN)}”{said_by}",
    ]
    if row.budget:
        lines.append(f"On money: “{text.typed(row.budget, NEED_SHOWN)}”")
    lines.append(f"From: {_lowered(OpportunitySource(row.source).label)}")
    if row.next_step:
        lines[-1] += f" · next, by {text.day(row.next_on, as_of)}: {text.typed(row.next_step, STEP_SHOWN)}"
    return "\n".join(lines)


def _lowered(label: str) -> str:
    return label[:1].lower() + label[1:]


def _refused_words(rows: Sequence[WhitespaceRow]) -> str:
    """Why they cannot have what they cannot have. Beside the table: a phone would cut it off in there."""
    refused = [row for row in rows if row.reason]
    said = [
        f"{text.name(row.product)}: {_STATE[row.state]} because “{text.typed(row.reason, REASON_SHOWN)}”."
        for row in refused[:REASONS]
    ]
    rest = f"{len(refused) - REASONS:,} more are not eligible." if len(refused) > REASONS else ""
    return " ".join([*said, rest]).strip()


def segment_message(one: SegmentGrowth) -> Message:
    """How the accounts of a segment stand to each product, the widest gap first."""
    head = f"*{text.name(one.segment)}*: {text.count(one.accounts, 'customer')}"
    if not one.rows:
        return message(_spoken(f"{head}. {NO_PRODUCTS}"), [blocks.section(f"{head}. {NO_PRODUCTS}")])
    rows = sorted(one.rows, key=lambda row: (-row.gap, row.product.casefold()))
    said = [head, *(_segment_words(row) for row in rows), RULE]
    shown = message(
        _spoken(". ".join(part.rstrip(".") for part in said) + "."), [blocks.section(head), blocks.context(RULE)]
    )
    cells = [
        (row.product, f"{row.gap:,}", f"{row.pipeline:,}", f"{row.owned:,}", f"{row.not_eligible:,}") for row in rows
    ]
    # A phone shows the first columns: the gap is what one looks for.
    columns = ("Product", "Gap", "Pipeline", "Owned", "Not eligible")
    return _with_table(shown, table(f"Products in {one.segment}", columns, cells), behind=1)


def _segment_words(row: SegmentRow) -> str:
    return (
        f"{text.name(row.product)}: a gap at {row.gap:,}, in the pipeline of {row.pipeline:,}, owned by {row.owned:,}, "
        f"{row.not_eligible:,} not eligible"
    )


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """A table; what it says stands in the message's text as well."""
    lines = [head, *rows]
    return {
        "type": "data_table",
        "block_id": "whitespace",
        "caption": text.plain(caption, 100),
        "rows": [[{"type": "raw_text", "text": text.plain(cell, 200) or "–"} for cell in line] for line in lines],
        "page_size": 10,
        "row_header_column_index": 0,
    }


def _with_table(shown: Message, drawn: dict[str, Any], behind: int = 2) -> Message:
    """The message with a table before its last blocks."""
    return replace(shown, blocks=[*shown.blocks[:-behind], drawn, *shown.blocks[-behind:]])


def possible_line(values: Mapping[str, str], count: int, unvalued: int) -> str:
    """What is open at all accounts of an overview; empty where nothing is."""
    return f"Possible: {_together(values, count, unvalued)}" if count else ""


def still_line(count: int, days: int) -> str:
    """Open opportunities whose stage has not changed for long; empty where there is none."""
    return f"In the same stage for {text.count(days, 'day')} or more: {count:,}" if count else ""


def won_line(values: Mapping[str, str], count: int, unvalued: int) -> str:
    """What was won lately; empty where nothing was."""
    return f"✅ won: {_together(values, count, unvalued)}" if count else ""


def _together(values: Mapping[str, str], count: int, unvalued: int) -> str:
    counted = text.count(count, "opportunity", "opportunities")
    if not values:
        return f"{counted}, no value yet"
    rest = f", {unvalued:,} without a value" if unvalued else ""
    return f"{counted}, *{text.moneys(values)}* a year{rest}"


def listed_why(product: str, stage: str, need: str) -> str:
    """One opportunity in the list behind an overview, as plain words."""
    short = text.bounded(need, NEED_SHOWN)
    return f"{product or 'Something else'}, {OpportunityStage(stage).label.lower()}: “{short}”"


def listed_worth(value: Decimal | None, currency: str | None) -> str:
    """What it may be worth in a year; empty where nobody said."""
    return text.money(str(value), currency) if value is not None else ""


def story_line(one: AccountGrowth) -> str:
    """What is possible at an account, in its story; empty where nothing is open."""
    if not one.live:
        return ""
    named = [
        f"{text.name(row.product) if row.product else 'something else'} ({OpportunityStage(row.stage).label.lower()})"
        for row in one.opportunities[:3]
    ]
    more = one.live - len(named)
    return f"Set up to grow: {possible_words(one)} {text.listed([*named, f'{more} more'] if more > 0 else named)}"


def timeline_line(entry: Entry, as_of: str) -> str:
    """An opportunity in the timeline."""
    who, product = text.who(entry.by), text.name(entry.details.get("product", "") or "something else")
    if entry.code == "won":
        return f"{who} won {product} ({_value(entry)})"
    if entry.code == "lost":
        return f"{who} marked {product} lost: {OpportunityLost(entry.details['reason']).label.lower()}"
    if entry.code == "removed":
        return f"{who} took out an opportunity that was written down by mistake, {product} ({_value(entry)}):"
    if entry.code == "refused":
        return f"{who} says they cannot have {product}:"
    if entry.code == "allowed":
        return f"{who} says they may have {product} after all. Until then it was said:"
    told = f", as {text.name(entry.details['contact'])} said" if entry.details.get("contact") else ""
    return f"{who} wrote down an opportunity, {product} ({_value(entry)}){told}:"


def _value(entry: Entry) -> str:
    amount = entry.details.get("value", "")
    return f"{text.money(amount, entry.details.get('currency'))} a year" if amount else "value not known"


def _spoken(words: str) -> str:
    return words.replace("*", "").replace("\n", " ")
