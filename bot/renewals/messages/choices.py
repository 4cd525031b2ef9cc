"""Answers that offer a choice: which account, which renewal."""

from __future__ import annotations

from collections.abc import Sequence

import slackblocks as kit

from bot.renewals.messages.words import renewal_button
from bot.renewals.rules.stages import Button, label
from bot.slack import blocks, text
from bot.slack.ids import ActionId, numbered
from bot.slack.message import Message, message

PICK = "pick"
EXAMPLE = "Write it like `/renewal Acme`."


def offered_accounts(
    intro: str,
    accounts: Sequence[tuple[int, str]],
    action: str = ActionId.CHOOSE_ACCOUNT,
    example: str = EXAMPLE,
) -> Message:
    """Accounts as buttons that do `action`, and a menu to look for any other; `intro` and `example` are sentences."""
    buttons = [
        blocks.button(text.plain(name, 60), numbered(action, place), id) for place, (id, name) in enumerate(accounts)
    ]
    picker = kit.ExternalSelectMenu(
        action_id=f"{action}:{PICK}", placeholder="Look for an account…", min_query_length=0
    )
    parts = [blocks.section(f"{intro} {example}"), blocks.actions(*buttons, picker)]
    names = f" {text.listed(text.name(name) for _, name in accounts)}." if accounts else ""
    return message(f"{intro}{names} {example}", parts)


def which_account(
    accounts: Sequence[tuple[int, str]], action: str = ActionId.CHOOSE_ACCOUNT, example: str = EXAMPLE
) -> Message:
    """No account was named, and the channel does not say which."""
    intro = "Which account? Press one of yours, or name another." if accounts else "Which account?"
    return offered_accounts(intro, accounts, action, example)


def unclear_account(
    typed: str,
    accounts: Sequence[tuple[int, str]],
    action: str = ActionId.CHOOSE_ACCOUNT,
    example: str = EXAMPLE,
    is_alike: bool = True,
) -> Message:
    """Several accounts may be meant, or none; then, `is_alike` being false, they are the nearest there are."""
    if not accounts:
        return offered_accounts(f"I found no account like “{text.name(typed)}”. Look below.", (), action, example)
    if not is_alike:
        intro = f"I found no account like “{text.name(typed)}”. These are the nearest; or look for another below."
        return offered_accounts(intro, accounts, action, example)
    return offered_accounts(
        f"“{text.name(typed)}” may be one of these. Press the one you mean.", accounts, action, example
    )


def which_renewal(account: str, renewals: Sequence[tuple[int, str]]) -> Message:
    """One account has several open renewals: (id, words) each."""
    intro = f"*{text.name(account)}* has {text.count(len(renewals), 'open renewal')}. Press the one to update."
    buttons = [
        blocks.button(words, numbered(ActionId.UPDATE_RENEWAL, place), id)
        for place, (id, words) in enumerate(renewals[:20])
    ]
    spoken = text.listed(words for _, words in renewals[:20])
    return message(f"{intro.replace('*', '')} {spoken}.", [blocks.section(intro), blocks.actions(*buttons)])


def paid_today(account: str, paid: Sequence[tuple[int, str]], renewals: Sequence[tuple[int, str]]) -> Message:
    """Payments that can still be taken back, and the account's open renewals: (id, words) each."""
    intro = f"*{text.name(account)}*: {'; '.join(text.typed(words, 200) for _, words in paid)}. "
    intro += f"*{label(Button.UNDO)}* takes it back for a day: stage, reminders and contracts become what they were."
    buttons = [renewal_button(Button.UNDO, id, account, place=place) for place, (id, _) in enumerate(paid)]
    more = [
        blocks.button(f"Update: {words}", numbered(ActionId.UPDATE_RENEWAL, place), id)
        for place, (id, words) in enumerate(renewals[:20])
    ]
    spoken = f" Open: {text.listed(words for _, words in renewals[:20])}." if renewals else ""
    return message(f"{intro.replace('*', '')}{spoken}", [blocks.section(intro), blocks.actions(*buttons, *more)])
