"""What is shown of forecasts: both keys of a renewal, and how good calls were. Plain values, days as ISO days."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TwoKeys:
    """The call and the computed class of one renewal, side by side. `because` are the reasons in words.

    `call` is empty while nobody has called it; `called_by` (a name) and `called_on` where they are known.
    """

    as_of: str
    computed: str
    because: tuple[str, ...] = ()
    call: str = ""
    called_by: str = ""
    called_on: str = ""


@dataclass(frozen=True, slots=True)
class OpenCall:
    """One open renewal of a reader whose keys are far apart."""

    renewal_id: int
    account: str
    keys: TwoKeys


@dataclass(frozen=True, slots=True)
class MarkScore:
    """How good the calls were that stood `mark` days before the deadline. `count` scored calls of `people` members.

    `brier`, `base_rate`, `base_brier`, `computed_brier` are 0–1, `bias` −1 to 1 (above 0: too hopeful); without calls
    they are None. `computed_count` of the calls have a computed class beside them.
    """

    mark: int
    count: int
    people: int = 0
    brier: float | None = None
    bias: float | None = None
    base_rate: float | None = None
    base_brier: float | None = None
    computed_count: int = 0
    computed_brier: float | None = None
