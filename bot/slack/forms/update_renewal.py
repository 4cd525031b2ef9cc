"""The form behind Update…: where a renewal stands, as far as it is known now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.rules.cards import RenewalCard
from bot.rules.money import currency_of, parse_amount
from bot.rules.stages import Forecast, LostReason, Stage, is_unsigned, label, needs_reason, next_steps
from bot.slack import blocks, text
from bot.slack.forms import building
from bot.slack.forms.fields import Fields, Reference
from bot.slack.ids import ViewId
from bot.slack.messages.renewal_card import at_stake, deadline_lines


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


@dataclass(frozen=True, slots=True)
class RenewalUpdate:
    """What the form says as a whole; an empty field is None or empty text.

    `changed` names the fields (of ASKED) in which the person wrote something else than the form showed: the others may
    have been changed by a colleague while it was open.
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


def update_form(card: RenewalCard, viewer: str = "") -> dict[str, Any]:
    """The form, filled with what is known. `viewer` is the Slack id of who will read it: they can take it or let go."""
    facts = [f"*{text.name(card.account)}*: {at_stake(card)}", *deadline_lines(card)]
    stages = [Stage(card.stage), *next_steps(Stage(card.stage))]
    proposed = f"{card.proposed_value} {card.proposed_currency or ''}".strip() if card.proposed_value else ""
    fields = [
        blocks.section("\n".join(facts), block_id="facts"),
        building.select("stage", "Stage", [(label(s), s) for s in stages], card.stage, optional=False),
        building.select("on_it", "Who is on it", _on_it(card, viewer), OnIt.STAYS, optional=False),
        building.select("forecast", "Forecast", [(label(f), f) for f in Forecast], card.forecast),
        building.words("forecast_reason", "Why this forecast?", card.forecast_reason, lines=True),
        building.words("proposed_value", "Proposed value", proposed, "A year, with its currency, such as 48,000 EUR."),
        building.day("close_date", "When do you expect to close?", card.close_date),
        building.day("renewal_date", "Renewal date", card.renewal_date, "Change it only if the contract's date moved."),
        building.select("lost_reason", "If lost: why?", [(label(r), r) for r in LostReason], card.lost_reason),
        building.words("lost_words", "If lost: in your words", card.lost_words, lines=True),
    ]
    reference = Reference(renewal_id=card.renewal_id, account_id=card.account_id)
    if not is_unsigned(Stage(card.stage)):
        fields = [field for field in fields if field.block_id != "on_it"]
    return building.modal(ViewId.UPDATE_RENEWAL, "Update the renewal", fields, "Save", reference.to_metadata())


def read_update(view: Mapping[str, Any]) -> RenewalUpdate:
    """The form as values; raises FieldErrors with a sentence for each field that cannot be taken."""
    fields = Fields(view)
    amount, currency = _proposed(fields)
    update = RenewalUpdate(
        renewal_id=Reference.from_view(view).renewal_id,
        stage=fields.one_of("stage", Stage),
        forecast=fields.one_of("forecast", Forecast),
        forecast_reason=fields.text("forecast_reason"),
        proposed_value=amount,
        proposed_currency=currency,
        close_date=fields.day("close_date"),
        renewal_date=fields.day("renewal_date"),
        lost_reason=fields.one_of("lost_reason", LostReason),
        lost_words=fields.text("lost_words"),
        on_it=fields.one_of("on_it", OnIt) or OnIt.STAYS,
        changed=frozenset(name for name in ASKED if fields.is_changed(name)),
    )
    _check_reasons(fields, update)
    fields.check()
    return update


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
    if not written:
        return None, None
    try:
        amount, currency = parse_amount(written)
    except ValueError as wrong:
        fields.refuse("proposed_value", str(wrong))
        return None, None
    if amount < 0:
        fields.refuse("proposed_value", "Write an amount of zero or more, such as 48,000 EUR.")
    if currency is None:
        fields.refuse("proposed_value", f"Write the currency too, such as {written} EUR.")
    return amount, currency_of(currency) if currency else None


def _check_reasons(fields: Fields, update: RenewalUpdate) -> None:
    asked_again = {"forecast", "forecast_reason"} & update.changed
    if update.forecast is not None and asked_again and not update.forecast_reason:
        fields.refuse("forecast_reason", f"Say in a sentence why the forecast is {label(update.forecast)}.")
    if update.stage is not None and needs_reason(update.stage):
        if update.lost_reason is None:
            fields.refuse("lost_reason", "Choose why it was lost.")
        if not update.lost_words:
            fields.refuse("lost_words", "Say in a sentence what happened.")
