"""Every message at its extremes, against the limits that Slack keeps."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.person import Person
from bot.core.policy import NumberGroup, Tier, policy_numbers
from bot.posts.notices import Notice
from bot.renewals.facts import ContractLine, RenewalCard, ThreadLine
from bot.renewals.forms.pick import account_form, account_options, renewals_form
from bot.renewals.forms.snooze import snooze_form
from bot.renewals.forms.update import update_form
from bot.renewals.line_codes import IN_THE_MORNING, Line
from bot.renewals.line_codes import NoticeCode as NoticeCode
from bot.renewals.messages.card import details_view
from bot.renewals.messages.choices import unclear_account, which_account, which_renewal
from bot.renewals.messages.desk import my_renewals
from bot.renewals.rules.desk import Desk, DeskLine
from bot.renewals.rules.stages import Stage, buttons, snooze_choices
from bot.sandbox.strict.messages import check_message
from bot.sandbox.strict.views import check_view
from bot.slack import renderers
from bot.story.facts import AccountCard, RenewalPart
from bot.story.messages.card import account_message
from bot.workspace import forms as workspace_forms
from bot.workspace.messages import Unsent, help_for, unknown_word, unsent_messages
from tests.factories import TODAY
from tests.slack.test_words import WHY_IT_CAME

LONG = "<!channel> & *Ünïcode* 🎉 " * 12
RTL = "شركة الاختبار المحدودة " * 9
NASTY = ("A" * 200, LONG[:200], RTL[:200], "🏳️‍🌈" * 50, "&" * 200, "", "`*_~", "\u202ex\u0000y\n\nz")
WORDS = "Words & <@U1> <!here> * " * 130


def card(name: str = "Acme", **more) -> RenewalCard:
    """An ordinary card."""
    person = Person("U1", name, "owner")
    filled = {
        "renewal_id": 7,
        "account_id": 3,
        "account": name,
        "tier": "mid",
        "deadline": "2026-04-21",
        "renewal_date": "2026-05-21",
        "as_of": "2026-03-02",
        "days_left": 50,
        "auto_renew": True,
        "stage": "upcoming",
        "stage_since": "2026-02-02",
        "values": {"EUR": "48000"},
        "owner": person,
        "team": (person,),
        "why": "rung",
        "why_rung": 60,
        "next_kind": "rung",
        "next_at": "2026-03-20",
        "buttons": ("claim", "update", "snooze"),
        **more,
    }
    return RenewalCard(**filled)


def huge(name: str) -> RenewalCard:
    """A card with as much as anyone could write and import."""
    line = ContractLine(name, "123456789.123", "KWD", "2026-05-21", True, 90)
    currencies = ("EUR", "USD", "GBP", "JPY", "CHF", "INR", "KWD", "BRL", "ZAR", "SEK", "NOK", "DKK")
    return card(
        name,
        values=dict.fromkeys(currencies, "999999999999.99"),
        contracts=(line,) * 500,
        contract_count=500,
        unknown_values=400,
        claimed_by=Person("U2", name),
        team=tuple(Person(f"U{n}", name, "executive_sponsor") for n in range(60)),
        forecast="at_risk",
        forecast_reason=WORDS,
        proposed_value="999999999999.99",
        proposed_currency="EUR",
        close_date="2031-12-31",
        snoozed_until="2031-12-31",
        snooze_reason=WORDS,
        lost_reason="other",
        lost_words=WORDS,
        routed="shared",
        health_score=12,
        health_words=(WORDS,) * 5,
    )


def details(words: str) -> dict[str, str]:
    """Everything that any line or notice may use."""
    return {
        "rung": "60",
        "days_left": "-3",
        "deadline": "2026-04-21",
        "as_of": "2026-04-24",
        "from": words,
        "stage": "proposed",
        "stage_before": "upcoming",
        "forecast": "at_risk",
        "forecast_before": "",
        "forecast_reason": words,
        "proposed_value": "52000",
        "proposed_currency": "EUR",
        "close_date": "2026-05-01",
        "renewal_date": "2026-04-20",
        "renewal_date_before": "2026-04-10",
        "until": "2026-04-28",
        "reason": words,
        "mark": "7",
        "next_renewal_date": "2027-05-21",
        "contracts": words,
        "since": "2026-04-01",
        "lost_reason": "price",
        "lost_words": words,
        "outcome": "merged",
        "stage_since": "2026-01-01",
        "owner": words,
        "claimed_by": words,
        "next": words,
        "next_on": "2026-04-26",
        "instead_of": words,
        "cleared": "close_date, forecast, proposed_value",
        "count": "3",
    }


def check(message: renderers.Message) -> None:
    """What must hold for every message."""
    check_message(message.text, message.blocks, update=True)
    assert message.text.strip()
    assert len(message.blocks) <= 16
    for pinged in ("<!channel>", "<!here>", "<@U1>"):
        assert pinged not in message.text
        assert not [words for words in marked_up(message.blocks) if pinged in words]


def marked_up(part: object) -> list[str]:
    """All words in which Slack reads markup."""
    if isinstance(part, list):
        return [words for one in part for words in marked_up(one)]
    if not isinstance(part, dict):
        return []
    mine = [part["text"]] if part.get("type") == "mrkdwn" else []
    return mine + [words for one in part.values() for words in marked_up(one)]


@pytest.mark.parametrize("name", NASTY)
def test_a_card_holds_any_name_and_as_much_as_anyone_writes(name: str) -> None:
    for shown in (card(name), huge(name), card(name, values={}, contracts=(), owner=None, team=(), buttons=())):
        check(renderers.render("renewal_card", shown.to_facts()))


@given(st.text(max_size=300), st.sampled_from(list(Stage)), st.booleans())
def test_a_card_holds_whatever_was_typed_at_every_stage(name: str, stage: Stage, claimed: bool) -> None:
    offered = tuple(buttons(stage, claimed))
    check(renderers.render("renewal_card", card(name, stage=stage.value, buttons=offered).to_facts()))


def test_a_card_is_four_blocks_however_much_there_is() -> None:
    kinds = [block["type"] for block in renderers.render("renewal_card", huge("Acme").to_facts()).blocks]
    assert kinds == ["section", "context", "actions", "context"]


def test_five_hundred_contracts_are_counted_on_the_card_and_ten_of_them_listed_behind_it() -> None:
    assert "500 contracts" in renderers.render("renewal_card", huge("Acme").to_facts()).text
    view = details_view(huge("Acme"))
    check_view(view, "modal")
    assert "and 490 more contracts" in json.dumps(view, ensure_ascii=False)


def test_unknown_values_are_named_and_currencies_are_not_added() -> None:
    shown = card(values={"USD": "10", "EUR": "20"}, unknown_values=1)
    message = renderers.render("renewal_card", shown.to_facts())
    assert "€20 + $10 a year + 1 contract without a known value · " in message.text


def test_of_many_currencies_four_stand_on_the_card_and_all_of_them_behind_it() -> None:
    words = renderers.render("renewal_card", huge("Acme").to_facts()).text
    assert "+ 8 more amounts in other currencies" in words
    behind = json.dumps(details_view(huge("Acme")), ensure_ascii=False)
    assert all(sign in behind for sign in ("R$", "CHF", "DKK", "€", "£", "₹", "¥", "KWD", "NOK", "SEK", "ZAR"))


@pytest.mark.parametrize(
    ("more", "dates"),
    [
        ({}, "needs someone · €48,000 a year · cancel by Tue 21 Apr, 50 days left; otherwise it renews Thu 21 May."),
        (
            {"auto_renew": False},
            "needs someone · €48,000 a year · notice by Tue 21 Apr, 50 days left; to be signed by Thu 21 May.",
        ),
        (
            {"days_left": -3, "as_of": "2026-04-24"},
            "renews Thu 21 May by itself, 27 days left · notice window closed Tue 21 Apr.",
        ),
        (
            {"auto_renew": False, "deadline": "2026-05-21"},
            "needs someone · €48,000 a year · renews Thu 21 May, 80 days left.",
        ),
        (
            {"auto_renew": False, "deadline": "2026-05-21", "as_of": "2026-05-21"},
            "needs someone · €48,000 a year · renews Thu 21 May, today.",
        ),
        (
            {"auto_renew": False, "as_of": "2026-05-22"},
            "🔴 Acme: overdue · €48,000 a year · was due Thu 21 May, ⛔ 1 day overdue.",
        ),
        (
            {"stage": "signed", "renewed": "itself", "as_of": "2026-06-01"},
            "signed · €48,000 a year · renewal date was Thu 21 May. It renewed by itself: nobody had to sign.",
        ),
        (
            {"stage": "signed", "term_starts": "2026-05-21", "term_ends": "2027-05-20"},
            "✍️ Acme: signed · €48,000 a year · new term begins Thu 21 May, runs to Thu 20 May 2027.",
        ),
        (
            {"stage": "invoiced", "term_starts": "2026-05-21", "term_ends": "2027-05-20", "as_of": "2026-06-01"},
            "🧾 Acme: invoiced · €48,000 a year · new term began Thu 21 May, runs to Thu 20 May 2027.",
        ),
        (
            {
                "stage": "paid",
                "outcome": "won",
                "final_values": {"EUR": "45000"},
                "term_starts": "2026-05-21",
                "term_ends": "2027-05-20",
                "paid_on": "2026-05-28",
                "as_of": "2026-06-01",
            },
            "✅ Acme: paid · €45,000 a year (was €48,000) · paid Thu 28 May · runs to Thu 20 May 2027.",
        ),
        ({"stage": "lost", "outcome": "lost"}, "⚫ Acme: lost · €48,000 a year · renewal date Thu 21 May."),
        ({"outcome": "merged"}, "Acme: renews with others · €48,000 a year · renewal date Thu 21 May."),
    ],
)
def test_a_card_says_what_the_renewal_date_brings_or_brought(more: dict[str, str], dates: str) -> None:
    assert dates in renderers.render("renewal_card", card(**more).to_facts()).text


def test_a_card_says_why_it_is_at_risk_or_snoozed_without_saying_it_twice() -> None:
    risky = card(forecast="at_risk", forecast_reason="The CFO wants 15% off")
    assert ". “The CFO wants 15% off”. " in renderers.render("renewal_card", risky.to_facts()).text
    asleep = card(snoozed_until="2026-03-12", snooze_reason="The board meets")
    words = renderers.render("renewal_card", asleep.to_facts()).text
    assert words.startswith("💤 Acme: snoozed") and "Until Thu 12 Mar: “The board meets”" in words
    both = renderers.render("renewal_card", replace(risky, snoozed_until="2026-03-12").to_facts()).text
    assert both.startswith("🔴 Acme: at risk") and "💤 Snoozed until Thu 12 Mar" in both


def test_nothing_counts_down_on_a_card_that_is_over() -> None:
    for outcome in ("won", "lost", "merged", "ended"):
        words = renderers.render("renewal_card", card(outcome=outcome).to_facts()).text
        assert not re.search("As of|Next reminder|left|Nobody is on it", words)


def test_nothing_that_is_over_is_said_to_renew_or_to_need_a_signature() -> None:
    line = ContractLine("Platform", "10", "EUR", "2026-05-21", True, 30)
    for stage, outcome in (("signed", None), ("paid", "won"), ("lost", "lost")):
        shown = card(stage=stage, outcome=outcome, contracts=(line,), contract_count=1)
        words = json.dumps(renderers.render("renewal_card", shown.to_facts()).blocks)
        assert not re.search("renews by itself|needs a signature|notice|say no", words)


TERMS = ContractLine(
    "Platform",
    "10",
    "EUR",
    "2027-01-01",
    True,
    0,
    notice="3 months",
    deadline="2026-10-01",
    first_term=36,
    renewal_term=12,
    is_assumed=True,
    price_rise="CPI + 2%, at most 5%",
    price_rise_notice="60 days",
    price_rise_by="2026-11-02",
)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            TERMS,
            "first term 36 months, renews by itself for 12 months (assumed), notice: 3 months before 1 Jan = 1 Oct",
        ),
        (TERMS, "price rises by CPI + 2%, at most 5%, to be announced by Mon 2 Nov (60 days before)"),
        (replace(TERMS, notice="6 weeks to the end of the quarter"), "quarter, before 1 Jan = 1 Oct"),
        (replace(TERMS, notice=""), "notice until Thu 1 Oct"),
        (replace(TERMS, auto_renew=False, is_assumed=False), "needs a signature, renews for 12 months, notice"),
        (ContractLine("Platform", "10", "EUR", "2026-05-21", True, 30), "renews by itself, 30 days notice"),
    ],
)
def test_a_card_keeps_the_terms_and_the_notice_as_a_sum_one_press_off(line: ContractLine, words: str) -> None:
    assert words in json.dumps(details_view(card(contracts=(line,), contract_count=1)))
    part = RenewalPart(7, "2026-10-01", "2027-01-01", "upcoming", contracts=(line,))
    story = AccountCard.from_facts(AccountCard(3, "Acme", "2026-03-02", renewals=(part,)).to_facts())
    assert words in account_message(story, can_share=False).text


def said(code: Line, **details: str) -> str:
    """A line's sentence."""
    return renderers.render("story_line", ThreadLine(code, "Acme", None, None, details).to_facts()).text


