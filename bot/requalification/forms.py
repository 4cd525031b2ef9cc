"""The form about one-off work: what has changed, which problem now, who is still there, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.accounts.forms import WhoAtCustomer, WhoDraft, read_who, who_fields
from bot.requalification.facts import Looked
from bot.requalification.rules import RequalifyOutcome, StillThere
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields
from bot.slack.ids import ViewId

WORDS_LENGTH = 1500


def question_form(
    account: str,
    contract: str,
    delivered_on: str,
    as_of: str,
    number: int,
    products: Mapping[int, str],
    account_id: int = 0,
    who: WhoDraft | None = None,
) -> dict[str, Any]:
    """What has changed since one-off work was delivered."""
    name = text.name(contract) if contract else "One-off work"
    intro = f"*{text.name(account)}*: {name} was delivered on {text.day(delivered_on, as_of)}."
    there = [(one.label, one.value) for one in StillThere]
    fields = [
        blocks.section(intro, block_id="intro"),
        form.words("changed", "What has changed since?", lines=True, most=WORDS_LENGTH),
        form.words("problem", "Which problem do they have now, in their words?", lines=True, most=WORDS_LENGTH),
        *who_fields("With whom did you talk?", who or WhoDraft(), account_id),
        form.select("owner_there", "Is the person who answered for it still there?", there),
        form.select("sponsor_there", "Is their sponsor still there?", there),
        form.select(
            "outcome",
            "What comes of it?",
            [(one.label, one.value) for one in RequalifyOutcome],
            hint="A need becomes an opportunity.",
            optional=False,
        ),
        form.day("until", "If not now: ask again on"),
        *(
            [
                form.select(
                    "product", "If they need something: which product?", [(n, str(i)) for i, n in products.items()]
                )
            ]
            if products
            else []
        ),
    ]
    return form.modal(ViewId.REQUALIFY, "One-off work", fields, "Save", str(number))


def read_question(view: Mapping[str, Any]) -> tuple[int, Looked, WhoAtCustomer]:
    """The question's number (0: unreadable), the answer, and who there gave it; FieldErrors without an outcome."""
    fields, about = Fields(view), str(view.get("private_metadata") or "")
    outcome = fields.one_of("outcome", RequalifyOutcome)
    if outcome is None:
        fields.refuse("outcome", "Choose what comes of it.")
    who = read_who(fields)
    fields.check()
    assert outcome is not None
    looked = Looked(
        outcome,
        fields.text("changed"),
        fields.text("problem"),
        fields.one_of("owner_there", StillThere),
        fields.one_of("sponsor_there", StillThere),
        fields.day("until"),
        fields.number("product") or None,
    )
    return int(about) if about.isdecimal() and len(about) < 18 else 0, looked, who
