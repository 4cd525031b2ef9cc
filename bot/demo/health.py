"""What the demo's team has learnt of its customers' health before today: checks, and the scores that came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.core.calendar import local_date
from bot.db.work import Work
from bot.health import checks, prompts
from bot.health.checks import AgreedStep, NewCheck
from bot.health.compute import rescore
from bot.health.rules.checks import Scale
from bot.models import Account, HealthCheck
from bot.touchpoints.rules.churn_words import noted
from bot.workspace import members

DANA, MARCO, PRIYA, JONAS = "U0REP1", "U0REP2", "U0SUP1", "U0IMP1"
ZONE = "Europe/Berlin"
HISTORY_DAYS = 120
HISTORY_STEP = 5


@dataclass(frozen=True, slots=True)
class SampleCheck:
    """A check of some days ago; `steps` in the order of the scales, None where nobody knows."""

    account: str
    days_ago: int
    by: str
    steps: tuple[int | None, ...]
    heard: str
    risks: tuple[str, ...] = ()


CHECKS = (
    SampleCheck("Acme Robotics", 110, PRIYA, (3, 4, 3, 3, 3), "The second line came late; they were patient."),
    SampleCheck("Acme Robotics", 24, DANA, (4, 5, 4, 4, 4), "Both plants run on it. They will speak at our event."),
    SampleCheck(
        "Brightwater Utilities", 96, DANA, (4, 4, None, 4, 4), "Quiet, content; the new meters come in spring."
    ),
    SampleCheck("Cedar Health", 19, PRIYA, (4, 5, 4, 4, 4), "Wards on three sites use it daily."),
    SampleCheck("Fenwick & Rowe Legal", 40, MARCO, (5, 4, 5, 4, 5), "“Best decision of the year”, says their partner."),
    SampleCheck("Harborline Shipping", 50, JONAS, (3, 3, 2, 2, 3), "Two depots do not use it yet.", ("Little used",)),
    SampleCheck("Ridgeway Museums", 16, PRIYA, (5, 5, 4, 5, 5), "All four houses use it; their guides asked for more."),
    SampleCheck("Poppyfield Hotels", 12, DANA, (3, 2, 3, 3, 2), "Two hotels still plan on paper.", ("Little used",)),
    SampleCheck("Kestrel Air", 130, DANA, (3, 4, 3, None, 3), "They like us; the crew app is what they wait for."),
)

CEDAR_STEPS = (3, 2, 3, 2, 1)
CEDAR_HEARD = (
    "The champion who bought it leaves at the end of the month.\nTheir new CFO asks what they get for the money."
)


def load_health(work: Work) -> None:
    """Earlier checks with the scores of those days; then a check of this morning that finds Cedar Health in danger."""
    named = work.session.execute(work.select(Account.name, Account.id))
    accounts = {row.name: row.id for row in named}
    for check in CHECKS:
        work.session.add(_earlier(work, accounts[check.account], check))
    work.session.flush()
    for days in range(HISTORY_DAYS, 0, -HISTORY_STEP):
        rescore(work.at(work.now - timedelta(days=days)), list(accounts.values()))
    for name in dict.fromkeys(check.account for check in CHECKS):
        prompts.replan(work, accounts[name])
    _cedar_today(work, accounts["Cedar Health"])


def _earlier(work: Work, account_id: int, check: SampleCheck) -> HealthCheck:
    at = work.now - timedelta(days=check.days_ago)
    return HealthCheck(
        workspace_id=work.workspace_id,
        account_id=account_id,
        by_id=_member(work, check.by),
        at=at,
        created_at=at,
        heard=check.heard,
        churn_word=noted((check.heard, *check.risks)),
        risks=list(check.risks),
        sold_nothing=True,
        **dict(zip((scale.value for scale in Scale), check.steps, strict=True)),
    )


def _cedar_today(work: Work, account_id: int) -> None:
    today = local_date(work.now, ZONE)
    new = NewCheck(
        account_id=account_id,
        by_id=_member(work, PRIYA),
        talked_on=today,
        scales=dict(zip(Scale, CEDAR_STEPS, strict=True)),
        heard=CEDAR_HEARD,
        risks=("Champion left", "Price"),
        sold_nothing=True,
        next_step=AgreedStep(
            "Ask the champion to introduce us to the new CFO",
            _member(work, DANA),
            today + timedelta(days=3),
        ),
    )
    checks.record(work, new)


def _member(work: Work, slack_id: str) -> int:
    person = members.find(work, slack_id)
    if person is None:
        raise RuntimeError(f"the sandbox has no {slack_id}")
    return person.id
