"""What requalification brings: questions after one-off work was delivered, in a message and in the digest."""

from __future__ import annotations

from sqlalchemy import select

from bot.accounts.digest_parts import DigestItem, DigestPart
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.models import Account, Contract, Requalification
from bot.opportunities.events import OpportunityRemoved
from bot.registry import Feature
from bot.requalification import alerts, timeline
from bot.requalification.asking import run_ask
from bot.requalification.job_kinds import ANNOUNCED, RequalifyJob
from bot.requalification.messages import render_question
from bot.requalification.planning import plan
from bot.requalification.questions import KIND, on_opportunity_removed
from bot.requalification.samples import samples
from bot.slack.ids import ActionId
from bot.workspace.members import MemberView

MOST = 200


def waiting_items(work: Work, person: MemberView) -> list[DigestItem]:
    """Questions about this person's one-off work that nobody has answered."""
    rows = work.session.execute(
        work.select(Requalification.id, Account.name, Contract.name, Requalification.asked_at)
        .join(Account, Account.id == Requalification.account_id)
        .join(Contract, Contract.id == Requalification.contract_id)
        .where(
            Account.owner_id == person.id,
            Account.is_active.is_(True),
            Requalification.asked_at.is_not(None),
            Requalification.outcome == "",
        )
        .order_by(Requalification.id.desc())
        .limit(MOST)
    )
    return [
        DigestItem(
            key=f"one_off:{number}",
            account=account,
            words=f"{contract or 'one-off work'} was delivered: what has changed since?",
            action=ActionId.ANSWER_REQUALIFICATION,
            button="Answer it…",
            value=number,
            asked_on=str(local_date(asked_at, person.timezone)),
        )
        for number, account, contract, asked_at in rows
    ]


FEATURE = Feature(
    alerts=[alerts.ONE_OFF],
    jobs={RequalifyJob.ASK: run_ask},
    announced=ANNOUNCED,
    subjects={
        "one_off": lambda account_id: select(Requalification.contract_id).where(
            Requalification.account_id == account_id, Requalification.outcome == ""
        )
    },
    posts={KIND: render_question},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    digest=[DigestPart(7, "One-off work to look at again", waiting_items)],
    each_night=[plan],
    replan=[plan],
    listeners={OpportunityRemoved: [on_opportunity_removed]},
)
