"""What people do in Slack, by feature: command, shortcut, action and modal of one feature in one file."""

from handlers import channels, finding_renewals, help, home, installation, people, renewals, settings
from handlers.router import Router

FEATURES = (renewals, finding_renewals, help, settings, home, channels, people, installation)


def register_all(router: Router) -> None:
    """Tell the router everything that is handled."""
    for feature in FEATURES:
        feature.register(router)
