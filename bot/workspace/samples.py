"""Samples of what belongs to no feature: help, refusals, settings, and why each kind of alert comes."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.policy import NumberGroup, default_policy
from bot.slack.form import refused_view
from bot.slack.returned_words import with_words
from bot.slack.samples import ACCOUNT, TODAY, WORDS, Sample, answer, view
from bot.workspace import forms
from bot.workspace.alerts import KINDS
from bot.workspace.messages import Unsent, all_commands, help_for, unknown_word, unsent_messages
from bot.workspace.reasons import Setter, coming_line, why_view


def samples(person: str) -> Iterator[Sample]:
    """Answers, the pages of the settings, and every rule with and without who set its numbers."""
    for role in ("rep", "support", "manager", "admin"):
        yield answer(f"help for a {role}", help_for(role, 2))
        yield answer(f"all commands for a {role}", all_commands(role))
    yield answer("not sent", unsent_messages([Unsent("notice", "#acme", "It is archived.", TODAY, 7)], 1))
    yield answer("unknown word", unknown_word("renewals", "rep"))
    yield answer("words given back", with_words("Not stored.", f"/touch {WORDS * 60}"))
    yield view(refused_view("Not done", "Somebody was faster."))
    routes, rates = [("segment", "Retail", "C0123456789")], ("EUR", "USD=0.90@2025-06-30")
    yield view(forms.overview(forms.Shown(None, None, routes, 1, [(person, "manager")], rates=rates)))
    yield view(forms.channels_form(None, None))
    yield view(forms.route_form(["Retail"]))
    yield view(forms.role_form("admin"))
    number = forms.NumberValue("rungs", "90, 30", "120, 90, 60, 30, 14, 7", {"small": "60, 30"}, True)
    yield view(forms.numbers_page(NumberGroup.RENEWALS, [number]))
    yield view(forms.number_form(number))
    yield view(forms.touch_form("memo", True))
    for setter in (Setter("Helen", "Tue 3 March"), Setter("", "Tue 3 March"), Setter()):
        following = coming_line("Tue 3 March" if setter.by else "", "The pulse round closes")
        for rule in [kind.why for kind in KINDS.values() if kind.why]:
            setters = dict.fromkeys(rule.numbers, setter)
            yield view(why_view(ACCOUNT, rule, default_policy("mid"), setters, False, "", following))