def test_on_the_renewal_date_itself_it_is_today_and_later_so_many_days_overdue() -> None:
    today = said(Line.OVERDUE, renewal_date="2026-04-24", as_of="2026-04-24")
    assert today.startswith("The renewal date is today, Fri 24 Apr, and nothing is signed.")
    later = said(Line.OVERDUE, renewal_date="2026-04-17", as_of="2026-04-24")
    assert later.startswith("⛔ 7 days overdue: the renewal date was Fri 17 Apr, and nothing is signed.")


def test_who_hears_next_is_named_with_the_day_or_left_out() -> None:
    window = {"deadline": "2026-04-30", "days_left": "6", "as_of": "2026-04-24"}
    named = said(Line.UNCLAIMED, **window, next="Helen Osei", next_on="2026-04-28")
    assert named.endswith("Press *I'm on it* on the card. Helen Osei hears on Tue 28 Apr.")
    assert said(Line.UNCLAIMED, **window).endswith("Press *I'm on it* on the card.")


def test_a_day_is_told_with_its_year_only_when_that_is_another_one() -> None:
    assert "until Mon 30 Nov: " in said(Line.SNOOZED, until="2026-11-30", as_of="2026-11-02", reason="x")
    rolled = said(Line.ROLLED, renewal_date="2026-11-30", next_renewal_date="2027-11-30", as_of="2026-11-30")
    assert rolled.startswith("It renewed itself on Mon 30 Nov, and runs until Tue 30 Nov 2027.")


