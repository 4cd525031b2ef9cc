"""Autopsies kept, withdrawn when the loss is undone, and answered; whatever is written here is what messages show."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import insert, update

from bot.accounts import permissions as account_permissions
from bot.autopsies import findings, posting
from bot.autopsies.facts import Findings
from bot.autopsies.rules.signals import Loss, loss_of
from bot.core.calendar import local_date
from bot.db.scope import is_row
from bot.db.work import Work
from bot.errors import FieldErrors, NotForYou
from bot.models import Autopsy, AutopsyAnswer, Renewal
from bot.renewals.events import RenewalDecided
from bot.workspace import context
from bot.workspace.members import MemberView

GONE = "That autopsy is no longer there. Look for the account's last one with `/autopsy`."


def on_renewal_decided(work: Work, event: RenewalDecided) -> None:
    """Keep what came before a loss, bring it up to date, or withdraw it: by how the renewal stands now."""
    renewal = work.session.scalars(work.select(Renewal).where(Renewal.id == event.renewal_id)).one()
    standing = _standing(work, renewal.id)
    # What the contracts were worth before; once they took the new value, the renewal no longer says it.
    values = dict(Findings.from_facts(standing.facts).values) if standing is not None else dict(renewal.values)
    signed = None if renewal.final_values is None else _amounts(renewal.final_values)
    what = loss_of(renewal.stage, _amounts(values), signed)
    if what is None:
        if standing is not None:
            _withdraw(work, standing, event.by_id)
        return
    if standing is None:
        found = findings.find(work, renewal.id, what, work.now, values)
        posting.post(work, _insert(work, renewal, what, found))
        return
    is_other = standing.what != what
    found = findings.find(work, renewal.id, what, work.now if is_other else standing.created_at, values)
    if not is_other:
        was = Findings.from_facts(standing.facts)
        found = replace(was, signed=found.signed, reason=found.reason, words=found.words)
    changed = {"what": what.value, "facts": found.to_facts()}
    work.session.execute(update(Autopsy).where(is_row(Autopsy, work.workspace_id, standing.id)).values(changed))
    posting.post(work, standing.id)


def answer(work: Work, autopsy_id: int, words: str, by: MemberView) -> None:
    """Keep what somebody says would have helped; what they said before stays beside it. The same again is nothing new.

    It is kept even where the loss was undone meanwhile. Raises FieldErrors (words) for an empty answer, NotForYou for
    who does not keep the account, and where there is no such autopsy.
    """
    account_id = work.session.scalar(work.select(Autopsy.account_id).where(Autopsy.id == autopsy_id))
    if account_id is None:
        raise NotForYou(GONE)
    account_permissions.require_team(work, by, account_id)
    words = words.strip()
    if not words:
        raise FieldErrors({"words": "Say in a sentence what would have helped."})
    last = work.session.scalar(
        work.select(AutopsyAnswer.words)
        .where(AutopsyAnswer.autopsy_id == autopsy_id, AutopsyAnswer.member_id == by.id)
        .order_by(AutopsyAnswer.id.desc())
        .limit(1)
    )
    if last == words:
        return
    row = {"autopsy_id": autopsy_id, "member_id": by.id, "words": words, "answered_at": work.now}
    work.session.execute(insert(AutopsyAnswer).values(workspace_id=work.workspace_id, **row))
    posting.post(work, autopsy_id, answered_by=by.slack_id)


def _standing(work: Work, renewal_id: int) -> Autopsy | None:
    of_it = (Autopsy.renewal_id == renewal_id, Autopsy.withdrawn_at.is_(None))
    return work.session.scalars(work.select(Autopsy).where(*of_it)).first()


def _insert(work: Work, renewal: Renewal, what: Loss, found: Findings) -> int:
    row = {
        "workspace_id": work.workspace_id,
        "account_id": renewal.account_id,
        "renewal_id": renewal.id,
        "what": what.value,
        "day": local_date(work.now, context.of(work).zone),
        "facts": found.to_facts(),
        "created_at": work.now,
    }
    return int(work.session.execute(insert(Autopsy).values(row).returning(Autopsy.id)).scalar_one())


def _withdraw(work: Work, standing: Autopsy, by_id: int) -> None:
    gone = {"withdrawn_at": work.now, "withdrawn_by_id": by_id}
    work.session.execute(update(Autopsy).where(is_row(Autopsy, work.workspace_id, standing.id)).values(gone))
    posting.post(work, standing.id)


def _amounts(values: dict[str, str]) -> dict[str, Decimal]:
    return {currency: Decimal(amount) for currency, amount in values.items()}
