"""Where settings come from: the process's environment first, then the .env file beside it."""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import dotenv_values

from bot.settings import Settings

DOT_ENV = ".env"


def settings_here() -> Settings:
    """The settings of this process; raises Refused naming the variable that cannot be used."""
    written = {name: value for name, value in dotenv_values(Path(DOT_ENV)).items() if value is not None}
    return Settings.from_env({**written, **os.environ})
