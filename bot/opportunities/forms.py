"""Forms about opportunities: one of them, a product that an account cannot have, and the list of products."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.accounts.forms import WhoAtCustomer, WhoDraft, read_who, who_fields
from bot.core.money import currency_of, parse_amount
from bot.opportunities.facts import AccountGrowth, Spotted, WhitespaceRow
from bot.opportunities.messages import NO_PRODUCTS, RULE, opportunity_rows, possible_words
from bot.opportunities.stages import GrowthKind, OpportunityLost, OpportunitySource, OpportunityStage
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields, row_number
from bot.slack.ids import ActionId, ViewId, numbered

WORDS_LENGTH = 1500
REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class GrowthAbout:
    """What a form is about, carried with it: rights are checked again. Zeros where it is about none.

    `list_view`: the id of the list that lies under it, if one does.
    """

    account_id: int = 0
    opportunity_id: int = 0
    proposal_id: int = 0
    list_view: str = ""

    def to_metadata(self) -> str:
        """As text for private_metadata."""
        return json.dumps([self.account_id, self.opportunity_id, self.proposal_id, self.list_view])

    @classmethod
    def from_view(cls, view: Mapping[str, Any]) -> GrowthAbout:
        """What the form carries; zeros, which no row has, where it carries nothing."""
        try:
            given = json.loads(view.get("private_metadata") or "[]")
        except ValueError:
            given = []
        # A form that came up before there were lists carries three: nothing typed in it is lost.
        if not isinstance(given, list) or len(given) not in (3, 4):
            return cls()
        account_id, opportunity_id, proposal_id = map(row_number, given[:3])
        return cls(account_id, opportunity_id, proposal_id, *(str(one) for one in given[3:]))


def opportunity_form(
    account: str,
    about: GrowthAbout,
    products: Mapping[int, str],
    shown: Spotted,
    intro: str = "",
    who: WhoDraft | None = None,
    stays: str = "",
) -> dict[str, Any]:
    """One opportunity: what the customer says comes first, and money after it. `intro` is why it was proposed.

    One that is there already can be removed, or `stays` says why it cannot.
    """
    amount = "" if shown.value is None else f"{shown.value:,.2f}".removesuffix(".00")
    value = f"{amount} {shown.currency or ''}".strip() if amount else ""
    hint = "A year, with its currency, such as 18,000 EUR. It needs their words about money above."
    fields = [
        blocks.section(intro or f"What may *{text.name(account)}* need besides?", block_id="intro"),
        form.words(
            "need",
            "What do they need, in their words?",
            shown.need,
            optional=False,
            lines=True,
            most=WORDS_LENGTH,
        ),
        form.words(
            "budget", "What do they say about money, in their words?", shown.budget, lines=True, most=WORDS_LENGTH
        ),
        *who_fields("Who there said so?", who or WhoDraft(), about.account_id),
        form.select("kind", "What kind is it?", _choices(GrowthKind), shown.kind, optional=False),
        *(
            [form.select("product", "Which product?", _products(products), str(shown.product_id or ""))]
            if products
            else []
        ),
        form.words("value", "What may it be worth?", value, hint, most=40),
        form.select("stage", "Where does it stand?", _choices(OpportunityStage), shown.stage, optional=False),
        form.select("lost_reason", "If it is lost: why?", _choices(OpportunityLost), shown.lost_reason),
        form.select("source", "Where did it come from?", _choices(OpportunitySource), shown.source, optional=False),
        form.words("next_step", "What is your next step?"),
        form.day("next_on", "By when?"),
        *([_removal(about.opportunity_id, stays)] if about.opportunity_id else []),
    ]
    return form.modal(ViewId.OPPORTUNITY, "Opportunity", fields, "Save", about.to_metadata())


def _removal(opportunity_id: int, stays: str) -> KitBlock:
    if stays:
        return blocks.context(stays)
    remove = blocks.sure_button(
        "Remove it",
        ActionId.REMOVE_OPPORTUNITY,
        opportunity_id,
        "Remove the opportunity?",
        "It counts nowhere any more, and its open next steps are dropped. The account's timeline keeps its words.",
    )
    return blocks.section("Was it written down by mistake?", accessory=remove, block_id="remove")


def opportunities_view(one: AccountGrowth) -> dict[str, Any]:
    """All opportunities of an account, as many as a modal holds."""
    head = f"*{text.name(one.account)}*: {possible_words(one)} The open ones come first, of each the newest."
    left = one.total - len(one.opportunities)
    older = [blocks.context(f"{text.count(left, 'older one')} beyond what can be shown here.")] if left > 0 else []
    return form.modal(ViewId.OPPORTUNITIES, "Opportunities", [blocks.section(head), *opportunity_rows(one), *older])


def removed_view(account: str, product: str) -> dict[str, Any]:
    """What stands in the place of the form of an opportunity that was removed."""
    what = f"*{text.name(product)}*" if product else "The opportunity"
    words = f"{what} is off the list of *{text.name(account)}*. The timeline keeps its words."
    return form.modal(ViewId.OPPORTUNITY_REMOVED, "Removed", [blocks.section(words)])


def read_opportunity(view: Mapping[str, Any]) -> tuple[Spotted, WhoAtCustomer]:
    """The form as values, and who there said so; raises FieldErrors for a value that is no amount."""
    fields = Fields(view)
    value, currency = _amount(fields)
    who = read_who(fields)
    fields.check()
    spotted = Spotted(
        kind=fields.one_of("kind", GrowthKind) or GrowthKind.CROSS_SELL,
        need=fields.text("need"),
        budget=fields.text("budget"),
        product_id=fields.number("product") or None,
        value=value,
        currency=currency,
        stage=fields.one_of("stage", OpportunityStage) or OpportunityStage.SPOTTED,
        lost_reason=fields.one_of("lost_reason", OpportunityLost),
        source=fields.one_of("source", OpportunitySource) or OpportunitySource.SAID,
        next_step=fields.text("next_step"),
        next_on=fields.day("next_on"),
    )
    return spotted, who


def _amount(fields: Fields) -> tuple[Decimal | None, str | None]:
    written = fields.text("value")
    if not written:
        return None, None
    try:
        amount, currency = parse_amount(written)
        return amount, currency_of(currency) if currency else None
    except ValueError as wrong:
        fields.refuse("value", str(wrong))
        return None, None


def refusal_form(
    account: str,
    about: GrowthAbout,
    products: Mapping[int, str],
    refused: Sequence[WhitespaceRow] = (),
    chosen: int | None = None,
) -> dict[str, Any]:
    """Which product an account cannot have, and why; what was `refused` before can be had again."""
    intro = f"What *{text.name(account)}* cannot have is not proposed again, and the reason stands in `/grow`."
    fields = [
        blocks.section(intro, block_id="intro"),
        form.select("product", "Which product?", _products(products), str(chosen or ""), optional=False),
        form.words("reason", "Why can they not have it?", optional=False, lines=True, most=REASON_LENGTH),
        *(
            blocks.section(
                f"*{text.name(row.product)}*: not eligible because “{text.typed(row.reason, REASON_LENGTH)}”",
                accessory=blocks.button("They may", numbered(ActionId.ALLOW_PRODUCT, place), row.product_id),
            )
            for place, row in enumerate(refused)
        ),
    ]
    return form.modal(ViewId.REFUSE_PRODUCT, "Not eligible", fields, "Save", about.to_metadata())


def read_refusal(view: Mapping[str, Any]) -> tuple[int, str]:
    """Product (0: none) and reason."""
    fields = Fields(view)
    return fields.number("product"), fields.text("reason")


def products_form(products: Mapping[int, str]) -> dict[str, Any]:
    """The workspace's products: each can be taken off the list, and more can be written down."""
    shown = [
        blocks.section(
            f"*{text.name(name)}*",
            accessory=blocks.button("Remove", numbered(ActionId.REMOVE_PRODUCT, place), number),
        )
        for place, (number, name) in enumerate(products.items())
    ]
    fields = [
        blocks.section("What do you sell? Opportunities and gaps are told by these names.", block_id="intro"),
        *(shown or [blocks.section("None yet.")]),
        blocks.context(RULE),
        form.words("names", "More products, each on a line", optional=False, lines=True, most=WORDS_LENGTH),
    ]
    return form.modal(ViewId.PRODUCTS, "Products", fields, "Add")


def read_products(view: Mapping[str, Any]) -> Sequence[str]:
    """The names that were written, one a line."""
    return Fields(view).text("names").splitlines()


def _choices(kind: Any) -> list[form.Option]:
    return [(one.label, one.value) for one in kind]


def _products(products: Mapping[int, str]) -> list[form.Option]:
    return [(name, str(number)) for number, name in products.items()] or [(NO_PRODUCTS, "0")]
