"""Referrals on screen: why somebody is not to be asked, a suggestion to ask, a referral and its thanks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.accounts.figure_facts import FigureLine
from bot.accounts.timeline_facts import Entry
from bot.referrals.alerts import REFERRAL, REFERRAL_THANKS
from bot.referrals.facts import AskablePerson, HintLine, ReferralLine, ReferralList
from bot.referrals.rules import Bar
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message
from bot.workspace.alerts import dismiss_option, why_option

SHOWN = 300

BAR_WORDS: Mapping[Bar, str] = {
    Bar.NO_GOOD_MOMENT: "there is no fresh good sign from the customer",
    Bar.UNPAID: "a renewal is not paid yet",
    Bar.OVERDUE_PROMISE: "a promise to them is overdue",
    Bar.NO_TOUCH: "nobody of the team has been in touch with them for twelve months",
    Bar.ONLY_AT_RENEWAL: "most touches came just before a deadline: whoever comes once a year does not ask",
    Bar.LEFT: "they have left",
    Bar.PAUSE: "their last referral, asked for or given, was not long ago",
}
"""Each reason in the short words of a refusal; `account_bars` says those of the account with their numbers."""


def refused_words(person: str, bars: Sequence[Bar]) -> str:
    """Why this person is not to be asked now, as one sentence."""
    return f"{person} is not to be asked now: {text.listed(BAR_WORDS[bar] for bar in bars)}."


def account_bars(found: ReferralList) -> list[str]:
    """The reasons that bar everybody at an account, each a sentence with its numbers."""
    known = [bar for bar in Bar if bar in found.bars]
    return [_account_bar(bar, found) for bar in known]


def _account_bar(bar: Bar, found: ReferralList) -> str:
    if bar is Bar.NO_GOOD_MOMENT:
        green = f"no green pulse heard from them in {text.count(found.green_days, 'day')}"
        if found.green_on:
            green = f"the last green pulse heard from them is of {text.day(found.green_on, found.as_of)}"
        health = "health is not known" if found.score is None else f"health is {found.score} of 100"
        trouble = ""
        if found.trouble_on:
            trouble = f", and the last bad sign is of {text.day(found.trouble_on, found.as_of)}"
        wanted = f"{found.least_score} and {text.count(found.quiet_days, 'quiet day')} would do"
        return f"No good moment: {green}; {health} ({wanted}){trouble}."
    if bar is Bar.UNPAID:
        are = "is" if found.unpaid == 1 else "are"
        return f"{text.count(found.unpaid, 'renewal')} {are} not paid yet."
    if bar is Bar.OVERDUE_PROMISE:
        are = "is" if found.overdue_promises == 1 else "are"
        return f"{text.count(found.overdue_promises, 'promise')} to them {are} overdue."
    if bar is Bar.NO_TOUCH:
        return "Nobody of the team has been in touch with them for twelve months."
    return (
        f"{found.near:,} of {text.count(found.touches, 'touch', 'touches')} by {found.touches_of} in twelve months "
        f"came within {found.near_days} days before a deadline; up to {found.near_percent} % would do."
    )


def person_bars(one: AskablePerson, as_of: str) -> str:
    """Why one person is not to be asked, beside what holds for the whole account; empty when nothing is against it."""
    said = []
    if Bar.LEFT in one.bars:
        said.append(f"left on {text.day(one.left_on, as_of)}" if one.left_on else "has left")
    if Bar.PAUSE in one.bars:
        said.append(f"may be asked again from {text.day(one.free_on, as_of)}")
    return " · ".join(said)


def referral_words(one: ReferralLine) -> str:
    """ "*Ruben Hald* named *Lena Ott* (Northwind), Mon 2 Mar: “…” Not thanked yet." """
    person = f"*{text.name(one.person)}*"
    if not one.given_on:
        by = f" by {text.name(one.asked_by)}" if one.asked_by else ""
        return f"{person} was asked{by}, {text.day(one.asked_on, one.as_of)}. No name yet."
    said = f": “{text.typed(one.words, SHOWN)}”" if one.words else "."
    thanked = "Not thanked yet."
    if one.thanked_on:
        thanked = f"Thanked by {text.name(one.thanked_by)}, {text.day(one.thanked_on, one.as_of)}."
    return f"{person} named {_named(one.named, one.company)}, {text.day(one.given_on, one.as_of)}{said} {thanked}"


def _named(named: str, company: str) -> str:
    if not named:
        return f"somebody at {text.name(company)}"
    return f"{text.name(named)} ({text.name(company)})" if company else text.name(named)


def render_hint(facts: Mapping[str, Any]) -> Message:
    """A suggestion to ask one person for a referral; once it is answered, what the answer was."""
    line = HintLine.from_facts(facts)
    title = f" ({text.typed(line.title, 80)})" if line.title else ""
    whom = f"*{text.name(line.person)}*{title}"
    if line.answer == "asked":
        head = f"✅ Done: you asked {whom} at *{text.name(line.account)}* for a referral"
        on = text.day(line.answered_on, line.as_of)
        small = f"{on}. Write down whom they name, and you are reminded to say thank you."
        button = blocks.button("They named somebody…", ActionId.GIVE_REFERRAL, line.person_id)
        parts = [blocks.section(head), blocks.context(small), blocks.actions(button)]
        return message(_spoken(f"{head}, {small}"), parts)
    if line.answer:
        head = f"*{text.name(line.account)}*: {whom} is not asked for a referral now"
        days = text.count(line.pause_days, "day")
        small = (
            f"You said not now on {text.day(line.answered_on, line.as_of)}. They are not suggested again for {days}."
        )
        return message(_spoken(f"{head}. {small}"), [blocks.section(head), blocks.context(small)])
    head = f"*{text.name(line.account)}*: a good moment to ask {whom} for a referral"
    if line.green_on:
        why = f"They told us on {text.day(line.green_on, line.as_of)} that all is well."
    else:
        why = f"Health is {line.score} of 100, with no bad sign for {text.count(line.quiet_days, 'day')}."
    small = f"{why} Nothing is unpaid, no promise is overdue, and we are there outside renewal time too."
    menu = blocks.menu(why_option(REFERRAL, line.account_id), dismiss_option(REFERRAL, line.hint_id, line.account_id))
    parts = [
        blocks.section(head, accessory=menu),
        blocks.context(small),
        blocks.actions(
            blocks.button("Asked", ActionId.ASKED_HINT, line.hint_id, "primary"),
            blocks.button("Not now", ActionId.LATER_HINT, line.hint_id),
        ),
    ]
    return message(_spoken(f"{head}. {small}"), parts)


def render_thanks(facts: Mapping[str, Any]) -> Message:
    """A referral that nobody said thank you for."""
    line = ReferralLine.from_facts(facts)
    account, said = f"*{text.name(line.account)}*", referral_words(line)
    menu = blocks.menu(
        why_option(REFERRAL_THANKS, line.account_id),
        dismiss_option(REFERRAL, line.referral_id, line.account_id),
    )
    if line.taken_back_by:
        over = f"{account}: {text.name(line.taken_back_by)} took back that {text.name(line.person)} named somebody."
        return message(_spoken(over), [blocks.section(over)])
    if line.thanked_on:
        done = f"✅ Done: {account} was thanked. {said}"
        return message(_spoken(done), [blocks.section(done)])
    waits = f"🟡 {account} waits for thanks: {said}"
    button = blocks.button("Thanked", ActionId.THANK_REFERRAL, line.referral_id, "primary")
    passed = "has passed" if line.working_days == 1 else "have passed"
    small = f"{text.count(line.working_days, 'working day')} {passed}."
    parts = [blocks.section(waits, accessory=menu), blocks.context(small), blocks.actions(button)]
    return message(_spoken(f"{waits} {small}"), parts)


def story_words(one: ReferralLine) -> str:
    """A referral in the account's story, without a full stop: what needs thanks is to do."""
    person = text.name(one.person)
    if not one.given_on:
        return f"{person} was asked for a referral on {text.day(one.asked_on, one.as_of)}, and named nobody yet"
    named = f"{person} named {_named(one.named, one.company)} on {text.day(one.given_on, one.as_of)}"
    if one.thanked_on:
        return f"{named}, and was thanked on {text.day(one.thanked_on, one.as_of)}"
    return f"🟡 Needs thanks: {named}"


