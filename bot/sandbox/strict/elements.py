"""The interactive elements, and which block may hold which. Limits per Slack's reference."""

from typing import Any

from bot.sandbox.strict.composition import (
    ACTION_ID,
    ADDRESS,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    PLACEHOLDER,
    PLAIN_OPTION,
    RICH_OPTION,
    SELECT_GROUPS,
    SELECT_OPTIONS,
    WEB_ADDRESS,
    options_or_groups,
    plain,
    selectable,
    text,
)
from bot.sandbox.strict.formats import day, either, in_order, time_of_day
from bot.sandbox.strict.rich_text import rich_text
from bot.sandbox.strict.shapes import Check, both, choice, flag, items, note, number, one_of, shape, string

ID = string(255, 1)
COMMON: dict[str, Check] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": flag}
SELECT: dict[str, Check] = {**COMMON, "placeholder": PLACEHOLDER}
MULTI: dict[str, Check] = {**SELECT, "max_selected_items": number(1)}
TYPED: dict[str, Check] = {
    "action_id": ACTION_ID,
    "placeholder": PLACEHOLDER,
    "focus_on_load": flag,
    "dispatch_action_config": DISPATCH,
}
STATIC: dict[str, Check] = {"options": SELECT_OPTIONS, "option_groups": SELECT_GROUPS}
CONVERSATIONS: dict[str, Check] = {"default_to_current_conversation": flag, "filter": CONVERSATION_FILTER}

SLACK_FILE = both(shape(optional={"id": ID, "url": WEB_ADDRESS}), either("id", "url"))
PICTURE: dict[str, Check] = {"image_url": WEB_ADDRESS, "slack_file": SLACK_FILE}
IMAGE = one_of({"image": both(shape({"alt_text": string(2000)}, PICTURE), either("image_url", "slack_file"))})
BUTTON = shape(
    {"text": plain(75)},
    {
        "action_id": ACTION_ID,
        "url": ADDRESS,
        "value": string(2000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
OVERFLOW = shape({"options": items(PLAIN_OPTION, 1, 5)}, {"action_id": ACTION_ID, "confirm": CONFIRM})

SELECTS: dict[str, Check] = {
    "static_select": both(shape(optional={**SELECT, **STATIC, "initial_option": PLAIN_OPTION}), options_or_groups),
    "external_select": shape(optional={**SELECT, "initial_option": PLAIN_OPTION, "min_query_length": number(0)}),
    "users_select": shape(optional={**SELECT, "initial_user": ID}),
    "conversations_select": shape(
        optional={**SELECT, **CONVERSATIONS, "initial_conversation": ID, "response_url_enabled": flag}
    ),
    "channels_select": shape(optional={**SELECT, "initial_channel": ID, "response_url_enabled": flag}),
    "multi_static_select": both(
        shape(optional={**MULTI, **STATIC, "initial_options": items(PLAIN_OPTION, 1, 100)}), options_or_groups
    ),
    "multi_external_select": shape(
        optional={**MULTI, "initial_options": items(PLAIN_OPTION, 1, 100), "min_query_length": number(0)}
    ),
    "multi_users_select": shape(optional={**MULTI, "initial_users": items(ID, 0, 100)}),
    "multi_conversations_select": shape(
        optional={**MULTI, **CONVERSATIONS, "initial_conversations": items(ID, 0, 100)}
    ),
    "multi_channels_select": shape(optional={**MULTI, "initial_channels": items(ID, 0, 100)}),
}

PICKERS: dict[str, Check] = {
    "datepicker": shape(optional={**SELECT, "initial_date": day}),
    "timepicker": shape(optional={**SELECT, "initial_time": time_of_day, "timezone": string(100, 1)}),
    "datetimepicker": shape(optional={**COMMON, "initial_date_time": number(1_000_000_000, 9_999_999_999)}),
    "radio_buttons": selectable(
        shape({"options": items(RICH_OPTION, 1, 10)}, {**COMMON, "initial_option": RICH_OPTION})
    ),
    "checkboxes": selectable(
        shape({"options": items(RICH_OPTION, 1, 10)}, {**COMMON, "initial_options": items(RICH_OPTION, 1, 10)})
    ),
}


def _not_played(element: Any, path: str, findings: list[str]) -> None:
    """Slack takes it; here nobody could fill it in, and a form that looks complete would flatter the bot."""
    note(findings, path, f"the sandbox has no {element['type']}, although Slack has: nobody could fill it in here")


TEXT_INPUTS: dict[str, Check] = {
    "plain_text_input": both(
        shape(
            optional={
                **TYPED,
                "multiline": flag,
                "initial_value": string(3000),
                "min_length": number(0, 3000),
                "max_length": number(1, 3000),
            }
        ),
        in_order("min_length", "max_length"),
    ),
    "email_text_input": shape(optional={**TYPED, "initial_value": string(3000)}),
    "url_text_input": shape(optional={**TYPED, "initial_value": string(3000)}),
    "number_input": both(
        shape(
            {"is_decimal_allowed": flag},
            {**TYPED, "initial_value": string(100), "min_value": string(100), "max_value": string(100)},
        ),
        in_order("min_value", "max_value"),
    ),
    "rich_text_input": shape(optional={**TYPED, "initial_value": rich_text(0, {})}),
    "file_input": _not_played,
}

BUTTONS: dict[str, Check] = {"button": BUTTON, "overflow": OVERFLOW}
IN_ACTIONS: dict[str, Check] = {**BUTTONS, **SELECTS, **PICKERS}
IN_SECTION: dict[str, Check] = {**IN_ACTIONS, "image": IMAGE}
IN_SECTION.pop("datetimepicker")
IN_INPUT: dict[str, Check] = {**SELECTS, **PICKERS, **TEXT_INPUTS}
IN_CONTEXT: dict[str, Check] = {
    "image": IMAGE,
    "plain_text": text(3000),
    "mrkdwn": text(3000),
}
