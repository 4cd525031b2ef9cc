"""Events about renewals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RenewalDecided:
    """How a renewal stands with its customer was written: signed, lost, corrected, or open again.

    Who listens looks at the renewal as it is now. `by_id` is the member who did it.
    """

    renewal_id: int
    by_id: int
