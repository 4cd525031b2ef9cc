"""Answers that offer a choice: which account, which renewal."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack import blocks, text
from bot.slack.ids import ActionId, numbered
from bot.slack.messages.message import Message, message

EXAMPLE = "Write it like `/renewal Acme`."


def offered_accounts(intro: str, accounts: Sequence[tuple[int, str]]) -> Message:
    """Accounts as buttons; `intro` is a whole sentence."""
    buttons = [
        blocks.button(text.plain(name, 60), numbered(ActionId.CHOOSE_ACCOUNT, place), id)
        for place, (id, name) in enumerate(accounts)
    ]
    parts = [blocks.section(f"{intro} {EXAMPLE}")]
    if buttons:
        parts.append(blocks.actions(*buttons))
    names = f" {text.listed(text.name(name) for _, name in accounts)}." if accounts else ""
    return message(f"{intro}{names} {EXAMPLE}", parts)


def which_account(accounts: Sequence[tuple[int, str]]) -> Message:
    """No account was named, and the channel does not say which."""
    intro = "Which account? Press one of yours, or name another." if accounts else "Which account?"
    return offered_accounts(intro, accounts)


def unclear_account(typed: str, accounts: Sequence[tuple[int, str]]) -> Message:
    """Several accounts may be meant, or none."""
    if not accounts:
        return offered_accounts(f"I know no account like “{text.name(typed)}”.", ())
    return offered_accounts(f"“{text.name(typed)}” may be one of these. Press the one you mean.", accounts)


def which_renewal(account: str, renewals: Sequence[tuple[int, str]]) -> Message:
    """One account has several open renewals: (id, words) each."""
    intro = f"*{text.name(account)}* has {text.count(len(renewals), 'open renewal')}. Press the one to update."
    buttons = [
        blocks.button(words, numbered(ActionId.UPDATE_RENEWAL, place), id)
        for place, (id, words) in enumerate(renewals[:20])
    ]
    spoken = text.listed(words for _, words in renewals[:20])
    return message(f"{intro.replace('*', '')} {spoken}.", [blocks.section(intro), blocks.actions(*buttons)])
