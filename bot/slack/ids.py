"""Ids that Slack sends back to us: one list, so that what is shown and what is handled cannot drift apart.

An action id may carry ":" and a number behind it, where a message needs several buttons of one kind; the router
looks at what stands before it.
"""

from enum import StrEnum

MENU = "menu"
"""The action id of every ⋯; each of its options names the action that it stands for."""


class CommandId(StrEnum):
    """The last command that is not named where its feature declares it."""

    HEALTH = "/health"


class ActionId(StrEnum):
    """Buttons and selects. The renewal's or account's id is the button's value."""

    CLAIM_RENEWAL = "renewal.claim"
    UPDATE_RENEWAL = "renewal.update"
    SNOOZE_RENEWAL = "renewal.snooze"
    INVOICE_RENEWAL = "renewal.invoiced"
    PAY_RENEWAL = "renewal.paid"
    UNDO_PAID = "renewal.unpaid"
    ASK_RENEWAL = "renewal.ask"
    WHY_ESCALATED = "renewal.why_escalated"
    RENEWAL_DETAILS = "renewal.details"
    WHY_RENEWAL = "renewal.why"
    CHOOSE_UNTIL = "until"
    CHOOSE_DIRECTION = "direction"
    CHOOSE_CHANGE = "change"
    WHY = "why"
    WHY_DIGEST = "digest.why"
    DISMISS = "dismiss"
    DISMISS_AS = "dismiss.as"
    CHOOSE_STAGE = "stage"
    CHOOSE_FORECAST = "forecast"
    OPEN_HEALTH = "health.open"
    CORRECT_HEALTH = "health.correct"
    CHOOSE_ACCOUNT = "account.choose"
    FIND_ACCOUNT = "account.find"
    SHOW_MY_RENEWALS = "help.my_renewals"
    SHOW_SETTINGS = "help.settings"
    SHOW_DEAD_POSTS = "help.dead_posts"
    PICK_RENEWAL = "help.pick_renewal"
    RETRY_POST = "post.retry"
    LET_GUESTS_READ = "settings.guests"
    SET_CHANNELS = "settings.channels"
    SET_ROUTE = "settings.route"
    SET_ROLE = "settings.role"
    SET_NUMBER = "settings.number"
    SHOW_NUMBERS = "settings.numbers"
    SET_TOUCH = "settings.touch"
    OPEN_TOUCH = "touch.open"
    EDIT_TOUCH = "touch.edit"
    DELETE_TOUCH = "touch.delete"
    TOUCH_FROM_MESSAGE = "touch.message"
    CLOSE_FOLLOW_UP = "follow_up.done"
    DROP_FOLLOW_UP = "follow_up.drop"
    KEEP_PROMISE = "promise.kept"
    BREAK_PROMISE = "promise.broken"
    OPEN_PULSE = "pulse.open"
    PULSE_GREEN = "pulse.green"
    PULSE_YELLOW = "pulse.yellow"
    PULSE_RED = "pulse.red"
    PULSE_HEARD = "pulse.heard"
    PULSE_IMPRESSION = "pulse.impression"
    CHANGE_PULSE = "pulse.change"
    STEP_PULSE = "pulse.step"
    ACCOUNT_STORY = "account.story"
    FIND_STORY = "account.look"
    SHARE_ACCOUNT = "account.share"
    ACCOUNT_TIMELINE = "account.timeline"
    ACCOUNT_CHART = "account.chart"
    TIMELINE_KIND = "timeline.kind"
    TIMELINE_PAGE = "timeline.page"
    OPEN_PLAN = "plan.open"
    OPEN_HANDOFF = "handoff.open"
    ACCEPT_HANDOFF = "handoff.accept"
    RETURN_HANDOFF = "handoff.return"
    WITHDRAW_HANDOFF = "handoff.withdraw"
    HOME_SETTINGS = "home.settings"
    HIDE_TOUR = "home.hide_tour"


class ViewId(StrEnum):
    """Modals, by what they ask for."""

    UPDATE_RENEWAL = "renewal.update"
    SNOOZE_RENEWAL = "renewal.snooze"
    PICK_RENEWAL = "renewal.pick"
    RENEWAL_DETAILS = "renewal.details"
    WHY = "why"
    DISMISS = "dismiss"
    RECORD_HEALTH = "health.record"
    SETTINGS = "settings"
    SET_CHANNELS = "settings.channels"
    SET_ROUTE = "settings.route"
    SET_ROLE = "settings.role"
    SET_NUMBER = "settings.number"
    NUMBERS = "settings.numbers"
    SET_TOUCH = "settings.touch"
    LOG_TOUCH = "touch.log"
    EDIT_TOUCH = "touch.edit"
    DELETED_TOUCH = "touch.deleted"
    ADD_INSIGHT = "insight.add"
    ANSWER_PULSE = "pulse.answer"
    STEP_PULSE = "pulse.step"
    SET_REASONS = "pulse.reasons"
    ACCOUNT = "account"
    SHARE_ACCOUNT = "account.share"
    TIMELINE = "timeline"
    PLAN = "plan"
    HAND_OVER = "handoff.give"
    RETURN_HANDOFF = "handoff.return"
    HANDED_OVER = "handoff.given"
    HOME_SETTINGS = "home.settings"
    REFUSED = "refused"


class ShortcutId(StrEnum):
    """Shortcuts of the workspace's own menu, and of a message's."""

    UPDATE_RENEWAL = "renewal.update"
    LOG_TOUCH = "touch.log"
    LOG_MESSAGE = "touch.message"


def numbered(action: str, number: int) -> str:
    """The id of one of several buttons of the same kind in one message."""
    return f"{action}:{number}"


def plain(action_id: str) -> str:
    """The id without its number."""
    return action_id.partition(":")[0]
