"""Samples of forecasts: how good calls were, and the two keys beside each other where a renewal is shown."""

from __future__ import annotations

from collections.abc import Iterator

from bot.forecast.facts import MarkScore, OpenCall, TwoKeys
from bot.forecast.forms import keep_form
from bot.forecast.messages import beside, my_forecast, team_forecast
from bot.renewals.forms.update import Typed, update_form
from bot.renewals.messages.card import details_view
from bot.renewals.rules.stages import Stage
from bot.renewals.samples import sample_card
from bot.slack.samples import ACCOUNT, BEFORE, TODAY, Sample, answer, view


def samples(person: str) -> Iterator[Sample]:
    """The answers of `/forecast`, and a card with what is computed."""
    because = ("health is poor (31 of 100)", "there was no touch for 41 days")
    keys = TwoKeys(TODAY, "at_risk", because, "commit", "Dana", BEFORE)
    scores = (MarkScore(90, 12), MarkScore(60, 41, 3, 0.144, 0.06, 0.83, 0.141, 40, 0.12), MarkScore(30, 0))
    yield answer("my forecast", my_forecast(scores, [OpenCall(7, ACCOUNT, keys)], 3))
    yield answer("my forecast, nothing in doubt", my_forecast(scores, [], 0))
    yield answer("my team's forecast", team_forecast(scores, has_people=True))
    card = sample_card(person, Stage.UPCOMING)
    yield view(details_view(card, beside(keys)))
    yield view(keep_form(card, keys))
    yield view(update_form(card, person, typed=Typed({"change": "forecast"}), beside=beside(keys)))
