"""Each end a call to Slack can come to has one class, and what is not certainly a no is unknown."""

from __future__ import annotations

import http.client
import socket
from datetime import UTC, datetime, timedelta
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse

from bot.slack.limits import CHANNEL_GAP, PER_MINUTE, POST, WINDOW, Limits
from bot.slack.outcomes import Status, outcome_of
from bot.slack.sender import Sender, without_heavy_blocks

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def answer(code: str, status: int = 200, headers: dict[str, str] | None = None, **more: str) -> SlackApiError:
    response = SlackResponse(
        client=WebClient(),
        http_verb="POST",
        api_url="https://slack.com/api/chat.postMessage",
        req_args={},
        data={"ok": False, "error": code, **more},
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("", response)


@pytest.mark.parametrize(
    ("error", "end"),
    [
        (answer("ratelimited", 429), Status.LATER),
        (answer("service_unavailable"), Status.LATER),
        (answer("service_unavailable", 503), Status.UNKNOWN),
        (answer("internal_error"), Status.UNKNOWN),
        (answer("fatal_error"), Status.UNKNOWN),
        (answer("something_new", 500), Status.UNKNOWN),
        (answer("something_new"), Status.REFUSED),
        (answer("channel_not_found"), Status.UNREACHABLE),
        (answer("not_in_channel"), Status.NOT_MEMBER),
        (answer("invalid_blocks"), Status.BAD_BLOCKS),
        (answer("message_not_found"), Status.GONE),
        (answer("token_revoked"), Status.STOPPED),
        (SlackApiError("not JSON", {"status": 502, "headers": {}, "body": "<html>"}), Status.UNKNOWN),
        (TimeoutError(), Status.UNKNOWN),
        (ConnectionResetError(), Status.UNKNOWN),
        (http.client.RemoteDisconnected(), Status.UNKNOWN),
        (http.client.IncompleteRead(b""), Status.UNKNOWN),
        (URLError(TimeoutError()), Status.UNKNOWN),
        (URLError(ConnectionRefusedError()), Status.LATER),
        (URLError(socket.gaierror()), Status.LATER),
        (SlackRequestError("no such file"), Status.REFUSED),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_each_end_has_its_class(error: Exception, end: Status) -> None:
    assert outcome_of(error).end is end


@pytest.mark.parametrize(
    "code",
    [
        "invalid_attachments",
        "only_one_table_allowed",
        "invalid_block",
        "too_many_blocks",
        "too_many_attachments",
        "attachment_payload_limit_exceeded",
        "invalid_data_table",
        "unsupported_block_type",
        "invalid_arguments",
    ],
)
def test_what_names_a_part_of_the_layout_is_tried_again_without_charts_and_tables(code: str) -> None:
    assert outcome_of(answer(code)).end is Status.BAD_BLOCKS


def test_a_missing_scope_is_named() -> None:
    assert "channels:read" in outcome_of(answer("missing_scope", needed="channels:read")).reason


@pytest.mark.parametrize(("header", "seconds"), [({"retry-after": "30"}, 30), ({"Retry-After": "soon"}, 1), ({}, 1)])
def test_retry_after_is_read_in_seconds(header: dict[str, str], seconds: float) -> None:
    assert outcome_of(answer("ratelimited", 429, header)).retry_after == seconds


def test_a_client_that_retries_by_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="must not retry"):
        Sender(WebClient(token="x"), Limits(180), lambda: NOW)


def test_charts_and_tables_are_what_is_left_out() -> None:
    blocks = [{"type": "section"}, {"type": "data_visualization"}, {"type": "table"}, {"type": "data_table"}]
    assert without_heavy_blocks(blocks) == [{"type": "section"}]


def test_what_is_folded_away_lies_open_where_slack_draws_no_container() -> None:
    folded = {"type": "container", "child_blocks": [{"type": "context"}, {"type": "divider"}]}
    light = without_heavy_blocks([{"type": "section"}, folded, {"type": "actions"}])
    assert [block["type"] for block in light] == ["section", "context", "divider", "actions"]


def test_a_channel_is_busy_for_a_second_after_the_answer() -> None:
    limits = Limits(180)
    limits.count(POST, NOW, "C1")
    assert limits.busy(NOW) == ["C1"]
    assert limits.first_free(NOW) == NOW + CHANNEL_GAP
    assert limits.busy(NOW + CHANNEL_GAP) == []


def test_a_full_minute_opens_again_when_its_first_call_is_a_minute_old() -> None:
    limits = Limits(3)
    for second in range(3):
        limits.count(POST, NOW + timedelta(seconds=second))
    assert limits.ready_at(POST, NOW + timedelta(seconds=5)) == NOW + WINDOW
    assert limits.is_ready(POST, NOW + WINDOW)
    limits.count(POST, NOW + WINDOW)
    assert limits.ready_at(POST, NOW + WINDOW) == NOW + WINDOW + timedelta(seconds=1)


def test_each_method_has_its_own_minute_and_its_own_block() -> None:
    limits = Limits(180)
    for _ in range(PER_MINUTE["chat.update"]):
        limits.count("chat.update", NOW)
    limits.block("conversations.info", NOW + timedelta(seconds=30))
    assert not limits.is_ready("chat.update", NOW)
    assert limits.ready_at("conversations.info", NOW) == NOW + timedelta(seconds=30)
    assert limits.is_ready(POST, NOW)