def test_what_was_emptied_is_named() -> None:
    assert said(Line.UPDATED, cleared="close_date, forecast, proposed_value", as_of="2026-03-02") == (
        "cleared the day they expect to close, the forecast and the proposed value."
    )


@pytest.mark.parametrize("code", list(Line))
@pytest.mark.parametrize("words", ["short", WORDS, RTL])
def test_every_line_has_a_sentence(code: Line, words: str) -> None:
    for by in (None, Person("U9", words)):
        facts = ThreadLine(code, "Acme", by, "U5", details(words)).to_facts()
        message = renderers.render("story_line", facts)
        check(message)
        assert message.text.removeprefix("🟡 ").startswith("<@U5> ")
        assert not re.search(r"\{|\}|None|_before", message.text)


@pytest.mark.parametrize("code", [*sorted(set(NoticeCode) - IN_THE_MORNING), "dead_posts", "workspace_stopped"])
@pytest.mark.parametrize("words", ["short", WORDS])
def test_every_notice_has_its_sentences_and_leaves_why_it_came_to_who_asks(code: str, words: str) -> None:
    message = renderers.render("notice", Notice(str(code), words, 7, 3, details(words)).to_facts())
    check(message)
    assert message.text.endswith((".", "…")) and not WHY_IT_CAME.search(message.text)


