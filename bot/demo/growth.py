"""What is sold to the sample customers, what two of them may need besides, and whom one person there has named."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from bot.core.calendar import local_date
from bot.db.work import Work
from bot.models import Account, CustomerPerson
from bot.opportunities import pipeline, products
from bot.opportunities.facts import Spotted
from bot.opportunities.stages import GrowthKind, OpportunitySource, OpportunityStage
from bot.referrals import asking
from bot.referrals.asking import NamedSomebody
from bot.workspace import members

PRODUCTS = ("Platform", "Premium support", "Extra users", "Fleet add-on")

SPOTTED = (
    (
        9,
        "Acme Robotics",
        "U0REP1",
        "Extra users",
        GrowthKind.UPSELL,
        "The second plant starts in May, and its forty people must plan with it too",
        "Ines has up to 20,000 for the new plant this year",
        Decimal(18000),
        OpportunityStage.QUALIFIED,
        OpportunitySource.SAID,
        "Send Ines the prices for forty more users",
    ),
    (
        16,
        "Harborline Shipping",
        "U0REP2",
        "Premium support",
        GrowthKind.CROSS_SELL,
        "Nobody of theirs can wait until Monday when a ship lies in port",
        "",
        None,
        OpportunityStage.SPOTTED,
        OpportunitySource.SUPPORT,
        "",
    ),
)
"""Days ago, account, who wrote it down, product, kind, need, budget, value, stage, source, next step."""

REFUSED = (("Cedar Health", "U0REP1", "Fleet add-on", "They have no vehicles"),)
"""Account, who said so, product, why."""

NAMED = (
    (
        96,
        "Elmwood Foods",
        "U0REP2",
        "Femke de Vries",
        NamedSomebody("Lieke Bakker", "Polder Dairy", "They plan four sites by spreadsheet, and she hates it"),
    ),
)
"""Days ago, account, who wrote it down, who named somebody, and whom. They were thanked a day later."""


def load_growth(work: Work) -> None:
    """Write products and opportunities down, as people have a while ago."""
    products.add(work, PRODUCTS)
    number = {name: product_id for product_id, name in products.sold(work).items()}
    for days, account, slack_id, product, kind, need, budget, value, stage, source, step in SPOTTED:
        one = Spotted(
            kind,
            need,
            budget,
            number[product],
            value,
            "EUR" if value is not None else None,
            stage,
            source=source,
            next_step=step,
            next_on=local_date(work.now, "Europe/Berlin") + timedelta(days=6) if step else None,
        )
        then = work.at(work.now - timedelta(days=days))
        pipeline.add(then, _account(work, account), one, _member(work, slack_id))
    for account, slack_id, product, why in REFUSED:
        pipeline.refuse(work, _account(work, account), number[product], why, _member(work, slack_id))
    for days, account, slack_id, person, named in NAMED:
        by = _member(work, slack_id)
        then = work.at(work.now - timedelta(days=days))
        referral_id = asking.give(then, _person(work, _account(work, account), person), named, by)
        asking.thank(work.at(then.now + timedelta(days=1)), referral_id, by)


def _account(work: Work, name: str) -> int:
    return work.session.scalars(work.select(Account.id).where(Account.name == name)).one()


def _person(work: Work, account_id: int, name: str) -> int:
    return work.session.scalars(
        work.select(CustomerPerson.id).where(CustomerPerson.account_id == account_id, CustomerPerson.name == name)
    ).one()


def _member(work: Work, slack_id: str) -> members.MemberView:
    person = members.find(work, slack_id)
    if person is None:
        raise RuntimeError(f"the sandbox has no {slack_id}")
    return person
