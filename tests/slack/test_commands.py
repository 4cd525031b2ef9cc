"""Commands under other names: what is shown says them as they are called here, and nothing else changes."""

from bot.errors import FieldErrors, NotForYou, Refused
from bot.slack.commands import COMMANDS, prefixed, without_prefix
from bot.slack.message import Message
from handlers.inbound.request import OpenModal, Options
from tests.slack.said import all_samples


def test_words_messages_views_and_refusals_are_renamed() -> None:
    assert prefixed("Send `/renewal Acme`, or /touch.", "acme-") == "Send `/acme-renewal Acme`, or /acme-touch."
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "/account"}, "block_id": "/account"}
    message = prefixed(Message("/account", [block]), "x-")
    assert (message.text, message.blocks[0]["text"]["text"], message.blocks[0]["block_id"]) == (
        "/x-account",
        "/x-account",
        "/account",
    )
    assert prefixed(OpenModal({"blocks": [block]}), "x-").view["blocks"][0]["text"]["text"] == "/x-account"
    assert prefixed(Options([{"text": {"text": "/pulse"}, "value": "/pulse"}]), "x-").options == [
        {"text": {"text": "/x-pulse"}, "value": "/pulse"}
    ]
    assert prefixed(FieldErrors({"name": "Use /health"}), "x-").errors == {"name": "Use /x-health"}
    assert isinstance(prefixed(NotForYou("/health"), "x-"), NotForYou)
    assert prefixed(Refused("/health"), "x-").message == "/x-health"
    assert prefixed(None, "x-") is None


def test_what_only_looks_like_a_command_stays_and_renaming_twice_changes_nothing_more() -> None:
    for words in ("https://x.example/account", "and/or", "/accounts", "a/touch", "/x-touch", "./renewal"):
        assert prefixed(words, "x-") == words
    once = prefixed("`/retention settings`", "x-")
    assert prefixed(once, "x-") == once == "`/x-retention settings`"


def test_no_message_and_no_view_keeps_an_unprefixed_command() -> None:
    assert COMMANDS
    for sample in all_samples():
        shown = str(prefixed(sample.body, "acme-"))
        assert not [one.name for one in COMMANDS if f"`{one.name}" in shown], sample.kind


def test_a_command_is_known_by_its_own_name() -> None:
    assert without_prefix("/acme-account", "acme-") == "/account"
    assert without_prefix("/account", "acme-") == "/account"
    assert without_prefix("/account", "") == "/account"
