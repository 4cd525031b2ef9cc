"""Each thing Slack refuses, with the path it names. Without this the sandbox would flatter the bot."""

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.errors import SlackError
from bot.sandbox.strict.messages import check_blocks, check_message
from bot.sandbox.strict.views import check_view
from tests.sandbox.conftest import buttons, modal, plain, text_field

Blocks = list[dict[str, Any]]


def mrkdwn(length: int) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": "x" * length}


def options(count: int, length: int = 5) -> Blocks:
    return [{"text": plain("o" * length), "value": str(number)} for number in range(count)]


def acting(**element: Any) -> Blocks:
    return [{"type": "actions", "elements": [element]}]


def section(**fields: Any) -> dict[str, Any]:
    return {"type": "section", **fields}


def cells(rows: int, columns: int, text: str = "x") -> list[Blocks]:
    return [[{"type": "raw_text", "text": text} for _ in range(columns)] for _ in range(rows)]


def data_table(rows: int = 2, columns: int = 2, **more: Any) -> dict[str, Any]:
    return {"type": "data_table", "caption": "Numbers", "rows": cells(rows, columns), **more}


def chart(**more: Any) -> dict[str, Any]:
    pie = {"type": "pie", "segments": [{"label": "won", "value": 3}]}
    return {"type": "data_visualization", "title": "Outcome", "chart": pie, **more}


def bars(points: list[str], categories: list[str], series: int = 1) -> dict[str, Any]:
    data = [{"label": label, "value": 1} for label in points]
    plotted = [{"name": f"s{number}", "data": data} for number in range(series)]
    return chart(chart={"type": "bar", "series": plotted, "axis_config": {"categories": categories}})


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def rich_section(*pieces: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(pieces)}


IMAGE = {"type": "image", "alt_text": "a", "image_url": "https://larkfield.example/a.png"}
SELECT = {"type": "static_select", "action_id": "s"}

