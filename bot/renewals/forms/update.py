"""The form behind Update…: first what changes about a renewal, then only the fields that this change needs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.core.labelled import Labelled
from bot.core.money import currency_of, parse_amount
from bot.renewals.facts import RenewalCard
from bot.renewals.messages.status import status_line
from bot.renewals.rules.stages import Forecast, LostReason, Stage, is_unsigned, label, next_steps
from bot.renewals.rules.terms import TermUnit, months_between, next_renewal
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields, Reference, carried
from bot.slack.ids import ViewId

FINAL = "final_value"
KEPT_LENGTH = 1800
"""So much of what was typed into fields that are not shown now finds room in the form's metadata."""


class Change(Labelled):
    """What about a renewal changes."""

    STAGE = "stage", "The stage"
    FORECAST = "forecast", "The forecast"
    VALUE = "value", "The proposed value, or when you expect to close"
    DATE = "date", "The renewal date"
    WHO = "who", "Who is on it"
    SIGNED = "signed", "It is signed"
    LOST = "lost", "It is lost"
    TERMS = "terms", "What was signed"


_OUTCOMES = {Change.SIGNED: Stage.SIGNED, Change.LOST: Stage.LOST}
_TERMS = ("term_months", "term_starts", "term_ends")
_FIELDS: Mapping[Change, tuple[str, ...]] = {
    Change.STAGE: ("stage",),
    Change.FORECAST: ("forecast", "forecast_reason"),
    Change.VALUE: ("proposed_value", "close_date"),
    Change.DATE: ("renewal_date",),
    Change.WHO: ("on_it",),
    Change.SIGNED: _TERMS,
    Change.LOST: ("lost_reason", "lost_words"),
    Change.TERMS: _TERMS,
}
"""The fields of each; what was signed also has a final value a currency (FINAL)."""

_ASKS = {
    Change.LOST: "*Lost* needs to say why. Nothing is saved yet.",
    Change.SIGNED: "*Signed* needs what was signed. Look at it, then save; nothing is saved yet.",
}


class OnIt(StrEnum):
    """What the form can do about who is on it."""

    STAYS = "stays"
    TAKE = "take"
    LET_GO = "let_go"


ASKED = (
    "stage",
    "forecast",
    "forecast_reason",
    "proposed_value",
    "close_date",
    "renewal_date",
    "lost_reason",
    "lost_words",
)
_SIGNED = (Stage.SIGNED, Stage.INVOICED)


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed: {currency: amount a year}, the term in months, its first day and the next renewal date."""

    values: Mapping[str, Decimal]
    months: int
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class RenewalUpdate:
    """What the form says as a whole; an empty field, or one that is not shown, is None or empty text.

    `changed` names the fields (of ASKED) in which the person wrote something else than the form showed when it opened:
    the others may have been changed by a colleague meanwhile.
    """

    renewal_id: int
    stage: Stage | None
    forecast: Forecast | None
    forecast_reason: str
    proposed_value: Decimal | None
    proposed_currency: str | None
    close_date: date | None
    renewal_date: date | None
    lost_reason: LostReason | None
    lost_words: str
    on_it: OnIt
    changed: frozenset[str]
    signed: Signed | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has chosen and written so far, as text by field, and what the form showed when it opened."""

    values: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_view(cls, view: Mapping[str, Any]) -> Typed:
        """The form as it stands; what was typed before another stage took its fields away is still there."""
        given, fields = _metadata(view), Fields(view)
        here = {name: fields.said(name) for name in fields.names()}
        return cls({**given.get("kept", {}), **here}, given.get("shown", {}))


def update_form(
    card: RenewalCard,
    viewer: str = "",
    signed: Signed | None = None,
    typed: Typed | None = None,
    note: str = "",
    beside: str = "",
) -> dict[str, Any]:
    """The form. `viewer` is the Slack id of who will read it: they can take it or let go.

    `beside` is what stands above the forecast: the call, and what is computed.

    `signed` is what a signature is for, unless the person says otherwise. `typed` is what they have entered so far,
    when something else is to change, or another stage brings other fields.
    """
    now = Stage(card.stage)
    first = _first_values(card, signed or _again(card))
    said = {**first, **(typed.values if typed else {})}
    stage = next((one for one in Stage if one.value == said["stage"]), now)
    offered = _offered(now)
    change = _chosen(said, stage, offered)
    fields = [
        form.select("change", "What changes?", [(c.label, c) for c in offered], change, optional=False,
                    asks=True),
        *([blocks.section(beside, block_id="beside")] if beside and change is Change.FORECAST else []),
        *_fields_of(card, change, stage, said, viewer),
    ]  # fmt: skip
    shown_names = {one.block_id for one in fields}
    kept = {
        name: value
        for name, value in said.items()
        if name not in shown_names and typed and value != first.get(name, "")
    }
    kept = kept if len(json.dumps(kept)) <= KEPT_LENGTH else {}
    metadata = {
        "renewal_id": card.renewal_id,
        "account_id": card.account_id,
        "shown": dict(typed.shown)
        if typed and typed.shown
        else {name: _digest(value) for name, value in first.items()},
        "kept": kept,
    }
    facts = [status_line(card), *([note] if note else []), *_unsaved(kept, offered)]
    parts = [blocks.section("\n".join(facts), block_id="facts"), *fields]
    return form.modal(ViewId.UPDATE_RENEWAL, "Update the renewal", parts, "Save", json.dumps(metadata))


