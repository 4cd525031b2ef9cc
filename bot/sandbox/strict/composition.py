"""What blocks and elements are composed of: texts, options, confirmations. Limits in characters."""

from typing import Any

from bot.sandbox.strict.shapes import Check, both, choice, flag, items, note, one_of, shape, string

ACTION_ID = string(255, 1)
BLOCK_ID = string(255, 1)
ADDRESS = string(3000, 1, r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
"""A link of any kind, mailto: included; what has no scheme is no link."""
WEB_ADDRESS = string(3000, 1, r"https?://\S+")


def plain(longest: int) -> Check:
    """A plain_text object of at most `longest` characters; empty text is refused."""
    return one_of({"plain_text": shape({"text": string(longest, 1)}, {"emoji": flag})})


def text(longest: int) -> Check:
    """A plain_text or mrkdwn object of at most `longest` characters; empty text is refused."""
    return one_of(
        {
            "plain_text": shape({"text": string(longest, 1)}, {"emoji": flag}),
            "mrkdwn": shape({"text": string(longest, 1)}, {"verbatim": flag}),
        }
    )


PLACEHOLDER = plain(150)

CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)

PLAIN_OPTION = shape({"text": plain(75), "value": string(150, 1)}, {"description": plain(75), "url": ADDRESS})
RICH_OPTION = shape({"text": text(75), "value": string(150, 1)}, {"description": text(75)})
OPTION_GROUP = shape({"label": plain(75), "options": items(PLAIN_OPTION, 1, 100)})

SELECT_OPTIONS = items(PLAIN_OPTION, 1, 100)
SELECT_GROUPS = items(OPTION_GROUP, 1, 100)

CONVERSATION_FILTER = shape(
    optional={
        "include": items(choice("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    }
)
DISPATCH = shape(optional={"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 1, 2)})


def options_or_groups(element: Any, path: str, findings: list[str]) -> None:
    """A static select has options or option_groups, not both and not neither, and starts with one of them."""
    if ("options" in element) == ("option_groups" in element):
        note(findings, path, "must define either options or option_groups")
        return
    initial_is_an_option(element, path, findings)


def initial_is_an_option(element: Any, path: str, findings: list[str]) -> None:
    """What is selected at first must be, exactly, among the options; and option values are not repeated."""
    groups = element.get("option_groups")
    lists = [group.get("options") for group in groups if isinstance(group, dict)] if isinstance(groups, list) else []
    if isinstance(element.get("options"), list):
        lists.append(element["options"])
    options = [option for known in lists if isinstance(known, list) for option in known]
    several = element.get("initial_options")
    initial = several if isinstance(several, list) and several else [element.get("initial_option")]
    if any(option is not None and option not in options for option in initial):
        note(findings, path, "initial option must exactly match one of the options")
    values = [str(option.get("value")) for option in options if isinstance(option, dict)]
    if len(set(values)) != len(values):
        note(findings, path, "option values must be unique")


def selectable(check: Check) -> Check:
    """`check`, and that the initial options exist."""
    return both(check, _guarded)


def _guarded(element: Any, path: str, findings: list[str]) -> None:
    if isinstance(element, dict):
        initial_is_an_option(element, path, findings)
