"""The score: missing never lowers, more of a good thing never lowers, order does not matter, reasons add up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.core.policy import default_policy, with_overrides
from bot.health.rules.score import (
    ENOUGH,
    Band,
    Input,
    Observation,
    band,
    last_talk,
    mass,
    pulse_colour,
    pulse_value,
    scale_value,
    score,
    touch_observation,
    weight_of,
    weights_digest,
)
from bot.health.rules.score_history import is_fall

TODAY = date(2026, 3, 2)
POLICY = default_policy("enterprise")


def ago(days: int) -> date:
    """So many days before today."""
    return TODAY - timedelta(days=days)


USUAL = [name for name in Input if name is not Input.CHURN]


def seen_so(one: Observation) -> Observation:
    """How good a touch is follows from its day."""
    return touch_observation(one.on, TODAY, POLICY)[0] if one.input is Input.TOUCH else one


observations = st.lists(
    st.builds(
        Observation,
        input=st.sampled_from(list(Input)),
        value=st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0, 1),
        on=st.integers(0, 400).map(lambda days: TODAY - timedelta(days=days)),
        code=st.sampled_from(["one", "other"]),
        number=st.none() | st.integers(1, 5),
        since=st.none() | st.integers(0, 9).map(lambda days: TODAY - timedelta(days=days)),
    ).map(seen_so),
    max_size=25,
)


@given(observations)
def test_a_score_lies_between_0_and_100_and_its_points_add_up_to_it(seen: list[Observation]) -> None:
    result = score(seen, TODAY, POLICY)
    assert (result.score is None) == (result.confidence < ENOUGH)
    if not result.parts:
        return
    assert sum(part.share for part in result.parts) == pytest.approx(1)
    if result.score is not None:
        assert 0 <= result.score <= 100
        assert result.score == pytest.approx(100 + sum(part.points for part in result.parts), abs=0.51)


@given(observations, st.sampled_from(USUAL))
def test_a_missing_input_never_scores_lower_than_a_bad_one(seen: list[Observation], left_out: Input) -> None:
    without = [o for o in seen if o.input is not left_out]
    on = ago(3 * POLICY.touch_every_days) if left_out is Input.TOUCH else TODAY
    with_bad = [*without, Observation(left_out, 0, on)]
    missing, bad = score(without, TODAY, POLICY), score(with_bad, TODAY, POLICY)
    if missing.score is not None and bad.score is not None:
        assert missing.score >= bad.score
    assert left_out in missing.missing


@given(observations, st.sampled_from(list(Input)), st.integers(0, 300))
def test_more_of_a_good_thing_never_lowers_the_score(seen: list[Observation], good: Input, age: int) -> None:
    before = score(seen, TODAY, POLICY)
    if good is Input.TOUCH:
        age = min(age, POLICY.touch_every_days)
    after = score([*seen, Observation(good, 1, ago(age))], TODAY, POLICY)
    if before.score is not None:
        assert after.score is not None
        assert after.score >= before.score
    assert after.confidence >= before.confidence


@given(observations, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(seen: list[Observation], random) -> None:
    shuffled = list(seen)
    random.shuffle(shuffled)
    assert score(shuffled, TODAY, POLICY) == score(seen, TODAY, POLICY)


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_more_recent_touch_never_lowers_the_score(one: int, other: int) -> None:
    older, newer = max(one, other), min(one, other)
    rest = [Observation(Input.HEALTH, 0.6, TODAY)]

    def with_touch(days: int) -> int:
        made = score([*rest, *touch_observation(TODAY - timedelta(days=days), TODAY, POLICY)], TODAY, POLICY).score
        assert made is not None
        return made

    assert with_touch(newer) >= with_touch(older)


@pytest.mark.parametrize(
    ("touch", "checks", "talk"),
    [
        (None, [], None),
        (None, [(40, 40)], 40),  # a check is a talk
        (None, [(40, 39), (150, 0)], 40),
        (None, [(150, 0)], None),  # an old check, written down today, begins no silence
        (200, [(150, 0)], 150),  # but shortens one
        (10, [(40, 40)], 10),
    ],
)
def test_a_check_is_a_talk_and_an_old_one_begins_no_silence(
    touch: int | None, checks: list[tuple[int, int]], talk: int | None
) -> None:
    def day(days: int | None) -> date | None:
        return None if days is None else TODAY - timedelta(days=days)

    talks = [(TODAY - timedelta(days=on), TODAY - timedelta(days=written)) for on, written in checks]
    assert last_talk(day(touch), talks, POLICY) == day(talk)


def test_nothing_known_is_no_score_and_says_what_is_missing() -> None:
    result = score([], TODAY, POLICY)
    assert result.score is None
    assert result.confidence == 0
    assert result.missing == tuple(USUAL)


def test_a_touch_41_days_ago_at_a_cadence_of_30_is_the_reason_that_is_named() -> None:
    seen = [Observation(Input.HEALTH, 1, TODAY), *touch_observation(TODAY - timedelta(days=41), TODAY, POLICY)]
    (reason,) = score(seen, TODAY, POLICY).reasons(3)
    assert (reason.code, reason.number, reason.age) == ("no_touch", 41, 41)
    assert reason.points < -0.5


def test_an_old_check_weighs_half_after_its_half_life_and_nothing_once_expired() -> None:
    half = score([Observation(Input.HEALTH, 1, TODAY - timedelta(days=POLICY.half_life_health))], TODAY, POLICY)
    gone = score([Observation(Input.HEALTH, 1, TODAY - timedelta(days=POLICY.expires_health + 1))], TODAY, POLICY)
    bad = Observation(Input.PULSE, 0, TODAY)
    fresh = score([Observation(Input.HEALTH, 1, TODAY), bad], TODAY, POLICY)
    aged = score([Observation(Input.HEALTH, 1, TODAY - timedelta(days=POLICY.half_life_health)), bad], TODAY, POLICY)
    (share, of_aged) = (next(p.share for p in made.parts if p.input is Input.HEALTH) for made in (fresh, aged))
    assert of_aged / (1 - of_aged) == pytest.approx(share / (1 - share) / 2)
    assert half.confidence == POLICY.weight_health and gone.confidence == 0


def test_a_scale_left_out_is_unknown_not_bad() -> None:
    assert scale_value([5, None, None, 5, None]) == 1
    assert scale_value([None] * 5) is None
    assert scale_value([1, 5]) == 0.5


@pytest.mark.parametrize(
    ("value", "expected"), [(0, Band.POOR), (49, Band.POOR), (50, Band.FAIR), (69, Band.FAIR), (70, Band.GOOD)]
)
def test_bands_begin_at_50_and_70(value: int, expected: Band) -> None:
    assert band(value, POLICY) is expected


@pytest.mark.parametrize(
    ("now", "before", "last", "alerted", "told"),
    [
        (60, 75, 75, None, True),  # 15 points in a week
        (66, 72, 72, None, True),  # a band down
        (62, 69, 69, None, False),  # neither
        (58, 74, 74, 60, False),  # told already, same band
        (45, 74, 60, 60, True),  # told already, but it fell a band further
        (60, None, None, None, False),  # no history
    ],
)
def test_a_fall_is_told_once(now: int, before: int | None, last: int | None, alerted: int | None, told: bool) -> None:
    assert is_fall(now, before, last, alerted, POLICY) is told


def test_only_a_change_of_weights_changes_their_digest() -> None:
    assert weights_digest(POLICY) == weights_digest(with_overrides(POLICY, {"snooze_days": [1, 2]}))
    for name in ("weight_pulse", "half_life_pulse", "expires_pulse", "touch_every_days"):
        assert weights_digest(POLICY) != weights_digest(with_overrides(POLICY, {name: 40}))
    assert len(weights_digest(POLICY)) == 12


@given(observations)
def test_below_half_of_its_weight_known_there_is_no_score_and_a_word_of_leaving_makes_none(seen) -> None:
    result = score(seen, TODAY, POLICY)
    known = {part.input for part in result.parts} - {Input.CHURN}
    share = sum(getattr(POLICY, f"weight_{name}") for name in known)
    assert (result.confidence, result.score is not None) == (share, share >= 50)
    assert Input.CHURN not in result.missing


@given(observations, st.floats(POLICY.bands[1] / 100, 1), st.integers(0, 300))
def test_a_good_check_never_lowers_a_score_by_more_than_it_says_and_is_never_named_as_a_loss(
    seen: list[Observation], value: float, age: int
) -> None:
    # Only the latest check counts, so an older one leaves as the new one comes.
    rest = [o for o in seen if o.input is not Input.HEALTH]
    older = [o for o in seen if o.input is Input.HEALTH and (TODAY - o.on).days >= age][:1]
    before = score([*rest, *older], TODAY, POLICY)
    after = score([*rest, Observation(Input.HEALTH, value, TODAY - timedelta(days=age), "check")], TODAY, POLICY)
    assert all(part.input is not Input.HEALTH for part in after.reasons(9))
    check = next((part for part in after.parts if part.input is Input.HEALTH), None)
    if older and older[0].value < value:
        older = []  # a worse one has gone: the next line holds for what stands without it
        before = score(rest, TODAY, POLICY)
    if before.exact is not None and check is not None and after.exact is not None:
        assert after.exact >= before.exact + check.points - 1e-6


@given(observations)
def test_only_what_lies_below_its_band_is_named_as_a_loss(seen: list[Observation]) -> None:
    good = POLICY.bands[1] / 100
    for part in score(seen, TODAY, POLICY).reasons(9):
        lowest = min(o.value for o in seen if o.input is part.input)
        # A touch has a band of its own: the cadence.
        assert part.points < 0 and (lowest < good or part.code == "no_touch")


def test_green_pulses_are_no_loss_where_the_rest_is_better_and_one_red_is_one_among_many_greens() -> None:
    rest = [Observation(Input.HEALTH, 1, TODAY), *touch_observation(TODAY, TODAY, POLICY)]
    mostly = [Observation(Input.PULSE, 0.9, TODAY, "pulse_green")]
    assert score([*rest, *mostly], TODAY, POLICY).reasons(9) == ()
    one_red = [Observation(Input.PULSE, 0.8, TODAY, "pulse_red"), Observation(Input.PULSE, 0.5, TODAY, "pulse_yellow")]
    (named,) = score([*rest, *one_red], TODAY, POLICY).reasons(9)
    assert named.code == "pulse_red"


@given(observations, st.integers(0, 400))
def test_a_word_of_leaving_never_raises_a_score_is_bounded_and_ages(seen: list[Observation], age: int) -> None:
    rest = [o for o in seen if o.input is not Input.CHURN]

    def with_words(ages: list[int]) -> float | None:
        words = [
            Observation(Input.CHURN, 0, TODAY - timedelta(days=days), "churn_call", quote="cancel") for days in ages
        ]
        return score([*rest, *words], TODAY, POLICY).exact

    without, one, many = with_words([]), with_words([age]), with_words([age] * 20)
    assert (score(rest, TODAY, POLICY).score is None) == (
        score([*rest, Observation(Input.CHURN, 0, TODAY)], TODAY, POLICY).score is None
    )
    if without is None:
        return
    assert many - 1e-9 <= one <= without + 1e-9
    known = _known_weight(rest)
    assert many >= without * known / (known + POLICY.weight_churn) - 1e-6
    assert with_words([age + 1]) >= one - 1e-9
    if age > POLICY.expires_churn:
        assert one == pytest.approx(without)


def _known_weight(seen: list[Observation]) -> float:
    by_input = {name: [mass(o, TODAY, POLICY) for o in seen if o.input is name] for name in USUAL}
    return sum(getattr(POLICY, f"weight_{name}") * min(1.0, sum(masses)) for name, masses in by_input.items())


def test_an_angry_call_alone_is_no_score_and_with_a_word_of_leaving_a_perfect_one_is_not_good_any_more() -> None:
    call = touch_observation(TODAY, TODAY, POLICY)
    assert score(call, TODAY, POLICY).score is None
    perfect = [*call, *(Observation(name, 1, TODAY) for name in USUAL if name is not Input.TOUCH)]
    word = Observation(Input.CHURN, 0, TODAY, "churn_call", quote="cancel")
    assert score(perfect, TODAY, POLICY).score == 100
    made = score([*perfect, word], TODAY, POLICY)
    assert made.score is not None and band(made.score, POLICY) is not Band.GOOD
    assert [part.quote for part in made.reasons(9)] == ["cancel"]


def test_a_rounds_value_has_the_colour_that_it_comes_closest_to() -> None:
    assert [pulse_colour(value) for value in (0, 25, 26, 50, 74, 75, 100)] == [
        "red", "red", "yellow", "yellow", "yellow", "green", "green",
    ]  # fmt: skip


def test_an_inputs_weight_is_the_policys() -> None:
    assert weight_of(Input.HEALTH, POLICY) == POLICY.weight_health
    assert weight_of(Input.CHURN, POLICY) == POLICY.weight_churn


def test_a_touch_within_the_cadence_is_one_and_later_it_is_missed() -> None:
    every = POLICY.touch_every_days
    for days, code, value in ((every, "touched", 1.0), (every + 1, "no_touch", 1 - 1 / (2 * every))):
        (seen,) = touch_observation(TODAY - timedelta(days=days), TODAY, POLICY)
        assert (seen.code, seen.number, seen.value) == (code, days, pytest.approx(value))


def test_an_inputs_value_is_shown_from_0_to_100() -> None:
    (part,) = score([Observation(Input.HEALTH, 0.95, TODAY)], TODAY, POLICY).parts
    assert part.value == 95


def test_what_each_input_did_is_shown_to_the_figure() -> None:
    seen = [
        Observation(Input.HEALTH, 0.5, ago(10), "check_adoption", 2),
        Observation(Input.PULSE, 1, ago(45), "pulse_green"),
        Observation(Input.PULSE, 0, ago(90), "pulse_red", quote="late"),
        Observation(Input.SUPPORT, 0, ago(0), "open_urgent", 1, ago(12)),
        *touch_observation(ago(60), TODAY, POLICY),
        Observation(Input.PROMISES, 1, TODAY + timedelta(days=1), "promise_kept", 1),
    ]
    made = score(seen, TODAY, POLICY)
    assert made.missing == (Input.PROMISES,), "what happens tomorrow is not known yet"
    assert (made.score, made.confidence) == (45, 90)
    shown = [
        (part.input, part.value, part.age, part.count, part.code, part.number, part.lasting) for part in made.parts
    ]
    assert shown == [
        (Input.HEALTH, 50, 10, 1, "check_adoption", 2, None),
        (Input.PULSE, 67, 45, 2, "pulse_red", None, None),
        (Input.TOUCH, 50, 60, 1, "no_touch", 60, None),
        (Input.SUPPORT, 0, 12, 1, "open_urgent", 1, 12),
    ]
    assert [part.quote for part in made.parts] == ["", "late", "", ""]
    assert [round(part.points, 2) for part in made.parts] == [-19.97, -7.7, -9.24, -18.48]
    assert [round(part.share, 3) for part in made.parts] == [0.399, 0.231, 0.185, 0.185]
    assert [part.input for part in made.reasons(9)] == [Input.HEALTH, Input.SUPPORT, Input.TOUCH, Input.PULSE]
    assert [part.input for part in made.reasons(2)] == [Input.HEALTH, Input.SUPPORT]


@pytest.mark.parametrize(
    ("days", "code", "value"),
    [
        (-3, "touched", 1),
        (0, "touched", 1),
        (29, "touched", 1),
        (30, "touched", 1),
        (45, "no_touch", 0.75),
        (60, "no_touch", 0.5),
        (90, "no_touch", 0),
        (400, "no_touch", 0),
    ],
)
def test_a_touch_fades_evenly_from_its_cadence_to_three_times_that(days: int, code: str, value: float) -> None:
    (seen,) = touch_observation(ago(days), TODAY, POLICY)
    assert seen == Observation(Input.TOUCH, value, ago(days), code, max(0, days))
    assert touch_observation(None, TODAY, POLICY) == ()


def test_what_counts_fades_by_half_and_is_gone_after_its_last_day() -> None:
    half, last = POLICY.half_life_pulse, POLICY.expires_pulse
    masses = [
        mass(Observation(Input.PULSE, 1, ago(days)), TODAY, POLICY) for days in (-5, 0, half, 2 * half, last, last + 1)
    ]
    assert masses == [1, 1, 0.5, 0.25, pytest.approx(0.5 ** (last / half)), 0]
    assert mass(Observation(Input.TOUCH, 1, ago(4000)), TODAY, POLICY) == 1


def test_a_talk_written_down_a_whole_cadence_later_still_begins_a_silence() -> None:
    every = POLICY.touch_every_days
    assert last_talk(None, [(ago(40), ago(40 - every))], POLICY) == ago(40)
    assert last_talk(None, [(ago(40), ago(39 - every))], POLICY) is None
    assert last_talk(ago(90), [(ago(95), ago(9)), (ago(80), ago(9))], POLICY) == ago(80)


def test_each_colour_is_worth_its_part() -> None:
    assert [pulse_value(colour) for colour in ("green", "yellow", "red")] == [1, 0.5, 0]
    with pytest.raises(KeyError):
        pulse_value("blue")
    assert scale_value([1, 2, None]) == 0.125
    assert scale_value([3]) == 0.5


def test_of_several_the_worst_names_the_input_whichever_came_first() -> None:
    def named(*seen: Observation) -> tuple[str, int | None, str]:
        (part,) = score(seen, TODAY, POLICY).parts
        assert score(seen[::-1], TODAY, POLICY).parts == (part,)
        return part.code, part.number, part.quote

    low, high = Observation(Input.SUPPORT, 0.1, ago(9), "low"), Observation(Input.SUPPORT, 0.9, ago(1), "high")
    assert named(low, high)[0] == "low"
    newer = replace(low, code="newer", on=ago(3))
    assert named(low, newer)[0] == "newer", "of two alike the newer"
    assert named(replace(low, code="b"), replace(low, code="a"))[0] == "a"
    assert named(replace(low, number=2), replace(low, number=1))[1] == 1
    assert named(replace(low, quote="b"), replace(low, quote="a"))[2] == "a"
    heard = Observation(Input.PULSE, 1, ago(9), "pulse_green")
    assert named(heard, replace(heard, code="pulse_impression", on=ago(1)))[0] == "pulse_green"
    assert named(heard, replace(heard, code="pulse_yellow", value=0.5))[0] == "pulse_yellow"
    assert named(
        replace(heard, code="pulse_yellow", value=0), replace(heard, code="pulse_red", value=0.5)
    )[0] == "pulse_red"  # fmt: skip


def test_what_is_just_good_is_no_loss_and_what_costs_less_than_half_a_point_is_no_reason() -> None:
    good = POLICY.bands[1] / 100
    rest = [Observation(name, 1, TODAY) for name in USUAL if name is not Input.HEALTH]
    for value, is_low in ((good, False), (good - 0.01, True)):
        made = score([*rest, Observation(Input.HEALTH, value, TODAY, "check")], TODAY, POLICY)
        assert made.parts[0].is_low is is_low
        assert bool(made.reasons(9)) is is_low
    part = replace(made.parts[0], is_low=True)
    for points, is_reason in ((-0.5, True), (-0.49, False)):
        assert bool(replace(made, parts=(replace(part, points=points),)).reasons(9)) is is_reason


def test_nothing_known_comes_to_nothing() -> None:
    assert score([], TODAY, POLICY).exact is None
    assert score([Observation(Input.HEALTH, 0.25, TODAY)], TODAY, POLICY).exact == 25
    assert score([Observation(Input.HEALTH, 0.25, TODAY)], TODAY, POLICY).score is None
