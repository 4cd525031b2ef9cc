"""The form of `/insight`: something worth telling, or something that happens at a customer; one choice tells which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.insights.facts import InsightAudience, InsightDetails, InsightEntry, NewTrigger, TriggerEntry
from bot.insights.rules import INVITATIONS, Goal, InsightKind, TriggerKind, listed_words
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields
from bot.slack.ids import ActionId, ViewId

TRIGGER = "trigger"
"""The choice that asks for what happens at a customer."""

ABOUT = (
    "Something worth telling a customer, with nothing to sell. It is offered with a pulse or as a nurture touch, "
    "at most once to each account."
)
ABOUT_TRIGGER = "Something that happens at one customer, whatever we do. Its team is told ahead of the day."
INDUSTRY_LENGTH = 75


@dataclass(frozen=True, slots=True)
class TypedInsight:
    """The form as it stands, whatever was chosen. `number` is the row that is changed, 0 for a new one.

    `account` is (name, number); `topics` are separated by commas.
    """

    what: str = InsightKind.ARTICLE.value
    number: int = 0
    words: str = ""
    url: str = ""
    account: tuple[str, str] | None = None
    industries: tuple[str, ...] = ()
    topics: str = ""
    is_about_us: bool = False
    valid_until: date | None = None
    goal: str = ""
    offer: str = ""
    trigger: str = ""
    on: date | None = None
    is_yearly: bool = False
    matters: str = ""
    prepare: str = ""

    @property
    def is_trigger(self) -> bool:
        """Whether it is about something that happens at a customer."""
        return self.what == TRIGGER

    @classmethod
    def of_insight(cls, one: InsightEntry) -> TypedInsight:
        """The form of an insight that is there."""
        account = (one.account, str(one.audience.account_id)) if one.audience.account_id else None
        about = one.details
        return cls(
            about.kind,
            one.id,
            one.words,
            one.url,
            account,
            one.audience.industries,
            ", ".join(about.topics),
            about.is_about_us,
            about.valid_until,
            about.goal,
            about.offer,
        )

    @classmethod
    def of_trigger(cls, one: TriggerEntry) -> TypedInsight:
        """The form of something that happens at a customer."""
        said = one.said
        return cls(
            TRIGGER,
            one.id,
            said.words,
            account=(one.account, str(said.account_id)),
            trigger=said.kind,
            on=said.on,
            is_yearly=said.is_yearly,
            matters=said.matters,
            prepare=said.prepare,
        )


def insight_form(industries: Sequence[str], typed: TypedInsight) -> dict[str, Any]:
    """The form with what was typed. An industry's option carries its name, no longer than Slack lets a value be."""
    parts = _trigger_fields(typed) if typed.is_trigger else _insight_fields(industries, typed)
    title = "What happens there" if typed.is_trigger else "Insight"
    verb = "Save" if typed.number else "Add"
    return form.modal(ViewId.ADD_INSIGHT, title, parts, verb, str(typed.number or ""))


def read_insight(view: Mapping[str, Any]) -> TypedInsight:
    """The form as values, checked; raises FieldErrors for what is missing or contradicts itself."""
    fields, typed = Fields(view), typed_so_far(view)
    if typed.is_trigger:
        if typed.account is None:
            fields.refuse(ActionId.FIND_ACCOUNT, "Choose the account at which it happens.")
        if not typed.trigger:
            fields.refuse("what", "Choose what happens.")
        if typed.on is None:
            fields.refuse("on", "Choose the day. For what comes each year, the next one.")
        if not typed.matters:
            fields.refuse("matters", "Say why it matters to them. That is what makes a message welcome.")
    else:
        if typed.account and typed.industries:
            fields.refuse("industries", "Choose an account or industries, not both.")
        if not typed.words:
            fields.refuse("words", "Say in a sentence what is worth telling.")
        if typed.what in INVITATIONS and typed.valid_until is None:
            fields.refuse("valid_until", "Choose the day on which it takes place.")
    fields.check()
    return typed


