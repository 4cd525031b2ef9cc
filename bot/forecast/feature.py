"""What forecasts bring: calls kept and looked at, the computed class kept at its marks, and how good calls were."""

from __future__ import annotations

from bot.forecast.calls import on_forecast_changed
from bot.forecast.job_kinds import ANNOUNCED, ForecastJob
from bot.forecast.look import on_scores_computed, run_looks
from bot.forecast.marks import plan_night, run_asks, run_keys
from bot.forecast.samples import samples
from bot.forecast.scoring import forecast_lines
from bot.health.events import ScoresComputed
from bot.registry import Feature
from bot.renewals.events import ForecastChanged
from bot.slack.commands import Command, More

FEATURE = Feature(
    jobs={ForecastJob.LOOK: run_looks, ForecastJob.KEY: run_keys, ForecastJob.ASK: run_asks},
    samples=[samples],
    announced=ANNOUNCED,
    figures=[forecast_lines],
    commands=[
        Command(
            "/forecast",
            "How good your forecast calls were, and which of them the figures speak against",
            "[team]",
            "/forecast",
            (More("/forecast team", "How good your team's calls were, together."),),
            "; the team's for managers.",
        )
    ],
    listeners={ForecastChanged: [on_forecast_changed], ScoresComputed: [on_scores_computed]},
    at_night=[plan_night],
)