@pytest.mark.parametrize("code", sorted(IN_THE_MORNING))
@pytest.mark.parametrize("words", ["short", WORDS])
def test_what_an_older_version_told_in_a_message_of_its_own_still_has_its_words(code: str, words: str) -> None:
    message = renderers.render("notice", Notice(str(code), words, 7, 3, details(words)).to_facts())
    check(message)
    assert "Update…" in json.dumps(message.blocks, ensure_ascii=False)


def test_every_kind_of_post_that_services_want_has_a_renderer() -> None:
    bot = Path(__file__).parents[2] / "bot"
    source = "\n".join(path.read_text() for path in bot.rglob("*.py"))
    kinds = set(re.findall(r'kind="(\w+)"', source)) | {"renewal_card", "story_line", "notice"}
    assert kinds & set(renderers.RENDERERS) >= {"renewal_card", "story_line", "notice", "answer"}


@pytest.mark.parametrize("name", NASTY)
def test_answers_hold_any_name(name: str) -> None:
    accounts = [(n, name) for n in range(8)]
    for message in (
        which_account(accounts),
        which_account([]),
        unclear_account(name, accounts),
        unclear_account(name, []),
        which_renewal(name, [(n, "Sun 22 Mar, in 20 days. Waiting for approval") for n in range(100)]),
        unknown_word(name, "admin"),
        unsent_messages([Unsent("renewal_card", "<#C1>", WORDS, "Mon 2 Mar")] * 10, 1000),
        unsent_messages([], 0),
        my_renewals(Desk("2026-03-02", (), 0)),
        my_renewals(desk(name)),
        *(help_for(role, 3) for role in ("rep", "support", "manager", "admin")),
    ):
        check(message)


def numbers(group: NumberGroup) -> list[workspace_forms.NumberValue]:
    """The numbers of a page, as long as they can be written."""
    many = ", ".join(str(3650 - n) for n in range(40))
    tiers = dict.fromkeys(map(str, Tier), many)
    return [
        workspace_forms.NumberValue(one.name, many, many, tiers, True)
        for one in policy_numbers().values()
        if one.group is group
    ]


