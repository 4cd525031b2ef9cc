from dataclasses import fields, replace
from datetime import time

import pytest

from bot.core import policy as policy_module
from bot.core.policy import Policy, Tier, default_policy, defaults_mark, policy_numbers, tier_of, with_overrides

POLICY = default_policy()


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("Enterprise", Tier.ENTERPRISE),
        ("enterprise plus", Tier.ENTERPRISE),
        ("Tier 1", Tier.ENTERPRISE),
        ("T1", Tier.ENTERPRISE),
        ("Pro", Tier.MID),
        ("Mid-Market", Tier.MID),
        ("Business", Tier.MID),
        ("Basic", Tier.SMALL),
        ("Small business", Tier.SMALL),
        ("SMB", Tier.SMALL),
        ("Zebra", Tier.MID),
        ("", Tier.MID),
        (None, Tier.MID),
    ],
)
def test_a_crms_words_for_tiers_are_understood(text: str | None, tier: Tier) -> None:
    assert tier_of(text) is tier


def test_every_tier_reads_its_own_name() -> None:
    assert all(tier_of(tier) is tier for tier in Tier)


def test_the_cadences_depend_on_the_tier() -> None:
    cadences = [(p.pulse_every_days, p.health_every_days) for p in map(default_policy, Tier)]
    assert cadences == [(30, 90), (60, 120), (90, 180)]
    assert default_policy("Basic") == default_policy("small")


def test_the_defaults_pass_their_own_checks_and_have_words() -> None:
    for tier in Tier:
        policy = default_policy(tier)
        every_number = {number.name: getattr(policy, number.name) for number in fields(Policy)}
        assert with_overrides(policy, every_number) == policy
    assert all(policy_numbers().values())


def test_a_workspace_overrides_numbers_as_json_holds_them() -> None:
    changed = with_overrides(POLICY, {"rungs": [30, 180, 60], "alert_time": "08:15", "touch_every_days": 45})
    assert changed == replace(POLICY, rungs=(180, 60, 30), alert_time=time(8, 15), touch_every_days=45)
    assert with_overrides(POLICY, {}) == POLICY
    assert with_overrides(POLICY, {"claimed_quiet_days": 90}).claimed_quiet_days == 90
    equal = {"stage_unmoved_leadership_rung": POLICY.stage_unmoved_manager_rung}
    assert with_overrides(POLICY, equal).stage_unmoved_leadership_rung == POLICY.stage_unmoved_manager_rung


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"rung": [3]}, "It has: rungs"),
        ({"rungs": []}, r"such as \[120"),
        ({"rungs": [30, 30]}, "twice"),
        ({"rungs": [0]}, "from 1"),
        ({"rungs": "120,90"}, "a list"),
        ({"alert_time": "9am"}, "alert_time takes a time such as 09:00, not '9am'"),
        ({"alert_time": "25:00"}, "alert_time takes a time such as 09:00"),
        ({"claimed_quiet_days": "7"}, "whole numbers"),
        ({"claimed_quiet_days": True}, "whole numbers"),
        ({"claimed_quiet_days": -1}, "from 0 to 90"),
        ({"claimed_quiet_days": 91}, "from 0 to 90, not 91"),
        ({"stage_unmoved_leadership_rung": 60}, "must not be above"),
        ({"bands": [50]}, "two scores"),
        ({f"weight_{name}": 0 for name in ("health", "pulse", "touch", "support", "promises")}, "above 0"),
    ],
)
def test_a_wrong_number_is_refused_with_what_to_write(overrides: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        with_overrides(POLICY, overrides)


@pytest.mark.parametrize("tier", Tier)
def test_the_mark_of_the_defaults_is_another_one_when_a_number_of_any_tier_is(
    tier: Tier, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = defaults_mark()
    assert len(before) == 16 and defaults_mark() == before
    changed = replace(default_policy(tier), score_fall=16)
    plain = {one: default_policy(one) for one in Tier}
    monkeypatch.setattr(policy_module, "default_policy", {**plain, tier: changed}.__getitem__)
    assert defaults_mark() != before
