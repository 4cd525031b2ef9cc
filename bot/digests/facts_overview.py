"""An overview as plain values: the open renewals of what a digest looks over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.facts import Facts


@dataclass(frozen=True, slots=True)
class Overview(Facts):
    """The `count` open renewals of `about` on the day `as_of`: their value a year by currency, each as it is; those of
    `unknown` say none. `sent_at` is the ISO moment of that, `late_since` the one at which it was due, if it comes late.
    """

    as_of: str = ""
    about: str = ""
    count: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
    unknown: int = 0
    setup_id: int = 0
    late_since: str = ""
    sent_at: str = ""
