"""Kinds of job about referrals."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ReferralJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    HINT = "referral_hint"
    UNTHANKED = "referral_unthanked"


ANNOUNCED: Mapping[str, str] = {
    ReferralJob.UNTHANKED: "A referral that nobody has said thank you for is brought up",
}
"""How an account's story announces those that say something to its team, after a day."""
