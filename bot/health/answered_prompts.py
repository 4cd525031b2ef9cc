"""A recorded check answers what asked for it: those messages say so, and the next time is planned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.accounts import contacts
from bot.health import prompts as health_prompts
from bot.health.past_checks import is_recent, last_facts, latest_checks, prompts
from bot.health.rules.checks import Check
from bot.models import Post
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.workspace.context import WorkspaceContext


def answered(session: Session, here: WorkspaceContext, check: Check, now: datetime) -> None:
    """A check was recorded or corrected: the next prompt counts from there, and what it answers says so.

    A prompt for which the talk is too old goes on asking; it only names this check as the last one.
    """
    account = contacts.load(session, here.workspace_id, [check.account_id])[check.account_id]
    every = here.policies.of(account.tier).health_every_days
    standing = [p for p in prompts(session, here.workspace_id, account.id) if not p.facts.get("done_by")]
    left = [post for post in standing if not _is_answered(post, check, every, now)]
    next_on = health_prompts.replan(session, here, account.id, now, left[-1].created_at if left else None)
    by = {"slack_id": check.by.slack_id, "name": check.by.name, "role": ""}
    done = {"done_by": by, "done_on": str(check.on), "next_on": str(next_on)}
    told = last_facts(latest_checks(session, here.workspace_id, [account.id])[account.id], account.hours(here).zone)
    wanted = [
        OutgoingPost(post.key, "health_prompt", {**post.facts, **facts}, post.channel, post.recipient, post.owner)
        for post, facts in [(post, told if post in left else done) for post in standing]
    ]
    outgoing.put(session, here.workspace_id, now, wanted)


def _is_answered(post: Post, check: Check, every_days: int, now: datetime) -> bool:
    if post.facts.get("since"):
        return check.at >= datetime.fromisoformat(post.facts["since"])
    return is_recent(check.at, every_days, now)
