"""What the form of a touchpoint begins with: a typed line, somebody's message, or what was logged before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from bot import follow_ups
from bot.accounts.search import Found
from bot.core.calendar import local_date, local_moment
from bot.core.days import spoken_day
from bot.db.work import Work
from bot.slack import text
from bot.touchpoints import Touch
from bot.touchpoints.facts import NextStep
from bot.touchpoints.forms import Draft, Source
from bot.touchpoints.messages import open_step
from bot.touchpoints.rules.line import ParsedLine, TouchKind, name_alone, parse_line, suggested_mood
from handlers.inbound.request import Request
from handlers.inbound.slack_message import SlackMessage

NOON = time(12)


def from_line(
    request: Request,
    account: Found | None,
    words: str,
    offered: Sequence[Found] = (),
    here: Found | None = None,
    unknown: str = "",
) -> Draft:
    """What a typed line says, which may be nothing; `offered` are the accounts it may have meant.

    `here` is the account of the channel, which is one of them where another one's name was typed. `unknown` is a name
    that no account has; those offered are the nearest to it.
    """
    said = parse_line(words, request.today, account.name if account else "")
    return Draft(
        at=moment_of(request, said.on),
        account=_option(account),
        kind=said.kind,
        contact=said.contact or ("" if said.kind else name_alone(said.words, account.name if account else "")),
        purpose=said.purpose,
        mood=said.mood or suggested_mood(said.words),
        words=said.words,
        facts=" ".join(words for words in (_which(offered, here, unknown), _when(said)) if words),
        me=request.person.slack_id,
        source=Source(near=" ".join(str(one.id) for one in offered)),
    )


def from_message(request: Request, account: Found | None, seen: SlackMessage) -> Draft:
    """A message's words, author and moment."""
    said = parse_line(seen.words, request.today, account.name if account else "")
    no_customer = f" {text.name(seen.writer)} {seen.unfit}: say with whom at the customer it was." if seen.unfit else ""
    day = spoken_day(local_date(seen.at, request.person.timezone), request.today)
    return Draft(
        at=seen.at,
        account=_option(account),
        kind=said.kind or (TouchKind.CHAT if seen.stranger else ""),
        contact=said.contact or seen.stranger,
        purpose=said.purpose,
        mood=said.mood or suggested_mood(seen.words),
        words=seen.words,
        facts=f"From {text.name(seen.writer)}'s message of {day}.{no_customer}",
        me=request.person.slack_id,
        source=Source(
            channel=seen.channel,
            ts=seen.ts,
            thread_ts=seen.thread_ts,
            author=seen.author.slack_id if seen.author else "",
            permalink=seen.permalink,
        ),
    )


def from_touch(work: Work, request: Request, touch: Touch) -> Draft:
    """What was logged, with its next steps."""
    steps = follow_ups.of_source(work, f"touchpoint:{touch.id}")
    shown = [
        NextStep(s.words, s.owner_name or "", str(s.due_on), s.is_promise, s.outcome or "")
        for s in steps
        if s.created_at >= touch.created_at
    ]
    writer = touch.logged_by or touch.by
    day = spoken_day(local_date(touch.created_at, request.person.timezone), request.today)
    return Draft(
        at=touch.at,
        account=(touch.account, str(touch.account_id)),
        kind=touch.kind,
        contact=touch.contact,
        purpose=touch.purpose,
        mood=touch.mood,
        words=touch.words,
        facts=f"Logged by {text.name(writer.name) if writer else 'an import'} on {day}.",
        me=request.person.slack_id,
        open_steps=[f"• {open_step(step, str(request.today))}" for step in shown],
        source=Source(touchpoint_id=touch.id),
    )


def moment_of(request: Request, on: date | None) -> datetime:
    """Now, or noon of a day that was named."""
    if on is None or on == request.today:
        return request.now
    return local_moment(on, NOON, request.person.timezone)


def _which(offered: Sequence[Found], here: Found | None, unknown: str) -> str:
    if unknown:
        nearest = text.listed(text.name(one.name) for one in offered)
        near = f" The nearest are {nearest}." if len(offered) > 1 else f" The nearest is {nearest}." if offered else ""
        return f"I found no account like “{text.name(unknown)}”.{near} Choose the account below."
    others = [one for one in offered if here is None or one.id != here.id]
    if here is not None and others:
        names, own = text.listed(text.name(one.name) for one in others), text.name(here.name)
        return f"Is it about {names}, or about {own}, whose channel this is? Choose the account below."
    may_be = text.listed(text.name(one.name) for one in offered)
    if len(offered) == 1:
        return f"Is it about {may_be}? Choose the account below."
    return f"Several accounts are called like that: {may_be}. Choose the one you mean." if offered else ""


def _when(said: ParsedLine) -> str:
    if not said.odd_day:
        return ""
    day = text.typed(said.odd_day, 20)
    return f"“{day}” lies ahead, or is no day. Give the moment it happened; what comes next is a next step, below."


def _option(account: Found | None) -> tuple[str, str] | None:
    return (account.name, str(account.id)) if account else None