def _offered(now: Stage) -> list[Change]:
    """What may change at this stage."""
    if now in _SIGNED:
        return [Change.STAGE, Change.TERMS]
    if not is_unsigned(now):
        return [Change.STAGE]
    outcomes = [change for change, stage in _OUTCOMES.items() if stage in next_steps(now)]
    return [Change.STAGE, Change.FORECAST, Change.VALUE, Change.DATE, Change.WHO, *outcomes]


def _chosen(said: Mapping[str, str], stage: Stage, offered: Collection[Change]) -> Change:
    """What is to change: as chosen, or as the stage that was chosen asks for."""
    outcome = next((change for change, one in _OUTCOMES.items() if one is stage and change in offered), None)
    chosen = next((one for one in offered if one.value == said["change"]), Change.STAGE)
    return outcome if outcome and chosen is Change.STAGE else chosen


def _unsaved(kept: Collection[str], offered: Sequence[Change]) -> list[str]:
    """What was written for another change, and is not saved with this one."""
    others = [change for change in offered if any(_is_of(name, change) for name in kept)]
    named = text.listed(f"“{one.label.lower()}”" for one in others)
    return [f"What you wrote under {named} is kept here, and saved only from there."] if others else []


def _is_of(name: str, change: Change) -> bool:
    return name in _FIELDS[change] or (name.startswith(FINAL) and _FIELDS[change] is _TERMS)


def needs_more(view: Mapping[str, Any]) -> str:
    """Why the form cannot be taken yet: it was sent before the fields of the chosen change were there. Else empty."""
    names = Fields(view).names()
    change = Fields(view).one_of("change", Change)
    if change is not None and _FIELDS[change][0] not in names:
        return _ASKS.get(change, "Say what it is now. Nothing is saved yet.")
    stage = Fields(view).one_of("stage", Stage)
    if stage is Stage.PAID and "paid" not in {str(block.get("block_id")) for block in view.get("blocks") or ()}:
        return "Is it paid? Nothing is saved yet."
    return ""


def read_update(view: Mapping[str, Any]) -> RenewalUpdate:
    """The form as values; raises FieldErrors with a sentence for each field that cannot be taken."""
    fields, shown = Fields(view), _metadata(view).get("shown", {})
    names = fields.names()
    changed = frozenset(name for name in names if _is_changed(fields, name, shown))
    outcome = _OUTCOMES.get(fields.one_of("change", Change) or Change.STAGE)
    stage = outcome or fields.one_of("stage", Stage)
    changed |= {"stage"} if outcome else set()
    amount, currency = _proposed(fields)
    update = RenewalUpdate(
        renewal_id=Reference.from_view(view).renewal_id,
        stage=stage,
        forecast=fields.one_of("forecast", Forecast),
        forecast_reason=fields.text("forecast_reason"),
        proposed_value=amount,
        proposed_currency=currency,
        close_date=fields.day("close_date"),
        renewal_date=fields.day("renewal_date"),
        lost_reason=fields.one_of("lost_reason", LostReason),
        lost_words=fields.text("lost_words"),
        on_it=fields.one_of("on_it", OnIt) or OnIt.STAYS,
        changed=changed & set(ASKED),
        signed=_signed(fields, changed),
    )
    _check_reasons(fields, update)
    fields.check()
    return update


def _again(card: RenewalCard) -> Signed:
    """The same once more for a year, where nothing else is known of the term."""
    starts = date.fromisoformat(card.term_starts or card.renewal_date)
    values = {currency: Decimal(amount) for currency, amount in (card.final_values or card.values).items()}
    months = card.final_term_months or TermUnit.YEAR
    ends = date.fromisoformat(card.term_ends) if card.term_ends else next_renewal(starts, months, starts)
    return Signed(values, months, starts, ends)


