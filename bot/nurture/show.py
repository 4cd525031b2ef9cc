"""The post of a nurture touch: asked for once, and changed in its place as the touch goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.accounts.contacts import AccountContacts
from bot.db.work import Work
from bot.nurture import queries
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.workspace import context

KIND = "nurture"


def first(work: Work, touches: Mapping[int, AccountContacts]) -> None:
    """Propose these touches where their accounts speak; each names its owner where they are there."""
    ws = context.of(work)
    wanted = []
    for number, card in queries.cards(work, list(touches)).items():
        account = touches[number]
        to = account.destination(ws)
        mention = account.owner_slack if to.channel is not None else None
        facts = replace(card, mention=mention, routed=to.routed).to_facts()
        if told := account.post(ws, _key(number), KIND, facts):
            wanted.append(told)
    outgoing.put(work, wanted)


def update(work: Work, touch_ids: Sequence[int], **said: str) -> None:
    """Let the posts of these touches show them as they are now; `said` are facts that only this change knows."""
    there = {post.key: post for post in posts.by_keys(work, [_key(number) for number in touch_ids])}
    wanted = []
    for number, card in queries.cards(work, touch_ids).items():
        post = there.get(_key(number))
        if post is None:
            continue
        kept = {name: post.facts.get(name) for name in ("mention", "routed", "again_on")}
        facts = {**card.to_facts(), **kept, **said}
        wanted.append(post.saying(facts))
    outgoing.put(work, wanted)


def _key(number: int) -> str:
    return f"nurture:{number}"
