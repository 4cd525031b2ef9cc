"""Forms about competitors: who courts an account and what they claim; our answer to one claim."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slackblocks.elements import Element

from bot.accounts.forms import WhoAtCustomer, WhoDraft, read_who, who_fields
from bot.competitors.facts import ClaimLine, CompetitorRecord
from bot.competitors.messages import claim_row, known_answer
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields, carried, row_number
from bot.slack.ids import ActionId, ViewId

CLAIM_LENGTH = 1500
SOURCE_LENGTH = 64


@dataclass(frozen=True, slots=True)
class ClaimForm:
    """The form as it was sent off; `source` names what it came from."""

    account_id: int
    competitor: str
    claim: str
    until: Any
    answer: str
    source: str
    who: WhoAtCustomer


def claim_form(
    account: str,
    account_id: int,
    known: Sequence[ClaimLine] = (),
    names: Sequence[str] = (),
    words: str = "",
    source: str = "",
    who: WhoDraft | None = None,
) -> dict[str, Any]:
    """An account's claims so far, each with a button to answer it, and the fields for one more."""
    shown = [blocks.section(claim_row(one), accessory=_answer_button(one, place)) for place, one in enumerate(known)]
    intro = f"Who is after *{text.name(account)}*, and what do they say? The team reads it where the account speaks."
    hint = f"Named before: {', '.join(text.plain(name, 40) for name in names[:5])}." if names else ""
    fields = [
        *shown,
        *([blocks.divider()] if shown else []),
        blocks.section(intro, block_id="intro"),
        form.words("competitor", "Which competitor?", hint=hint[:150], optional=False, most=120),
        form.words("claim", "What do they offer or claim?", words, optional=False, lines=True, most=CLAIM_LENGTH),
        *who_fields("Who there told you?", who or WhoDraft(), account_id),
        form.day("until", "Until when does their offer stand?"),
        form.words("answer", "Our answer, if there is one", lines=True, most=CLAIM_LENGTH),
    ]
    about = json.dumps({"account_id": account_id, "source": source[:SOURCE_LENGTH]})
    return form.modal(ViewId.ADD_CLAIM, "Competitor", fields, "Save", about)


def _answer_button(one: ClaimLine, place: int) -> Element:
    label = "Change…" if one.answer else "Answer it…"
    return blocks.button(label, f"{ActionId.ANSWER_CLAIM}:{place}", one.claim_id)


def read_claim(view: Mapping[str, Any]) -> ClaimForm:
    """The form as values; raises FieldErrors when the competitor or the claim is missing."""
    fields = Fields(view)
    if not fields.text("competitor"):
        fields.refuse("competitor", "Say who it is.")
    if not fields.text("claim"):
        fields.refuse("claim", "Say in a sentence what they offer or claim.")
    who = read_who(fields)
    fields.check()
    about = carried(view)
    source = about.get("source")
    return ClaimForm(
        row_number(about.get("account_id")),
        fields.text("competitor"),
        fields.text("claim"),
        fields.day("until"),
        fields.text("answer"),
        source[:SOURCE_LENGTH] if isinstance(source, str) else "",
        who,
    )


def answer_form(line: ClaimLine, record: CompetitorRecord | None) -> dict[str, Any]:
    """Our answer to one claim, with the answers to the same competitor that were given before."""
    before = [one for one in record.answers if one.claim_id != line.claim_id] if record else []
    parts = [
        blocks.section(
            f"*{text.name(line.competitor)}* tells *{text.name(line.account)}*: “{text.typed(line.words, 1000)}”",
            block_id="intro",
        ),
        form.words("answer", "What do we answer?", line.answer, optional=False, lines=True, most=CLAIM_LENGTH),
    ]
    if before:
        parts.append(blocks.section("*Answered before*\n" + "\n".join(known_answer(one) for one in before)))
    take_back = blocks.sure_button(
        "Take it back",
        ActionId.TAKE_BACK_CLAIM,
        line.claim_id,
        "Take the claim back?",
        "It counts nowhere any more, and neither does its answer. The account's timeline keeps its words.",
    )
    parts.append(blocks.section("Was it written down by mistake?", accessory=take_back, block_id="take_back"))
    return form.modal(ViewId.ANSWER_CLAIM, "Answer", parts, "Save", str(line.claim_id))


def read_answer(view: Mapping[str, Any]) -> tuple[int, str]:
    """The claim's number (0: unreadable) and the words; raises FieldErrors without words."""
    fields, about = Fields(view), str(view.get("private_metadata") or "")
    if not fields.text("answer"):
        fields.refuse("answer", "Say in a sentence what we answer.")
    fields.check()
    return int(about) if about.isdecimal() and len(about) < 18 else 0, fields.text("answer")