@pytest.mark.parametrize("name", NASTY)
def test_forms_hold_any_name_and_as_much_as_anyone_writes(name: str) -> None:
    routes = [("segment", name, "C1")] * 60
    shown = workspace_forms.Shown(None, "C1", routes, 55, [(name, "admin")] * 500)
    for view in (
        update_form(card(name)),
        update_form(huge(name)),
        update_form(huge(name), "U2"),
        snooze_form(card(name), snooze_choices(TODAY.replace(month=6), TODAY), TODAY),
        account_form(),
        renewals_form(name, 3, [("Sun 22 Mar", str(n)) for n in range(100)]),
        workspace_forms.overview(shown),
        workspace_forms.channels_form(None, "C1"),
        workspace_forms.route_form([f"{name[:130]}{n}" for n in range(120)]),
        workspace_forms.role_form("admin"),
        *(workspace_forms.numbers_page(group, numbers(group)) for group in NumberGroup),
        *(workspace_forms.number_form(one) for group in NumberGroup for one in numbers(group)),
    ):
        check_view(view, "modal")
    assert all(0 < len(o["text"]["text"]) <= 75 for o in account_options([(1, name)] * 200))


def desk(name: str) -> Desk:
    """A full desk."""
    stages = ("upcoming", "engaged", "proposed", "negotiating", "approval", "signed", "invoiced")
    lines = tuple(DeskLine(n, name, "2026-03-22", stage, n % 2 == 0, {"EUR": "5"}) for n, stage in enumerate(stages))
    return Desk("2026-03-02", lines, 40)


def test_a_screen_reader_hears_all_that_a_card_shows() -> None:
    shown = card(
        forecast="at_risk",
        forecast_reason="Budget " * 200,
        proposed_value="15000",
        proposed_currency="EUR",
        close_date="2026-04-01",
        snoozed_until="2026-03-12",
        snooze_reason="Board " * 200,
        health_score=47,
        health_band="poor",
        health_before=68,
    )
    message = renderers.render("renewal_card", shown.to_facts())
    for said in ("“Budget", "€15,000 proposed", "Expected to close Wed 1 Apr", "Snoozed until Thu 12 Mar", "was 68"):
        assert said in message.text
    words = " ".join(marked_up(message.blocks)).replace("*", "")
    for part in re.findall(r"[\w€]+", words):
        assert part in message.text
    assert "Next reminder Fri 20 Mar unless updated. As of Mon 2 Mar." in message.text
    assert len(message.text) < 1000


def test_a_lost_card_says_why_and_has_nothing_at_stake() -> None:
    lost = card(stage="lost", outcome="lost", lost_reason="price", lost_words="Too dear")
    words = renderers.render("renewal_card", lost.to_facts()).text
    assert "⚫ Acme: lost · €48,000 a year" in words
    assert "Price: “Too dear”" in words
    assert "at stake" not in words


@pytest.mark.parametrize(
    ("ends", "auto_renew", "words"),
    [
        ("2026-04-17", "", "⛔ 7 days overdue: the renewal date was Fri 17 Apr"),
        ("2026-06-17", "", "The notice window closed 7 days ago, and it renews on Wed 17 Jun"),
        ("2026-04-20", "yes", "The notice window closed 7 days ago, and it renewed on Mon 20 Apr"),
        ("", "", "⛔ 7 days overdue: the renewal date was Fri 17 Apr"),
    ],
)
def test_a_reminder_after_the_deadline_says_what_has_passed(ends: str, auto_renew: str, words: str) -> None:
    days = {"deadline": "2026-04-17", "days_left": "-7", "as_of": "2026-04-24"}
    rung = said(Line.RUNG, **days, ends=ends, auto_renew=auto_renew)
    assert rung == f"🟡 {words}, and nobody is on it."


def test_a_reminder_says_how_long_is_left_whether_somebody_is_on_it_and_who_hears_next() -> None:
    days = {"deadline": "2026-12-25", "days_left": "23", "as_of": "2026-12-02"}
    told = {**days, "next": "Helen", "next_on": "2026-12-04"}
    facts = ThreadLine(Line.RUNG, "Acme", None, "U5", told).to_facts()
    assert renderers.render("story_line", facts).text == (
        "🟡 <@U5> 23 days left (Fri 25 Dec), and nobody is on it. Helen hears on Fri 4 Dec."
    )
    assert said(Line.RUNG, **days, claimed="yes") == "23 days left (Fri 25 Dec). What is next?"
    alone = renderers.render("reminder", {"line": facts, "renewal_id": 7}).text
    assert alone.startswith("🟡 Acme: <@U5> 23 days left (Fri 25 Dec), and nobody is on it.")
