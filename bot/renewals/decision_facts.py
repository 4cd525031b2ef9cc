"""How long a customer took to decide, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LastDecision:
    """The last renewal that was signed: the first stage that was seen of it, and both days, ISO days."""

    stage: str
    began_on: str
    signed_on: str

    @property
    def days(self) -> int:
        """Days from that stage to the signature."""
        return (date.fromisoformat(self.signed_on) - date.fromisoformat(self.began_on)).days
