"""Net and gross revenue retention of a cohort, and the bridge from what it was worth to what it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CohortRetention:
    """Recurring value a year of the accounts that had some on `start`, twelve months before `day`, in `currency`.

    `now` is at the rates of `start`, `now_at_today` at those of `day`. `kept` is the sum over accounts of the smaller
    of then and now. The bridge: then + expansion + rise + contraction + churn = now; `rise` are agreed price rises.
    `won_back` and `won` (never there before) stand outside the cohort.
    """

    start: date
    day: date
    currency: str
    accounts: int
    accounts_now: int
    then: float
    now: float
    now_at_today: float
    kept: float
    rise: float
    expansion: float
    contraction: float
    churn: float
    won_back: float
    won: float

    @property
    def nrr(self) -> float | None:
        """Net revenue retention in per cent: Σ now of the cohort ÷ Σ then (SaaS Metrics Standards Board).

        None when nobody was there then.
        """
        return percent(self.now, self.then)

    @property
    def nrr_without_rise(self) -> float | None:
        """The same without the price rises that contracts had agreed before."""
        return percent(self.now - self.rise, self.then)

    @property
    def nrr_at_todays_rates(self) -> float | None:
        """The same with what is paid now at today's rates: the difference to NRR is FX."""
        return percent(self.now_at_today, self.then)

    @property
    def grr(self) -> float | None:
        """Gross revenue retention in per cent: Σ over accounts of min(then, now) ÷ Σ then (SaaS Capital, GitLab).

        Never above 100.
        """
        return percent(self.kept, self.then)

    @property
    def logos(self) -> float | None:
        """Accounts of the cohort that still have recurring value ÷ accounts of the cohort, in per cent."""
        return percent(self.accounts_now, self.accounts)

    @property
    def fx(self) -> float:
        """What the change of rates since `start` makes of the cohort's value now."""
        return self.now_at_today - self.now

    @property
    def book(self) -> float:
        """What all accounts are worth now, at the rates of `start`: the cohort, won and won back."""
        return self.now + self.won_back + self.won

    def keeping(self, points: int, years: int) -> float:
        """What so many percentage points more of the book, kept each year, come to after so many years, added up.

        Σ over years k of book × ((GRR + points)^k − GRR^k), GRR + points at most 100 %: nothing else changes.
        """
        kept, better = (self.grr or 0) / 100, self.better(points) / 100
        return sum(self.book * (better**year - kept**year) for year in range(1, years + 1))

    def better(self, points: int) -> float:
        """GRR with so many points more, in per cent: nobody keeps more than all."""
        return min((self.grr or 0) + points, 100)


def percent(part: float, whole: float) -> float | None:
    """Per cent; None of nothing."""
    return None if not whole else 100 * part / whole
