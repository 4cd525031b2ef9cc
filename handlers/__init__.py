"""What people do in Slack, by feature: command, shortcut, action and modal of one feature in one file.

Every file beside this one that has a `register` is called with the router; no list names them.
"""

import importlib
import pkgutil

from handlers.inbound.router import Router

MODULES = tuple(importlib.import_module(f"handlers.{one.name}") for one in pkgutil.iter_modules(__path__))
FEATURES = tuple(module for module in MODULES if hasattr(module, "register"))


def register_all(router: Router) -> None:
    """Tell the router everything that is handled."""
    for feature in FEATURES:
        feature.register(router)
