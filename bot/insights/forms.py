"""The form of an insight: something worth telling a customer, with nothing to sell, and for whom it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields
from bot.slack.ids import ActionId, ViewId

ABOUT = (
    "Something worth telling a customer, with nothing to sell: an article, a trend, an event. "
    "It is offered with a pulse, at most once to each account."
)


@dataclass(frozen=True, slots=True)
class InsightForm:
    """The form as it was sent off. Without an account and an industry it is for everyone."""

    words: str
    url: str
    account_id: int | None
    industry: str


def insight_form(
    industries: Sequence[str], words: str = "", url: str = "", account: tuple[str, str] | None = None
) -> dict[str, Any]:
    """The form. An industry's option carries its name, which may be no longer than Slack lets a value be."""
    options = [(text.plain(name, 70), name) for name in industries if len(name) <= 150]
    chosen = (text.plain(account[0], 70), account[1]) if account else None
    who = form.search(ActionId.FIND_ACCOUNT, "For one account", chosen=chosen, optional=True)
    fields = [
        blocks.section(ABOUT, block_id="about"),
        form.words("words", "What is worth telling?", words, optional=False, lines=True),
        form.words("url", "Link", url, "A whole link, such as https://example.com/article."),
        who,
        *([form.select("industry", "Or for one industry", options)] if options else []),
        blocks.context("With neither it is for every account."),
    ]
    return form.modal(ViewId.ADD_INSIGHT, "Add an insight", fields, "Add")


def read_insight(view: Mapping[str, Any]) -> InsightForm:
    """The form as values; raises FieldErrors when it is for an account and an industry at once."""
    fields = Fields(view)
    account_id, industry = fields.number(ActionId.FIND_ACCOUNT), fields.choice("industry") or ""
    if account_id and industry:
        fields.refuse("industry", "Choose an account or an industry, not both.")
    if not fields.text("words"):
        fields.refuse("words", "Say in a sentence what is worth telling.")
    fields.check()
    return InsightForm(fields.text("words"), fields.text("url"), account_id or None, industry)
