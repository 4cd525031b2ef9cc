"""Whether this process can do its work, answered in time whatever the thing it asks does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic

from bot.core import time_left

log = logging.getLogger(__name__)

ANSWER_WITHIN = 1.5
"""Seconds. Whoever watches a process commonly gives up after two or more."""

NO_ANSWER = "The database does not answer."


class Readiness:
    """Asks once at a time, in a thread of its own; all who want to know meanwhile share the answer."""

    def __init__(self, ask: Callable[[], str], within: float = ANSWER_WITHIN) -> None:
        """`ask` says what is missing, empty when nothing is; it may raise, and it may hang."""
        self._ask = ask
        self._within = within
        self._lock = threading.Lock()
        self._question: _Question | None = None

    def missing(self) -> str:
        """Why the work cannot be done just now; empty when it can."""
        with self._lock:
            question = self._question
            if question is None or question.is_answered.is_set():
                question = self._question = _Question(self._ask)
                threading.Thread(target=question.put, name="readiness", daemon=True).start()
        if question.is_answered.wait(max(question.since + self._within - monotonic(), 0)):
            return question.answer
        if not question.is_told:
            question.is_told = True
            log.warning("Not ready: the database did not answer within %s s.", self._within)
        return NO_ANSWER


class _Question:
    def __init__(self, ask: Callable[[], str]) -> None:
        self._ask = ask
        self.since = monotonic()
        self.answer = NO_ANSWER
        self.is_answered = threading.Event()
        self.is_told = False

    def put(self) -> None:
        try:
            # A question that hung for longer would hide that the database is back.
            with time_left.answering():
                self.answer = self._ask()
        except Exception as error:
            # Asked every few seconds for as long as the database is away: the reason is enough.
            log.warning("Not ready: %s", str(error).partition("\n")[0])
        finally:
            self.is_answered.set()
