"""What people do in Slack, by feature: command, shortcut, action and modal of one feature in one file."""

from handlers import (
    accounts,
    channels,
    finding_renewals,
    follow_ups,
    handoffs,
    health_checks,
    help,
    home,
    insights,
    installation,
    links,
    people,
    plans,
    pulses,
    reactions,
    renewals,
    settings,
    touchpoints,
)
from handlers.router import Router

FEATURES = (
    accounts,
    plans,
    links,
    renewals,
    finding_renewals,
    health_checks,
    pulses,
    touchpoints,
    reactions,
    follow_ups,
    handoffs,
    insights,
    help,
    settings,
    home,
    channels,
    people,
    installation,
)


def register_all(router: Router) -> None:
    """Tell the router everything that is handled."""
    for feature in FEATURES:
        feature.register(router)
