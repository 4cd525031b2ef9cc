"""A nurture touch on screen: what to tell whom, in which words; then what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import slackblocks as kit
from slackblocks.blocks import Block as KitBlock
from slackblocks.elements import Element

from bot.accounts.figure_facts import FigureLine
from bot.accounts.timeline_facts import Entry
from bot.insights.messages import kind_label
from bot.insights.rules import INVITATIONS, Goal
from bot.nurture.alerts import NURTURE
from bot.nurture.facts import LastingPause, NurtureCard, PauseNews
from bot.nurture.rules import PAUSE_ENDED, PAUSED, REASON_LENGTH, Attendance, NotNow, NurtureAnswer, TouchState
from bot.slack import blocks, text
from bot.slack.ids import ActionId, numbered
from bot.slack.message import Message, message
from bot.workspace.alerts import dismiss_option, why_option
from bot.workspace.reasons import ROUTED

SECTION_TITLE = "Room to grow"
OPENING_SHOWN = 1500
RETIRED = "It was taken out of the library since: choose *Another*."
SEND_IT = "Nothing goes out by itself: send it to them, then press *Sent*."
_SIGNS = {NurtureAnswer.INTERESTED: "👍", NurtureAnswer.REPLIED: "💬", NurtureAnswer.SILENT: ""}
_GOALS = {
    Goal.REINFORCE: "to remind them why they chose us",
    Goal.CROSS_SELL: "to interest them in something they do not have yet",
    Goal.UPSELL: "to interest them in more of what they have",
}


def render_nurture(facts: Mapping[str, Any]) -> Message:
    """The proposal, with what can be done about it; once it is closed, what came of it."""
    card = NurtureCard.from_facts(facts)
    if card.pause is not None:
        return _paused(card, card.pause)
    if card.state == TouchState.OPEN:
        return _open(card)
    if card.state == TouchState.SENT:
        return _sent(card)
    words = _rested(card)
    again = blocks.button("Propose it again", ActionId.REOPEN_NURTURE, card.touch_id)
    parts = [blocks.actions(again)] if card.state == TouchState.NOT_NOW else []
    return message(_flat(words), [blocks.section(words, accessory=_menu(card)), *parts])


def ear_words(own: int, told: int) -> str:
    """How much of what an account was told this quarter was about ourselves."""
    return f"{text.count(told, 'insight')} this quarter, {f'{own} of them' if own else 'nothing of it'} about us"


def render_pause(facts: Mapping[str, Any]) -> Message:
    """Somebody else has paused an account, or its pause is over."""
    news = PauseNews.from_facts(facts)
    account = f"*{text.name(news.account)}*"
    there = LastingPause(news.pause_id, news.by, news.until, news.reason)
    small = f"{pause_words(there, news.as_of)}."
    if not news.ended_on:
        head = f"{account}: {text.name(news.by.name)} paused it, nothing is proposed to them."
        buttons = [
            blocks.button("End the pause", ActionId.END_PAUSE, news.pause_id),
            blocks.button("Change…", ActionId.PAUSE_ACCOUNT, news.account_id),
        ]
    else:
        ended = f"{text.name(news.ended_by.name)} ended the pause" if news.ended_by else "the pause is over"
        head = f"{account}: {ended}. Proposals come again in their own time."
        buttons = [blocks.button("Pause it again…", ActionId.PAUSE_ACCOUNT, news.account_id)]
    return message(_flat(f"{head} {small}"), [blocks.section(head), blocks.context(small), blocks.actions(*buttons)])


def coverage_line(
    window: str, reached: int, customers: int, paused: Sequence[tuple[str, str]], count: int
) -> FigureLine:
    """How many customers were told something; of `count` that are paused those named, each with its ISO day or none."""
    told = f"{reached:,} of {text.count(customers, 'customer')}"
    named = [f"{name} ({f'until {until}' if until else 'until somebody ends it'})" for name, until in paused]
    if count > len(named):
        named.append(f"{count - len(named):,} more")
    more = f"{told}; paused: {text.listed(named)}" if named else told
    return FigureLine("Nurture coverage", window, f"{100 * reached / customers:.2f} %", more)


def pause_words(there: LastingPause, as_of: str) -> str:
    """ "Paused by Dana until Wed 1 Apr: “They are moving offices.”", without a full stop."""
    until = f"until {text.day(there.until, as_of)}" if there.until else "until somebody ends it"
    return f"Paused by {text.name(there.by.name)} {until}: “{text.typed(there.reason, REASON_LENGTH)}”"


def _paused(card: NurtureCard, there: LastingPause) -> Message:
    head = f"*{text.name(card.account)}*: nothing is proposed to them for now."
    small = f"{pause_words(there, card.as_of)}."
    parts = [
        blocks.section(head, accessory=_menu(card)),
        blocks.context(small),
        blocks.actions(blocks.button("End the pause", ActionId.END_PAUSE, there.pause_id)),
    ]
    return message(_flat(f"{head} {small}"), parts)


def ear_line(told: int, own: int, days: int) -> str:
    """How much of what customers were told was about ourselves, in an overview."""
    touches = text.count(told, "nurture touch", "nurture touches")
    return f"Told in {text.count(days, 'day')}: {touches}, {own or 'none'} about us"


def timeline_line(entry: Entry, as_of: str) -> str:
    """What came of a touch, in the timeline."""
    details = entry.details
    if entry.code == PAUSED:
        until = f" until {text.day(details['until'], as_of)}" if details.get("until") else ""
        return f"{text.who(entry.by)} paused proposals to them{until}:"
    if entry.code == PAUSE_ENDED:
        return f"{text.who(entry.by)} ended the pause of proposals." if entry.by else "The pause of proposals ended."
    about = text.sentence(details.get("insight", ""))
    if entry.code == TouchState.NOT_NOW:
        reason = details.get("reason", "")
        why = f": {NotNow(reason).label.lower()}" if reason in set(NotNow) else ""
        return f"{text.who(entry.by)} let a nurture touch rest{why}. It was: {about}"
    from_whom = f"from {text.name(details['heard_from'])}" if details.get("heard_from") else ""
    told = " · ".join(part for part in (_answer(details.get("answer", "")), _attends(details), from_whom) if part)
    said = " They said:" if entry.words else ""
    return f"{text.who(entry.by)} wrote down their answer: {told or 'words alone'}. It was to: {about}{said}"


def _open(card: NurtureCard) -> Message:
    to = f"{text.mention(card.mention)} " if card.mention else ""
    head = f"🌱 {to}*{text.name(card.account)}*: something to tell them, {_goal(card)}."
    words = text.quoted(card.opening, OPENING_SHOWN) or "(no words)"
    small = f"{RETIRED if card.is_retired else SEND_IT} {_why_this(card)}"
    parts = [
        blocks.section(head, accessory=_menu(card)),
        blocks.section(words),
        blocks.context(small),
        blocks.actions(
            blocks.button("Sent", ActionId.SEND_NURTURE, card.touch_id, None if card.is_retired else "primary"),
            blocks.button("Another", ActionId.ANOTHER_NURTURE, card.touch_id),
            _not_now(card),
        ),
    ]
    return message(_flat(f"{head} “{text.typed(card.opening, OPENING_SHOWN)}” {small}"), parts)


def _sent(card: NurtureCard) -> Message:
    by = text.name(card.by.name) if card.by else "Someone"
    on = text.day(card.on or card.as_of, card.as_of)
    head = f"✅ *{text.name(card.account)}*: {by} sent it on {on}, {_goal(card)}."
    about = f"{kind_label(card.kind)}: {text.sentence(card.insight, 300)}{_day_of(card)}"
    came = _what_came(card)
    parts: list[KitBlock] = [
        blocks.section(f"{head}\n{about}", accessory=_menu(card)),
        *([blocks.context(came)] if came else []),
        *_rows(card),
    ]
    ask = "" if card.answer else "They answered?"
    return message(_flat(" ".join(part for part in (head, about, came, ask) if part)), parts)


def _rows(card: NurtureCard) -> list[KitBlock]:
    """Buttons for what can still be learnt: the answer until there is one, and whether they come to an invitation."""
    rows = []
    if not card.answer:
        answers = [
            blocks.button(
                f"{_SIGNS[one]} {one.label}".strip(), numbered(ActionId.ANSWER_NURTURE, place), f"{one}:{card.touch_id}"
            )
            for place, one in enumerate(NurtureAnswer)
        ]
        rows += [blocks.context("*They answered?*"), blocks.actions(*answers, _words_button(card))]
    else:
        spotted = blocks.button("An opportunity…", ActionId.OPPORTUNITY_FROM_NURTURE, card.touch_id)
        more = [spotted] if card.answer in _MAY_LEAD_TO_MORE else []
        rows.append(blocks.actions(_words_button(card), *more))
    left = _AFTER.get(card.attendance, ())
    if card.kind in INVITATIONS and left:
        choices = [
            blocks.button(one.label, numbered(ActionId.ATTEND_NURTURE, place), f"{one}:{card.touch_id}")
            for place, one in enumerate(left)
        ]
        rows += [blocks.context("*Do they come?*"), blocks.actions(*choices)]
    return rows


_MAY_LEAD_TO_MORE = (NurtureAnswer.INTERESTED, NurtureAnswer.REPLIED)
_AFTER: Mapping[str, tuple[Attendance, ...]] = {
    Attendance.INVITED: (Attendance.COMING, Attendance.CAME, Attendance.NO),
    Attendance.COMING: (Attendance.CAME, Attendance.NO),
    Attendance.NO: (Attendance.COMING, Attendance.CAME),
    Attendance.CAME: (Attendance.NO,),
}


def _words_button(card: NurtureCard) -> Element:
    return blocks.button(
        "Change…" if card.answer or card.said else "In their words…", ActionId.SAY_NURTURE, card.touch_id
    )


def _not_now(card: NurtureCard) -> Element:
    """One choice is the reason, and all that is asked."""
    offered = [blocks.option(one.label, f"{one}:{card.touch_id}") for one in NotNow]
    return kit.StaticSelectMenu(action_id=ActionId.NOT_NOW_NURTURE, placeholder="Not now…", options=offered)


def _menu(card: NurtureCard) -> Element:
    opening = (
        [("Change the opening…", ActionId.OPENING_NURTURE, card.touch_id)] if card.state == TouchState.OPEN else []
    )
    unsent = [("Not sent after all", ActionId.REOPEN_NURTURE, card.touch_id)] if card.state == TouchState.SENT else []
    return blocks.menu(
        ("Account story", ActionId.ACCOUNT_STORY, card.account_id),
        *opening,
        *unsent,
        ("Pause this account…", ActionId.PAUSE_ACCOUNT, card.account_id),
        dismiss_option(NURTURE, card.touch_id, card.account_id),
        why_option(NURTURE, card.account_id),
    )


def _why_this(card: NurtureCard) -> str:
    was = "was" if card.own == 1 else "were"
    ear = f"Of {text.count(card.told, 'insight')} this quarter, {card.own or 'none'} {was} about us."
    if card.told == 1:
        ear = f"The one insight that they had this quarter was {'' if card.own else 'not '}about us."
    facts = [
        f"{kind_label(card.kind)}{_day_of(card)}{', about us' if card.is_about_us else ''}.",
        f"Chosen because {text.sentence(card.fits, 300)}" if card.fits else "",
        f"It may lead to {text.sentence(card.offer, 100)}" if card.offer else "",
        ear if card.told else "",
        ROUTED.get(card.routed, ""),
    ]
    return " ".join(fact for fact in facts if fact)


def _what_came(card: NurtureCard) -> str:
    told = [one for one in (_answer(card.answer), _attends({"attendance": card.attendance})) if one]
    if not told and not card.said:
        return ""
    by = (
        f" {text.name(card.answered_by.name)}, {text.day(card.answered_on or card.as_of, card.as_of)}."
        if card.answered_by
        else ""
    )
    said = f" “{text.typed(card.said, 600)}”" if card.said else ""
    if card.heard_from:
        told.append(f"From {text.name(card.heard_from)}" if told else text.name(card.heard_from))
    return f"{' · '.join(told) or 'They said'}:{said}{by}" if said else f"{' · '.join(told)}.{by}"


def _answer(answer: str) -> str:
    if answer not in set(NurtureAnswer):
        return ""
    one = NurtureAnswer(answer)
    return f"{_SIGNS[one]} {one.label}".strip()


def _attends(details: Mapping[str, str]) -> str:
    attendance = details.get("attendance", "")
    return Attendance(attendance).label if attendance in set(Attendance) else ""


def _rested(card: NurtureCard) -> str:
    account = f"*{text.name(card.account)}*"
    about = text.sentence(card.insight, 300)
    if card.state == TouchState.LAPSED:
        return f"{account}: this was not sent, and the next proposal has come. It was: {about}"
    why = NotNow(card.reason).label.lower() if card.reason in set(NotNow) else "not now"
    by = text.name(card.by.name) if card.by else "Someone"
    again = f" Something comes again on {text.day(card.again_on, card.as_of)}." if card.again_on else ""
    return f"{account}: {by} let it rest, {why}.{again} It was: {about}"


def _goal(card: NurtureCard) -> str:
    return _GOALS[Goal(card.goal)] if card.goal in set(Goal) else "with nothing to sell"


def _day_of(card: NurtureCard) -> str:
    return f" on {text.day(card.day, card.as_of)}" if card.day and card.kind in INVITATIONS else ""


def _flat(words: str) -> str:
    return " ".join(words.replace("*", "").split())
