"""What people do in Slack, by feature: command, shortcut, action and modal of one feature in one file."""

from handlers import (
    accounts,
    channels,
    escalations,
    feedback,
    follow_ups,
    handoffs,
    health_checks,
    help,
    home,
    insights,
    installation,
    links,
    people,
    pick_renewal,
    plans,
    pulses,
    reactions,
    reasons,
    renewals,
    touchpoints,
)
from handlers import settings as settings_settings
from handlers.inbound.router import Router

FEATURES = (
    accounts,
    plans,
    links,
    feedback,
    reasons,
    renewals,
    escalations,
    pick_renewal,
    health_checks,
    pulses,
    touchpoints,
    reactions,
    follow_ups,
    handoffs,
    insights,
    help,
    settings_settings,
    home,
    channels,
    people,
    installation,
)


def register_all(router: Router) -> None:
    """Tell the router everything that is handled."""
    for feature in FEATURES:
        feature.register(router)
