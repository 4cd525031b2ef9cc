"""On how many examples a property is tried: some in every run, many more in `make soak`."""

from __future__ import annotations

import os

from hypothesis import settings

IS_SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
USUAL = 30
DEEP = 2000
DEEPER = 10
"""So many times as often a dear property is tried in a soak, whose examples take a tenth of a second or more each."""


def dear(examples: int) -> settings:
    """For a property whose examples are dear: so many in every run."""
    return settings(max_examples=examples * DEEPER if IS_SOAK else examples)
