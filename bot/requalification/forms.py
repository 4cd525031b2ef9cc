"""The form about one-off work: what has changed, which problem now, who is still there, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.accounts.forms import WhoAtCustomer, WhoDraft, read_who, who_fields
from bot.requalification.facts import Looked
from bot.requalification.messages import taken_back_words
from bot.requalification.rules import RequalifyOutcome, StillThere
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields
from bot.slack.ids import ActionId, ViewId

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
    given: Looked | None = None,
) -> dict[str, Any]:
    """What has changed since one-off work was delivered. An answer that was `given` can be changed, or taken back."""
    name = text.name(contract) if contract else "One-off work"
    intro = f"*{text.name(account)}*: {name} was delivered on {text.day(delivered_on, as_of)}."
    there = [(one.label, one.value) for one in StillThere]
    said = given or Looked(RequalifyOutcome.NEED)
    fields = [
        blocks.section(intro, block_id="intro"),
        form.words("changed", "What has changed since?", said.changed, lines=True, most=WORDS_LENGTH),
        form.words(
            "problem", "Which problem do they have now, in their words?", said.problem, lines=True, most=WORDS_LENGTH
        ),
        *who_fields("With whom did you talk?", who or WhoDraft(), account_id),
        form.select("owner_there", "Is the person who answered for it still there?", there, said.owner_there),
        form.select("sponsor_there", "Is their sponsor still there?", there, said.sponsor_there),
        form.select(
            "outcome",
            "What comes of it?",
            [(one.label, one.value) for one in RequalifyOutcome],
            given.outcome if given else None,
            hint="A need becomes an opportunity.",
            optional=False,
        ),
        form.day("until", "If not now: ask again on", said.until),
        *(
            [
                form.select(
                    "product",
                    "If they need something: which product?",
                    [(n, str(i)) for i, n in products.items()],
                    str(said.product_id or ""),
                )
            ]
            if products
            else []
        ),
    ]
    if given is None:
        return form.modal(ViewId.REQUALIFY, "One-off work", fields, "Save", str(number))
    return form.modal(ViewId.CHANGE_REQUALIFICATION, "One-off work", [*fields, _take_back(number)], "Save", str(number))


def _take_back(number: int) -> KitBlock:
    take_back = blocks.sure_button(
        "Take it back",
        ActionId.TAKE_BACK_REQUALIFICATION,
        number,
        "Take the answer back?",
        "The question waits again. An opportunity that it opened is removed, unless somebody has worked on it since. "
        "The account's timeline keeps what was said.",
    )
    return blocks.section("Was it answered by mistake?", accessory=take_back, block_id="take_back")


def taken_back_view(account: str, contract: str, is_open: bool) -> dict[str, Any]:
    """What stands in the place of the form of an answer that was taken back."""
    words = taken_back_words(account, contract, is_open)
    return form.modal(ViewId.REQUALIFICATION_TAKEN_BACK, "Taken back", [blocks.section(words)])


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
