"""Why an account's health score is what it is, for whoever runs the bot."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import health
from bot.accounts import customer_people
from bot.accounts import search as account_search
from bot.app import utc_now
from bot.cli.members import TeamId
from bot.cli.session import open_database
from bot.db.work import Work
from bot.errors import Refused
from bot.health import Explained
from bot.health.rules.score import ENOUGH, Input, Part, weight_of
from bot.health.rules.score_words import (
    TOO_LITTLE,
    age_words,
    band_name,
    change_words,
    finding,
    input_name,
    known_words,
    signed,
    without_points,
)
from bot.workspace import workspaces

SURE = 75
OFFERED = 8
POINTS_SHOWN = 12


def explain(
    account: Annotated[str, typer.Argument(help="The account's name, or a part of it.")],
    workspace: TeamId = None,
) -> None:
    """Print an account's health score with all that made it: points, values, ages, what is missing, and its history."""
    with open_database() as db, db.reading() as session:
        work = Work(session, workspaces.pick(session, workspace).id, utc_now())
        seen = health.of(work, account_named(work, account))
        concerns = customer_people.concerns_in_words(work, [seen.account_id]).get(seen.account_id, ())
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{escape(seen.account)}[/]: {_score(seen)}")
    if seen.score.score is not None:
        console.print(f"{change_words(seen.change)}; {known_words(seen.score.confidence)}")
    elif seen.score.parts:
        console.print(f"{known_words(seen.score.confidence)}; a score needs at least {ENOUGH}%")
    for reason in seen.reasons:
        console.print(f"  {escape(reason)}")
    for concern in concerns:
        console.print(f"  {escape(without_points(concern))}")
    console.print(_inputs(seen))
    if seen.history:
        console.print(_history(seen))


def account_named(work: Work, written: str) -> int:
    """The account meant on a command line; Refused, naming those that may be, when that is not clear."""
    found = account_search.find_accounts(work, written, OFFERED)
    if len(found) == 1 and found[0].score >= SURE:
        return found[0].id
    if not found:
        raise Refused(f"I found no account like “{written}”. Write its name, or a part of it, as it stands in Slack.")
    raise Refused(
        f"“{written}” may be one of these: {', '.join(one.name for one in found)}. Write one of them in full."
    )


def _score(seen: Explained) -> str:
    if seen.score.score is None or seen.band is None:
        nothing = "" if seen.score.parts else ": no health score, since nothing is known yet"
        return f"health {TOO_LITTLE}{nothing}"
    return f"health {seen.score.score} of 100, {band_name(seen.band)}, as of {seen.today}"


def _inputs(seen: Explained) -> Table:
    table = Table("Input", "Value", "Points", "Weight", "Counts for", "Newest", "What is known")
    known = {part.input: part for part in seen.score.parts}
    for name in Input:
        weight = weight_of(name, seen.policy)
        part = known.get(name)
        if part is None:
            heard = "nothing is known" if name is not Input.CHURN else "none heard"
            what = heard if weight else "weight 0: left out"
            table.add_row(input_name(name), "", "", str(weight), "", "", what)
            continue
        table.add_row(
            input_name(name),
            f"{part.value} of 100",
            _points(seen, part),
            str(weight),
            f"{part.share:.0%}",
            age_words(part),
            escape(finding(part, seen.policy)),
        )
    return table


def _points(seen: Explained, part: Part) -> str:
    # Points of no score are no points, and what is good is no loss, also where the rest is better still.
    if seen.score.score is None:
        return ""
    return signed(part.points) if part.is_low else "good"


def _history(seen: Explained) -> Table:
    table = Table("Since", "Score", "", title="History")
    earlier = [None, *(point.weights for point in seen.history)]
    marked = [
        (point, "weights changed" if before not in (None, point.weights) else "")
        for before, point in zip(earlier, seen.history, strict=False)
    ]
    for point, note in marked[-POINTS_SHOWN:]:
        table.add_row(str(point.day), TOO_LITTLE if point.score is None else str(point.score), note)
    return table
