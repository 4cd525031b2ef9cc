"""Where an autopsy is told: once where the account speaks, and once to its owner's manager. Changes update both."""

from __future__ import annotations

from dataclasses import replace

from bot.accounts import contacts
from bot.autopsies import queries
from bot.db.work import Work
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.workspace import context

KIND = "autopsy"
TEAM, MANAGER = "team", "manager"


def post(work: Work, autopsy_id: int, answered_by: str | None = None) -> None:
    """Want both messages as they should be now. `answered_by` (a Slack id) has just said what would have helped."""
    card = queries.card(work, autopsy_id)
    if card is None:
        return
    account = contacts.load(work, [card.account_id])[card.account_id]
    ws = context.of(work)
    to = account.destination(ws)
    card = replace(card, as_of=str(account.today(ws, work.now)))
    facts = replace(card, routed=to.routed).to_facts()
    told = account.post(ws, f"autopsy:{autopsy_id}:{TEAM}", KIND, facts, by=answered_by)
    wanted = [told] if told else []
    manager = card.manager.slack_id if card.manager else None
    if manager is not None and manager != to.recipient:
        facts = replace(card, routed=MANAGER).to_facts()
        key = f"autopsy:{autopsy_id}:{MANAGER}"
        wanted.append(OutgoingPost(key, KIND, facts, recipient=manager, by=answered_by))
    outgoing.put(work, wanted)
