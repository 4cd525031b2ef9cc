"""What the account's channel is told of a health check: one message, which a correction changes in place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.accounts import contacts
from bot.health import queries
from bot.health.compute import Computed
from bot.health.facts import HealthLine
from bot.health.rules.checks import Check, Scale, Scales, average
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.workspace.context import WorkspaceContext


def say(
    session: Session,
    here: WorkspaceContext,
    check: Check,
    before: Check | None,
    rescored: Sequence[Computed],
    corrected: bool,
    now: datetime,
) -> None:
    """Tell where the account speaks; a person who would be told by direct message what they just did is not."""
    account = contacts.load(session, here.workspace_id, [check.account_id])[check.account_id]
    to = account.destination(here)
    if to.place is None or to.recipient == check.by.slack_id:
        return
    current = queries.current_in(session, here, [check.account_id], now).get(check.account_id)
    earlier: Scales = before.scales if before else {}
    facts = HealthLine(
        check_id=check.id,
        account_id=check.account_id,
        account=check.account,
        by=check.by,
        on=str(check.on),
        as_of=str(account.today(here, now)),
        average=average(check.scales),
        average_before=average(before.scales) if before else None,
        before_on=str(before.on) if before else None,
        scales=tuple((scale.value, check.scales.get(scale), earlier.get(scale)) for scale in Scale),
        heard=check.heard,
        risks=check.risks,
        next_step=check.next_step,
        next_step_by=check.next_step_owner.name if check.next_step_owner else "",
        next_step_on=str(check.next_step_on) if check.next_step_on else None,
        sold_nothing=check.sold_nothing,
        score=current.score if current else None,
        score_before=rescored[0].before if rescored else None,
        # Beside the score before this check, a change over a month would be a second baseline in one line.
        summary=(current.known if rescored and rescored[0].before is not None else current.summary) if current else "",
        ages=current.ages if current else "",
        reasons=current.words if current else (),
        corrected=corrected,
        score_known=current is not None,
    )
    key = f"health:check:{check.first_id}"
    wanted = OutgoingPost(key, "health_line", facts.to_facts(), to.channel, to.recipient, account.owner_slack)
    outgoing.put(session, here.workspace_id, now, [wanted])
