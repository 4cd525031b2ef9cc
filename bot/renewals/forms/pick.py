"""Which renewal? First the account, by typing a part of its name; then, if it has several, which one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack import blocks, form, text
from bot.slack.blocks import OPTION_LENGTH, Blocks
from bot.slack.form import Option
from bot.slack.form_fields import Fields, Reference
from bot.slack.ids import ActionId, ViewId


@dataclass(frozen=True, slots=True)
class Picked:
    """The account that was chosen, and the renewal when there was one to choose."""

    account_id: int
    renewal_id: int


def account_form() -> dict[str, Any]:
    """The search for an account."""
    fields = [form.search(ActionId.FIND_ACCOUNT, "Account", "Type a part of its name.")]
    return form.modal(ViewId.PICK_RENEWAL, "Which renewal?", fields, "Next")


def renewals_form(account: str, account_id: int, renewals: Sequence[Option]) -> dict[str, Any]:
    """The choice between one account's renewals."""
    fields = [
        blocks.section(f"*{text.name(account)}* has {text.count(len(renewals), 'open renewal')}.", block_id="facts"),
        form.select("renewal", "Renewal", renewals, optional=False),
    ]
    metadata = Reference(account_id=account_id).to_metadata()
    return form.modal(ViewId.PICK_RENEWAL, "Which renewal?", fields, "Next", metadata)


def read_picked(view: Mapping[str, Any]) -> Picked:
    """What was chosen; raises FieldErrors when nothing was."""
    fields = Fields(view)
    account = fields.number(ActionId.FIND_ACCOUNT) or Reference.from_view(view).account_id
    if not account:
        fields.refuse(ActionId.FIND_ACCOUNT, "Choose an account.")
    fields.check()
    return Picked(account, fields.number("renewal"))


def account_options(accounts: Sequence[tuple[int, str]]) -> Blocks:
    """Accounts as choices of the search."""
    return [
        {
            "text": {"type": "plain_text", "text": text.plain(name, OPTION_LENGTH - 2) or "?"},
            "value": str(id),
        }
        for id, name in accounts[:100]
    ]
