"""A person's own digest: what is new for them since the last one. Nothing when nothing is.

What the digests before have told is kept with the digest (`told`), so that none says what the last one said. It also
brings what others have logged about their accounts since the last one, where no channel was told of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot import health
from bot.accounts.digest_parts import PARTS, DigestItem
from bot.core.calendar import local_date, local_time
from bot.core.policy import Policy
from bot.db.work import Work
from bot.digests.facts import Digest, LoggedTouch
from bot.digests.rules import Told, sort_out, told_now
from bot.digests.scope import Rhythm
from bot.health.rules.score import Band, band
from bot.health.rules.score_history import Alert
from bot.health.rules.score_words import TOO_LITTLE, band_name
from bot.home import desk
from bot.home.facts import AccountRow, pain
from bot.slack.ids import ActionId
from bot.touchpoints.unannounced import untold_for
from bot.workspace import context
from bot.workspace.members import MemberView

NEWS, STILL, LOGGED = 8, 10, 5
"""How many are shown; the rest is counted."""

WORDS_KEPT = 150
"""Characters of what was logged that a line carries; the story has all of them."""

WORTH_TELLING = 60
"""How much an account must hurt (home/facts.py) to be named, its deadline left aside: that stands with its renewal."""

HURTING, LOGGED_BY_OTHERS = "health", "logged"
"""Parts that can be left out, beside those of the features, which are known by their titles."""

_SEVERITY = {Band.GOOD: 0, Band.FAIR: 1, Band.POOR: 2}


def part_names() -> dict[str, str]:
    """What can be left out of one's own digest: its key, and what people read."""
    titles = {part.title: part.title for part in PARTS}
    return titles | {HURTING: "Accounts in poor health", LOGGED_BY_OTHERS: "What others logged"}


def build_digest(
    work: Work,
    person: MemberView,
    rhythm: Rhythm,
    since: datetime,
    told: Mapping[str, Told],
    left_out: frozenset[str],
    setup_id: int = 0,
) -> tuple[Digest | None, dict[str, Told]]:
    """What is new for a person, None when nothing is; and what has been told once this has."""
    today = local_date(work.now, person.timezone)
    items = _waiting(work, person, left_out)
    news, still = sort_out(items, told, today)
    logged, logged_count = ((), 0) if LOGGED_BY_OTHERS in left_out else untold_for(work, person.id, since, LOGGED)
    after = told_now(items, told, today)
    if not news and not logged:
        return None, after
    changed = sum(one.was_told for one in news)
    digest = Digest(
        as_of=str(today),
        every=rhythm,
        news=news[:NEWS],
        news_count=len(news) - changed,
        changed_count=changed,
        still=tuple(dict.fromkeys(one.account for one in still))[:STILL],
        still_count=len(still),
        logged=tuple(LoggedTouch(one.account, one.by, one.kind, one.words[:WORDS_KEPT]) for one in logged),
        logged_count=logged_count,
        setup_id=setup_id,
        sent_at=local_time(work.now, person.timezone).isoformat(timespec="minutes"),
    )
    return digest, after


def _waiting(work: Work, person: MemberView, left_out: frozenset[str]) -> list[DigestItem]:
    """All that waits for a person, kind by kind, and the accounts that hurt."""
    items = [item for part in PARTS if part.title not in left_out for item in part.waiting(work, person)]
    return items if HURTING in left_out else [*items, *_hurting_accounts(work, person)]


def _hurting_accounts(work: Work, person: MemberView) -> list[DigestItem]:
    policy = context.of(work).policies.of("")
    accounts = desk.accounts_of(work, person)
    hurting = [one for one in accounts if pain(replace(one, days_left=None)) >= WORTH_TELLING]
    alerted = health.alerted(work, [one.account_id for one in hurting])
    told = [_hurting(one, policy, alerted.get(one.account_id)) for one in hurting]
    # Of a healthy account that fell a little, or is silent, "health 81 of 100, good" says nothing to do.
    return [one for one in told if one.severity]


def _hurting(one: AccountRow, policy: Policy, alert: Alert | None) -> DigestItem:
    at = Band.FAIR if one.score is None else band(one.score, policy)
    return DigestItem(
        key=f"account:{one.account_id}",
        account=one.name,
        words=f"health {TOO_LITTLE}" if one.score is None else f"health {one.score} of 100, {band_name(at)}",
        action=ActionId.ACCOUNT_STORY,
        button="Story",
        value=one.account_id,
        severity=_SEVERITY[at],
        asked_on=str(alert.on) if alert else None,
        asked_severity=_SEVERITY[band(alert.score, policy)] if alert and alert.score is not None else None,
    )
