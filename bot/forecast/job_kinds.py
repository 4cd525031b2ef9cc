"""Kinds of job about forecasts, and how a story announces the one that speaks to an account's team."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ForecastJob(StrEnum):
    """What a job is about, as the agenda keeps it."""

    LOOK = "forecast_look"
    KEY = "forecast_key"
    ASK = "forecast_ask"


ANNOUNCED: Mapping[str, str] = {ForecastJob.ASK: "A question about the forecast, if it is best case or at risk by then"}