def digest_words(person: str, named: str, company: str) -> str:
    """What waits in a digest: somebody who named somebody, and was not thanked."""
    return f"{text.name(person)} named {_named(named, company)}: say thank you"


def timeline_line(entry: Entry, as_of: str) -> str:
    """Asked, given or thanked, in the timeline."""
    by, person = text.who(entry.by), text.name(entry.details.get("person") or "Somebody")
    if entry.code == "asked":
        return f"{by} asked {person} for a referral."
    if entry.code == "thanked":
        return f"{by} thanked {person} for a referral."
    if entry.code == "taken_back":
        undone = {"asked": f"{person} was asked", "thanked": f"{person} was thanked"}
        what = undone.get(entry.details["step"], f"{person} named somebody")
        return f"{by} took back that {what}{':' if entry.words else '.'}"
    named = _named(entry.details.get("named", ""), entry.details.get("company", ""))
    return f"{person} named {named}, {by} says{':' if entry.words else '.'}"


def referral_lines(window: str, asked: int, given: int, thanked: int) -> list[FigureLine]:
    """Referrals among the figures that managers get."""
    if not asked and not given:
        return [FigureLine("Referrals", window, "none", "Nobody was asked for one, and nobody gave one.")]
    return [
        FigureLine("Referrals asked for", window, f"{asked:,}", "Asks written down."),
        FigureLine("Referrals given", window, f"{given:,}", "Whether asked for or not."),
        FigureLine("Referrals thanked", window, f"{thanked:,}", f"{thanked:,} of {given:,} given"),
    ]


def _spoken(words: str) -> str:
    return words.replace("*", "")
