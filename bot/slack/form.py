"""Modals and their fields. A field's block and action carry the same id, by which it is read back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import slackblocks as kit
from slackblocks.blocks import Block as KitBlock
from slackblocks.elements import Element

from bot.slack.blocks import built_for_form, option, section
from bot.slack.ids import ViewId
from bot.slack.text import bounded, one_line

WORDS_LENGTH = 3000
"""As much as Slack lets a person write into one field."""

LINE_LENGTH = 300

TICKED = "yes"
"""The value of the one option of a tick."""

Option = tuple[str, str]
"""What is shown, and the value that comes back."""


def modal(
    id: ViewId, title: str, blocks: Sequence[KitBlock], submit: str | None = None, metadata: str = ""
) -> dict[str, Any]:
    """A modal. Without `submit` there is nothing to send off."""
    around = kit.ModalView(
        title=bounded(title, 24),
        blocks=[],
        submit=submit,
        close="Cancel" if submit else "Close",
        callback_id=id,
        private_metadata=metadata,
    )
    return {**around.to_dict(), "blocks": built_for_form(blocks)}


def refused_view(title: str, words: str) -> dict[str, Any]:
    """What stands in the place of a form that could not be taken and has no field to say so beside."""
    return modal(ViewId.REFUSED, title, [section(words)])


def words(
    name: str,
    label: str,
    value: str = "",
    hint: str = "",
    optional: bool = True,
    lines: bool = False,
    most: int | None = None,
) -> KitBlock:
    """A field to write in, `most` characters; by default as many as a line, or `lines`, may have."""
    most = most or (WORDS_LENGTH if lines else LINE_LENGTH)
    element = kit.PlainTextInput(action_id=name, initial_value=value[:most] or None, multiline=lines, max_length=most)
    return _field(name, label, element, hint, optional)


def select(
    name: str,
    label: str,
    options: Sequence[Option],
    chosen: str | None = None,
    hint: str = "",
    optional: bool = True,
    asks: bool = False,
) -> KitBlock:
    """A choice of up to a hundred; `asks`: the bot hears of the choice at once, since other fields depend on it."""
    offered = [option(one_line(shown), value) for shown, value in options[:100]]
    initial = next((o for o in offered if o.value == chosen), None)
    element = kit.StaticSelectMenu(action_id=name, options=offered, initial_option=initial)
    return _field(name, label, element, hint, optional, asks)


def several(
    name: str,
    label: str,
    options: Sequence[Option],
    chosen: Sequence[str] = (),
    most: int | None = None,
    hint: str = "",
    optional: bool = True,
) -> KitBlock:
    """A choice of `most` at once, out of up to a hundred."""
    offered = [option(one_line(shown), value) for shown, value in options[:100]]
    initial = [o for o in offered if o.value in chosen][:most] or None
    element = kit.StaticMultiSelectMenu(
        action_id=name, options=offered, initial_options=initial, max_selected_items=most
    )
    return _field(name, label, element, hint, optional)


def search(
    name: str, label: str, hint: str = "", least: int = 0, chosen: Option | None = None, optional: bool = False
) -> KitBlock:
    """A choice that the bot is asked for while someone types."""
    initial = option(one_line(chosen[0]) or "?", chosen[1]) if chosen else None
    element = kit.ExternalSelectMenu(action_id=name, min_query_length=least, initial_option=initial)
    return _field(name, label, element, hint, optional)


def search_element(action: str, placeholder: str) -> Element:
    """The same as a part of a view that is no form: choosing is pressing a button of this id."""
    return kit.ExternalSelectMenu(action_id=action, min_query_length=0, placeholder=placeholder)


def day(name: str, label: str, chosen: date | str | None = None, hint: str = "", optional: bool = True) -> KitBlock:
    """A day."""
    element = kit.DatePicker(action_id=name, initial_date=str(chosen) if chosen else None)
    return _field(name, label, element, hint, optional)


def moment(name: str, label: str, chosen: datetime, hint: str = "") -> KitBlock:
    """A day and a time, shown to each person in their own zone; it cannot be left empty."""
    element = kit.DateTimePicker(action_id=name, initial_datetime=int(chosen.timestamp()) // 60 * 60)
    return _field(name, label, element, hint, optional=False)


def tick(name: str, label: str, words: str, ticked: bool = False, hint: str = "") -> KitBlock:
    """One thing to tick or not."""
    offered = option(words, TICKED)
    element = kit.CheckboxGroup(action_id=name, options=[offered], initial_options=[offered] if ticked else None)
    return _field(name, label, element, hint, optional=True)


def person(name: str, label: str, chosen: str | None = None, hint: str = "", optional: bool = True) -> KitBlock:
    """Someone of the workspace."""
    return _field(name, label, kit.UserSelectMenu(action_id=name, initial_user=chosen), hint, optional)


def channel(name: str, label: str, chosen: str | None = None, hint: str = "") -> KitBlock:
    """A channel that is not shared with another company."""
    only_ours = kit.ConversationFilter(
        include=["public", "private"], exclude_external_shared_channels=True, exclude_bot_users=True
    )
    element = kit.ConversationSelectMenu(action_id=name, initial_conversation=chosen, filter=only_ours)
    return _field(name, label, element, hint, optional=True)


def _field(name: str, label: str, element: Element, hint: str, optional: bool, asks: bool = False) -> KitBlock:
    return kit.InputBlock(label, element, block_id=name, hint=hint or None, optional=optional, dispatch_action=asks)