REFUSED: list[tuple[str, Blocks, str]] = [
    ("51 blocks", [{"type": "divider"}] * 51, "/blocks]"),
    ("unknown block", [{"type": "sparkle"}], "/blocks/0]"),
    ("empty section", [section()], "/blocks/0]"),
    ("section text over 3,000", [section(text=mrkdwn(3001))], "/blocks/0/text/text]"),
    ("empty text", [section(text=mrkdwn(0))], "/blocks/0/text/text]"),
    ("11 fields", [section(fields=[mrkdwn(3)] * 11)], "/blocks/0/fields]"),
    ("field over 2,000", [section(fields=[mrkdwn(2001)])], "/blocks/0/fields/0/text]"),
    ("header over 150", [{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text]"),
    ("header in mrkdwn", [{"type": "header", "text": mrkdwn(3)}], "/blocks/0/text]"),
    ("11 context elements", [{"type": "context", "elements": [mrkdwn(3)] * 11}], "/blocks/0/elements]"),
    ("26 actions", [buttons(*(f"a{n}" for n in range(26)))], "/blocks/0/elements]"),
    ("no actions", [{"type": "actions", "elements": []}], "/blocks/0/elements]"),
    ("button text over 75", acting(type="button", text=plain("x" * 76)), "/blocks/0/elements/0/text/text]"),
    ("button value over 2,000", acting(type="button", text=plain("x"), value="x" * 2001), "/elements/0/value]"),
    ("button style", acting(type="button", text=plain("x"), style="green"), "/elements/0/style]"),
    ("button without text", acting(type="button"), "/blocks/0/elements/0]"),
    ("unknown property", acting(type="button", text=plain("x"), colour="red"), "/blocks/0/elements/0]"),
    ("action_id over 255", acting(type="button", text=plain("x"), action_id="x" * 256), "/action_id]"),
    ("block_id over 255", [{"type": "divider", "block_id": "x" * 256}], "/blocks/0/block_id]"),
    ("101 options", acting(**SELECT, options=options(101)), "/elements/0/options]"),
    ("no options", acting(**SELECT), "/blocks/0/elements/0]"),
    ("option text over 75", acting(**SELECT, options=options(1, 76)), "/options/0/text/text]"),
    ("options that repeat", acting(**SELECT, options=options(1) * 2), "/blocks/0/elements/0]"),
    (
        "option value over 150",
        acting(**SELECT, options=[{"text": plain("x"), "value": "x" * 151}]),
        "/options/0/value]",
    ),
    (
        "initial option elsewhere",
        acting(**SELECT, options=options(2), initial_option={"text": plain("no"), "value": "no"}),
        "/blocks/0/elements/0]",
    ),
    ("overflow of 6", acting(type="overflow", options=options(6)), "/elements/0/options]"),
    ("placeholder over 150", acting(type="datepicker", placeholder=plain("x" * 151)), "/placeholder/text]"),
    ("a date that is none", acting(type="datepicker", initial_date="tomorrow"), "/initial_date]"),
    ("a day no month has", acting(type="datepicker", initial_date="2026-13-45"), "/initial_date]"),
    ("an hour no day has", acting(type="timepicker", initial_time="25:00"), "/initial_time]"),
    ("a link that is none", acting(type="button", text=plain("x"), url="notaurl"), "/elements/0/url]"),
    ("a picture from nowhere", [{"type": "image", "alt_text": "a"}], "/blocks/0]"),
    (
        "a picture beside the text from nowhere",
        [section(text=plain("x"), accessory={"type": "image", "alt_text": "a"})],
        "/blocks/0/accessory]",
    ),
    ("a picture from two places", [{**IMAGE, "slack_file": {"id": "F1"}}], "/blocks/0]"),
    ("a picture that is no link", [{**IMAGE, "image_url": "picture.png"}], "/blocks/0/image_url]"),
    ("rich text of no kind", [rich({"type": "nope"})], "/blocks/0/elements/0]"),
    ("rich text of pieces nobody knows", [rich(rich_section({"foo": 1}))], "/elements/0/elements/0]"),
    ("rich text without words", [rich(rich_section({"type": "text"}))], "/elements/0/elements/0]"),
    (
        "a list of something else",
        [rich({"type": "rich_text_list", "style": "bullet", "elements": [{"type": "text"}]})],
        "/elements/0/elements/0]",
    ),
    ("a cell of rich text nobody knows", [{"type": "table", "rows": [[rich({"foo": 1})]]}], "/rows/0/0/elements/0]"),
    ("a type that is a list", [{"type": ["section"]}], "/blocks/0]"),
    ("options whose values are lists", acting(**SELECT, options=[{"text": plain("x"), "value": ["x"]}]), "/value]"),
    (
        "a shortest answer above the longest",
        [text_field(element={"type": "plain_text_input", "action_id": "a", "min_length": 10, "max_length": 5})],
        "/element/min_length]",
    ),
    (
        "a least number above the greatest",
        [
            text_field(
                element={
                    "type": "number_input",
                    "action_id": "a",
                    "is_decimal_allowed": False,
                    "min_value": "9",
                    "max_value": "1",
                }
            )
        ],
        "/element/min_value]",
    ),
    ("a file nobody can give", [text_field(element={"type": "file_input", "action_id": "a"})], "/blocks/0/element]"),
    ("text input in actions", acting(type="plain_text_input"), "/blocks/0/elements/0]"),
    (
        "confirm title over 100",
        acting(
            type="button",
            text=plain("x"),
            confirm={"title": plain("x" * 101), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")},
        ),
        "/confirm/title/text]",
    ),
    (
        "confirm button over 30",
        acting(
            type="button",
            text=plain("x"),
            confirm={"title": plain("x"), "text": plain("t"), "confirm": plain("y" * 31), "deny": plain("n")},
        ),
        "/confirm/confirm/text]",
    ),
    ("input label over 2,000", [text_field() | {"label": plain("x" * 2001)}], "/blocks/0/label/text]"),
    ("action_id twice in a block", [buttons("same", "same")], "/blocks/0]"),
    ("block_id twice", [{"type": "divider", "block_id": "d"}] * 2, "/blocks/1]"),
    ("table of 101 rows", [{"type": "table", "rows": cells(101, 1)}], "/blocks/0/rows]"),
    ("table of 21 columns", [{"type": "table", "rows": cells(1, 21)}], "/blocks/0/rows/0]"),
    ("two tables", [{"type": "table", "rows": cells(1, 1)}] * 2, "/blocks]"),
    ("data table with a header only", [data_table(1)], "/blocks/0/rows]"),
    ("a table and a data table", [{"type": "table", "rows": cells(1, 1)}, data_table()], "/blocks]"),
    ("two data tables", [data_table()] * 2, "/blocks]"),
    ("data table of 102 rows", [data_table(102)], "/blocks/0/rows]"),
    ("a number in a plain table", [{"type": "table", "rows": [[{"type": "raw_number", "value": 1}]]}], "/rows/0/0]"),
    ("header with a level", [{"type": "header", "text": plain("x"), "level": 2}], "/blocks/0]"),
    ("data table of 21 columns", [data_table(2, 21)], "/blocks/0/rows/0]"),
    ("data table over 10,000 characters", [data_table(rows=2) | {"rows": cells(101, 1, "x" * 100)}], "/rows]"),
    ("data table without caption", [{"type": "data_table", "rows": cells(2, 1)}], "/blocks/0]"),
    ("rows of different length", [data_table() | {"rows": [*cells(1, 2), *cells(1, 3)]}], "/blocks/0/rows]"),
    ("three charts", [chart()] * 3, "/blocks]"),
    ("chart title over 50", [chart(title="x" * 51)], "/blocks/0/title]"),
    ("chart of no kind", [chart(chart={"type": "radar"})], "/blocks/0/chart]"),
    ("an empty slice", [chart(chart={"type": "pie", "segments": [{"label": "a", "value": 0}]})], "/0/value]"),
    ("label over 20", [chart(chart={"type": "pie", "segments": [{"label": "a" * 21, "value": 1}]})], "/0/label]"),
    ("points without their category", [bars(["a"], ["a", "b"])], "/blocks/0/chart/series/0/data]"),
    ("7 series", [bars(["a"], ["a"], series=7)], "/blocks/0/chart/series]"),
    ("21 points", [bars([str(n) for n in range(21)], [str(n) for n in range(21)])], "/series/0/data]"),
]

WORDS = {"type": "text", "text": "x", "style": {"bold": True}}
PIECES = [
    WORDS,
    {"type": "link", "url": "https://larkfield.example", "text": "x"},
    {"type": "user", "user_id": "U0REP1"},
    {"type": "channel", "channel_id": "C0ACME"},
    {"type": "usergroup", "usergroup_id": "S0CARE"},
    {"type": "emoji", "name": "seedling"},
    {"type": "broadcast", "range": "here"},
    {"type": "date", "timestamp": 1_700_000_000, "format": "{date}", "fallback": "x"},
    {"type": "color", "value": "#fff"},
]
RICH = rich(
    rich_section(*PIECES),
    {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [rich_section(WORDS)]},
    {"type": "rich_text_quote", "elements": [WORDS]},
    {"type": "rich_text_preformatted", "elements": [WORDS], "border": 0},
)

ACCEPTED: list[tuple[str, Blocks]] = [
    ("50 blocks", [{"type": "divider"}] * 50),
    ("section at its limits", [section(text=mrkdwn(3000), fields=[mrkdwn(5)] * 10)]),
    ("25 buttons", [buttons(*(f"a{n}" for n in range(25)))]),
    ("same action_id in two blocks", [buttons("same") | {"block_id": "a"}, buttons("same") | {"block_id": "b"}]),
    ("a table", [{"type": "table", "rows": cells(100, 20)}]),
    ("a data table", [data_table(101, 20)]),
    ("two charts", [chart(), bars(["a", "b"], ["b", "a"], series=6)]),
    ("a select in groups", acting(**SELECT, option_groups=[{"label": plain("g"), "options": options(100)}])),
    ("an input in a message", [text_field()]),
    ("a picture by its address", [IMAGE]),
    ("a button that writes a mail", acting(type="button", text=plain("x"), url="mailto:ruth@meridianfreight.example")),
    ("rich text of every kind", [RICH]),
    ("a table with a rich cell", [{"type": "table", "rows": [[RICH]]}]),
]


@pytest.mark.parametrize(("blocks", "path"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_message_slack_would_refuse_is_refused_with_the_path(blocks: Blocks, path: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_message("text", blocks)
    assert refused.value.code == "invalid_blocks"
    findings = refused.value.details["response_metadata"]["messages"]
    assert any(finding.endswith(path) for finding in findings), findings


@pytest.mark.parametrize("blocks", [case[1] for case in ACCEPTED], ids=[case[0] for case in ACCEPTED])
def test_a_message_at_the_limits_is_accepted(blocks: Blocks) -> None:
    check_message("text", blocks)


@pytest.mark.parametrize(
    ("text", "blocks", "update", "code"),
    [
        ("", None, False, "no_text"),
        ("", [], True, "no_text"),
        ("x" * 4001, None, True, "msg_too_long"),
        ("x", [section(text=mrkdwn(2600)) for _ in range(4)], False, "msg_blocks_too_long"),
    ],
)
def test_a_message_as_a_whole_is_measured(text: str, blocks: Blocks | None, update: bool, code: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_message(text, blocks, update=update)
    assert refused.value.code == code


@pytest.mark.parametrize("update", [False, True])
@pytest.mark.parametrize(
    ("blocks", "attachments", "code"),
    [
        ([section(text=mrkdwn(3001))], [{"text": "beside"}], "invalid_blocks"),
        (None, [{"blocks": [section(text=mrkdwn(3001))]}], "invalid_blocks"),
        (None, [{"text": "x"}] * 101, "too_many_attachments"),
        (None, {"text": "x"}, "invalid_arguments"),
        (None, ["x"], "invalid_arguments"),
    ],
)
def test_attachments_excuse_nothing(blocks: Blocks | None, attachments: Any, code: str, update: bool) -> None:
    with pytest.raises(SlackError) as refused:
        check_message("text", blocks, attachments=attachments, update=update)
    assert refused.value.code == code


def test_a_wrong_block_of_an_attachment_is_named_where_it_is() -> None:
    with pytest.raises(SlackError) as refused:
        check_message("text", None, attachments=[{"text": "x"}, {"blocks": [section()]}])
    assert refused.value.details["errors"][0].endswith("[json-pointer:/attachments/1/blocks/0]")


def test_attachments_or_files_alone_are_a_message() -> None:
    check_message("", None, attachments=[{"text": "x"}])
    check_message("", None, files=[{"id": "F1"}])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside, max_size=3),
    max_leaves=5,
)
EVERYTHING = [case[1] for case in ACCEPTED]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place inside a value at which something else could stand."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place for key in keys for place in ((value, key), *places(value[key]))]


@given(st.sampled_from(EVERYTHING), st.data())
def test_whatever_is_sent_as_blocks_is_taken_or_refused_in_slacks_words(blocks: Blocks, data: st.DataObject) -> None:
    mangled = copy.deepcopy(blocks[:2])
    holder, key = data.draw(st.sampled_from(places(mangled)))
    holder[key] = data.draw(ANYTHING)
    with contextlib.suppress(SlackError):
        check_message("text", mangled)


def test_the_text_of_a_data_table_does_not_count_as_block_text() -> None:
    check_message("text", [data_table() | {"rows": cells(100, 1, "x" * 100)}])


VIEWS_REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("title over 24", modal() | {"title": plain("x" * 25)}, "/view/title/text]"),
    ("submit over 24", modal(submit=plain("x" * 25)), "/view/submit/text]"),
    ("close over 24", modal(close=plain("x" * 25)), "/view/close/text]"),
    ("101 blocks", modal(*[{"type": "divider"}] * 101), "/view/blocks]"),
    ("private_metadata over 3,000", modal(private_metadata="x" * 3001), "/view/private_metadata]"),
    ("a chart in a modal", modal(chart()), "/view/blocks/0]"),
    ("a data table in a modal", modal(data_table()), "/view/blocks/0]"),
    ("a table in a modal", modal({"type": "table", "rows": cells(1, 1)}), "/view/blocks/0]"),
    ("input without submit", {k: v for k, v in modal(text_field()).items() if k != "submit"}, "/view]"),
    ("no title", {"type": "modal", "blocks": []}, "/view]"),
    ("a home as a modal", {"type": "home", "blocks": []}, "/view]"),
    ("block_id twice", modal(text_field(), text_field()), "/view/blocks/1]"),
]


@pytest.mark.parametrize(("view", "path"), [c[1:] for c in VIEWS_REFUSED], ids=[c[0] for c in VIEWS_REFUSED])
def test_a_modal_slack_would_refuse_is_refused_with_the_path(view: dict[str, Any], path: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_view(view, "modal")
    assert refused.value.code == "invalid_arguments"
    findings = refused.value.details["response_metadata"]["messages"]
    assert any(finding.endswith(path) for finding in findings), findings


def test_a_view_over_250_kilobytes_is_too_large() -> None:
    heavy = [section(text=mrkdwn(2900)) for _ in range(90)]
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*heavy), "modal")


def test_a_home_tab_takes_charts_and_data_tables() -> None:
    check_view({"type": "home", "blocks": [chart(), data_table()]}, "home")


def container(**more: Any) -> dict[str, Any]:
    """A container with one paragraph in it."""
    inside = [{"type": "section", "text": {"type": "mrkdwn", "text": "Inside"}}]
    return {"type": "container", "title": {"type": "plain_text", "text": "More"}, "child_blocks": inside, **more}


@pytest.mark.parametrize(
    ("more", "is_taken"),
    [
        ({}, True),
        ({"is_collapsible": True, "default_collapsed": True}, True),
        ({"default_collapsed": True}, False),
        ({"is_collapsible": True, "has_header_divider": True}, False),
        ({"child_blocks": []}, False),
        ({"child_blocks": [{"type": "divider"}] * 11}, False),
        ({"child_blocks": [{"type": "data_table"}]}, False),
        ({"title": {"type": "plain_text", "text": "x" * 151}}, False),
        ({"title": {"type": "mrkdwn", "text": "x"}}, False),
    ],
)
def test_a_container_is_taken_in_a_message_as_documented(more: dict[str, Any], is_taken: bool) -> None:
    if is_taken:
        check_blocks([container(**more)])
    else:
        with pytest.raises(SlackError):
            check_blocks([container(**more)])


def test_a_container_is_taken_in_no_view() -> None:
    for kind in ("modal", "home"):
        view = {"type": kind, "title": {"type": "plain_text", "text": "T"}, "blocks": [container()]}
        with pytest.raises(SlackError):
            check_view(view, kind)