def typed_so_far(view: Mapping[str, Any]) -> TypedInsight:
    """What stands in the form now, with nothing refused; for when another kind is chosen."""
    fields = Fields(view)
    what = fields.choice(ActionId.CHOOSE_INSIGHT_KIND) or InsightKind.ARTICLE.value
    number = str(view.get("private_metadata") or "")
    account_id = fields.number(ActionId.FIND_ACCOUNT)
    return TypedInsight(
        what if what == TRIGGER or what in set(InsightKind) else InsightKind.ARTICLE.value,
        int(number) if number.isdecimal() and len(number) < 18 else 0,
        fields.text("details") if what == TRIGGER and fields.text("details") else fields.text("words"),
        fields.text("url"),
        ("", str(account_id)) if account_id else None,
        fields.choices("industries"),
        fields.text("topics"),
        fields.is_ticked("about_us"),
        fields.day("valid_until"),
        str(fields.one_of("goal", Goal) or ""),
        fields.text("offer"),
        str(fields.one_of("what", TriggerKind) or ""),
        fields.day("on"),
        fields.is_ticked("yearly"),
        fields.text("matters"),
        fields.text("prepare"),
    )


def audience_of(typed: TypedInsight) -> InsightAudience:
    """For whom it is."""
    return InsightAudience(int(typed.account[1]) if typed.account else None, typed.industries)


def details_of(typed: TypedInsight) -> InsightDetails:
    """What helps to match it."""
    topics = listed_words(typed.topics)
    return InsightDetails(typed.what, topics, typed.is_about_us, typed.valid_until, typed.goal, typed.offer)


def trigger_of(typed: TypedInsight) -> NewTrigger:
    """What happens at a customer, of a form that was read."""
    assert typed.account is not None and typed.on is not None
    return NewTrigger(
        int(typed.account[1]), typed.trigger, typed.on, typed.matters, typed.words, typed.prepare, typed.is_yearly
    )


def _insight_fields(industries: Sequence[str], typed: TypedInsight) -> list[KitBlock]:
    names = dict.fromkeys([*typed.industries, *industries])
    known = [(text.plain(name, INDUSTRY_LENGTH), name) for name in names if len(name) <= 150]
    is_invitation = typed.what in INVITATIONS
    last = "The day on which it takes place." if is_invitation else "Empty: it stays fresh for a while."
    return [
        blocks.section(ABOUT, block_id="about"),
        _kind(typed),
        form.words("words", "What is worth telling?", typed.words, optional=False, lines=True),
        form.words("url", "Link", typed.url, "A whole link, such as https://example.com/article."),
        _account(typed, "For one account", optional=True),
        *([form.several("industries", "Or for these industries", known, typed.industries)] if known else []),
        form.words(
            "topics",
            "Topics",
            typed.topics,
            "Separated by commas. Accounts whose goals or open steps name one of them get it first.",
        ),
        form.day("valid_until", "Day" if is_invitation else "Valid until", typed.valid_until, last),
        form.tick("about_us", "About us?", "It is about our company or what we sell", typed.is_about_us),
        form.select("goal", "What is it good for?", [(goal.label, goal.value) for goal in Goal], typed.goal, "Any."),
        form.words("offer", "Which offer may it lead to?", typed.offer, most=200),
    ]


def _trigger_fields(typed: TypedInsight) -> list[KitBlock]:
    return [
        blocks.section(ABOUT_TRIGGER, block_id="about"),
        _kind(typed),
        _account(typed, "At which account?", optional=False),
        form.select(
            "what", "What happens?", [(one.label, one.value) for one in TriggerKind], typed.trigger, optional=False
        ),
        form.day("on", "On which day?", typed.on, optional=False),
        form.tick("yearly", "Every year?", "It comes again each year", typed.is_yearly),
        form.words("matters", "Why does it matter to them?", typed.matters, optional=False, lines=True),
        form.words("prepare", "What do we have ready by then?", typed.prepare, lines=True),
        form.words("details", "More about it", typed.words),
    ]


def _kind(typed: TypedInsight) -> KitBlock:
    own = [(one.label, one.value) for one in InsightKind]
    other = [("Something that happens at a customer", TRIGGER)]
    # What is there already stays what it is: one table or the other.
    offered = [*own, *other] if not typed.number else other if typed.is_trigger else own
    return form.select(ActionId.CHOOSE_INSIGHT_KIND, "Kind", offered, typed.what, optional=False, asks=True)


def _account(typed: TypedInsight, label: str, optional: bool) -> KitBlock:
    chosen = (text.plain(typed.account[0], 70), typed.account[1]) if typed.account else None
    return form.search(ActionId.FIND_ACCOUNT, label, chosen=chosen, optional=optional)