def _first_values(card: RenewalCard, signed: Signed) -> dict[str, str]:
    """What the form shows when it opens, as text by field."""
    proposed = f"{card.proposed_value} {card.proposed_currency or ''}".strip() if card.proposed_value else ""
    many = len(signed.values) > 1
    return {
        "change": Change.STAGE,
        "stage": card.stage,
        "on_it": OnIt.STAYS,
        "forecast": card.forecast or "",
        "forecast_reason": card.forecast_reason,
        "proposed_value": proposed,
        "close_date": card.close_date or "",
        "renewal_date": card.renewal_date,
        "lost_reason": card.lost_reason or "",
        "lost_words": card.lost_words,
        **{(f"{FINAL}_{c}" if many else FINAL): f"{_plain(a)} {c}" for c, a in signed.values.items()},
        "term_months": str(signed.months),
        "term_starts": str(signed.starts),
        "term_ends": str(signed.ends),
    }


def _fields_of(card: RenewalCard, change: Change, stage: Stage, said: Mapping[str, str], viewer: str) -> list[KitBlock]:
    match change:
        case Change.STAGE:
            return _stage_fields(Stage(card.stage), stage)
        case Change.FORECAST:
            may_clear = bool(card.forecast)
            forecasts = [(label(f), f) for f in Forecast]
            return [
                form.select("forecast", "Forecast", forecasts, said["forecast"], optional=may_clear, asks=True),
                _reason(card, said),
            ]
        case Change.VALUE:
            hint = "A year, with its currency, such as 48,000 EUR."
            return [
                form.words("proposed_value", "Proposed value", said["proposed_value"], hint),
                form.day("close_date", "When do you expect to close?", said["close_date"]),
            ]
        case Change.DATE:
            hint = "Only if the contract's date has moved."
            return [form.day("renewal_date", "Renewal date", said["renewal_date"], hint, optional=False)]
        case Change.WHO:
            return [form.select("on_it", "Who is on it", _on_it(card, viewer), said["on_it"], optional=False)]
        case Change.LOST:
            reasons = [(label(r), r) for r in LostReason]
            return [
                form.select("lost_reason", "Why was it lost?", reasons, said["lost_reason"], optional=False),
                form.words("lost_words", "What happened?", said["lost_words"], lines=True, optional=False),
            ]
        case Change.SIGNED | Change.TERMS:
            return _final_fields(said)


def _stage_fields(now: Stage, stage: Stage) -> list[KitBlock]:
    """The stage; what is signed or lost is a change of its own as long as it is neither."""
    steps = [one for one in next_steps(now) if one not in _OUTCOMES.values() or not is_unsigned(now)]
    chosen = stage if stage in (now, *steps) else now
    select = form.select("stage", "Stage", [(label(s), s) for s in (now, *steps)], chosen, optional=False, asks=True)
    if stage is not Stage.PAID:
        return [select]
    closes = "*Paid* closes the card, and the contracts go on to their next term. It can be undone for a day."
    return [select, blocks.section(closes, block_id="paid")]


def _reason(card: RenewalCard, said: Mapping[str, str]) -> KitBlock:
    """Why this forecast: needed once there is another one than before."""
    is_new = said["forecast"] not in ("", card.forecast or "")
    question = f"Why {label(Forecast(said['forecast'])).lower()}?" if is_new else "Why this forecast?"
    return form.words("forecast_reason", question, said["forecast_reason"], lines=True, optional=not is_new)


def _final_fields(said: Mapping[str, str]) -> list[KitBlock]:
    names = sorted(name for name in said if name.startswith(f"{FINAL}_")) or [FINAL]
    hint = "What they pay in a year, with its currency, such as 48,000 EUR."
    values = [
        form.words(
            name,
            f"Final value a year, {name.removeprefix(f'{FINAL}_')}" if name != FINAL else "Final value a year",
            said.get(name, ""),
            hint,
            optional=False,
        )
        for name in names
    ]
    return [
        *values,
        form.words("term_months", "New term, in months", said["term_months"], optional=False),
        form.day("term_starts", "The new term begins", said["term_starts"], optional=False),
        form.day(
            "term_ends",
            "It runs to",
            said["term_ends"],
            "The next renewal date. Left as it is, it follows the months.",
            optional=False,
        ),
    ]


def _on_it(card: RenewalCard, viewer: str) -> list[tuple[str, str]]:
    """Who is on it, and what the reader can make of that."""
    claimer = card.claimed_by
    if claimer is None:
        return [("Nobody yet", OnIt.STAYS), ("I'm on it", OnIt.TAKE)]
    if claimer.slack_id == viewer:
        return [("I'm on it", OnIt.STAYS), ("Nobody: I let it go", OnIt.LET_GO)]
    name = text.plain(claimer.name, 30)
    return [(name, OnIt.STAYS), (f"I take it over from {name}", OnIt.TAKE)]


def _proposed(fields: Fields) -> tuple[Decimal | None, str | None]:
    written = fields.text("proposed_value")
    return _amount(fields, "proposed_value", written, "") if written else (None, None)


def _amount(fields: Fields, name: str, written: str, usual: str) -> tuple[Decimal | None, str | None]:
    """What is written in a field, in the `usual` currency when none is named there."""
    try:
        amount, currency = parse_amount(written)
        currency = currency_of(currency or usual) if currency or usual else None
    except ValueError as wrong:
        fields.refuse(name, str(wrong))
        return None, None
    if amount < 0:
        fields.refuse(name, "Write an amount of zero or more, such as 48,000 EUR.")
    if currency is None:
        fields.refuse(name, f"Write the currency too, such as {written} EUR.")
    return amount, currency


def _signed(fields: Fields, changed: Collection[str]) -> Signed | None:
    """What was signed; None where the form does not ask, and where nothing of it was corrected since."""
    names = fields.names()
    if "term_months" not in names:
        return None
    values = _final_values(fields, [name for name in names if name.startswith(FINAL)])
    months, starts, ends = _months(fields), fields.day("term_starts"), fields.day("term_ends")
    if starts is None:
        fields.refuse("term_starts", "Choose the day on which the new term begins.")
    if ends is None:
        fields.refuse("term_ends", "Choose the day on which it renews next.")
    if months is None or starts is None or ends is None:
        return None
    moved = not {"term_months", "term_starts"}.isdisjoint(changed)
    if moved and "term_ends" not in changed:
        ends = next_renewal(starts, months, starts)
    elif ends <= starts:
        pass
    elif "term_ends" in changed and "term_months" not in changed:
        months = months_between(starts, ends)
    elif moved and abs(months_between(starts, ends) - months) > 1:
        fields.refuse("term_ends", f"{text.count(months, 'month')} from then end on another day. Correct one of them.")
    if ends <= starts:
        fields.refuse("term_ends", "Choose a day after the first day of the new term.")
    is_anew = any(name.startswith((FINAL, "term_", "stage")) for name in changed)
    return Signed(values, months, starts, ends) if is_anew else None


def _final_values(fields: Fields, names: list[str]) -> dict[str, Decimal]:
    values: dict[str, Decimal] = {}
    for name in names:
        written, own = fields.text(name), name.removeprefix(FINAL).removeprefix("_")
        if not written:
            fields.refuse(name, "Write what they pay in a year, such as 48,000 EUR.")
            continue
        shown = fields.shown_text(name).rpartition(" ")[2]
        amount, currency = _amount(fields, name, written, own or shown)
        if own and currency and currency != own:
            fields.refuse(name, f"This is the part in {own}. Write it in {own}.")
        if amount is not None and currency:
            values[currency] = amount
    return values


def _months(fields: Fields) -> int | None:
    written = fields.text("term_months")
    if written.isascii() and written.isdecimal() and 1 <= len(written) <= 4 and int(written) > 0:
        return int(written)
    fields.refuse("term_months", "Write a whole number of months, such as 12.")
    return None


def _check_reasons(fields: Fields, update: RenewalUpdate) -> None:
    asked_again = {"forecast", "forecast_reason"} & update.changed
    if update.forecast is not None and asked_again and not update.forecast_reason:
        fields.refuse("forecast_reason", f"Say in a sentence why the forecast is {label(update.forecast)}.")
    if update.stage is Stage.LOST:
        if update.lost_reason is None:
            fields.refuse("lost_reason", "Choose why it was lost.")
        if not update.lost_words:
            fields.refuse("lost_words", "Say in a sentence what happened.")


def _metadata(view: Mapping[str, Any]) -> dict[str, Any]:
    """What the form carries about itself: data from outside, that decides nothing about rights."""
    given = carried(view)
    parts = {name: given.get(name) for name in ("kept", "shown")}
    return {name: {str(k): str(v) for k, v in part.items()} for name, part in parts.items() if isinstance(part, dict)}


def _is_changed(fields: Fields, name: str, shown: Mapping[str, str]) -> bool:
    # A form of an older version carries nothing about what it showed.
    return _digest(fields.said(name)) != shown[name] if name in shown else fields.is_changed(name)


def _digest(said: str) -> str:
    # Only to see whether a field was changed: the words themselves may be too long to carry along.
    return hashlib.blake2b(" ".join(said.split()).encode(), digest_size=6).hexdigest()


def _plain(amount: Decimal) -> str:
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount.normalize():.2f}"
