"""views.*: modals and the Home tab."""

from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.initial import check_initial
from bot.sandbox.platform import Platform
from bot.sandbox.strict.views import check_view
from bot.sandbox.web_api.arguments import Arguments, invalid
from bot.sandbox.web_api.methods import method
from bot.sandbox.web_api.places import person_named
from bot.sandbox.world.fields import name_everything
from bot.sandbox.world.views import View


def checked_content(platform: Platform, view: Any, kind: str, replaces: View | None = None) -> dict[str, Any]:
    """A view that passes Slack's rules, with an id on everything. Raises invalid_arguments and the like."""
    check_view(view, kind)
    check_initial(platform.world, view["blocks"], "/view/blocks", "invalid_arguments")
    external_id = view.get("external_id")
    holder = platform.world.views.find(None, external_id) if external_id else None
    if holder is not None and holder is not replaces:
        raise SlackError("duplicate_external_id")
    return {**view, "blocks": name_everything(view["blocks"])}


def _answer(platform: Platform, view: View) -> dict[str, Any]:
    world = platform.world
    platform.live.tell("home" if view.content["type"] == "home" else "view", user=view.user)
    return {"ok": True, "view": view.payload(world.id, world.app_id, world.bot.bot_id or "")}


def _trigger(arguments: Arguments) -> str:
    return arguments.text("trigger_id") or arguments.text("interactivity_pointer")


@method("views.open")
def open_view(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Open a modal for the person whose trigger this is."""
    content = checked_content(platform, arguments.structure("view"), "modal")
    user = platform.permissions.exchange(_trigger(arguments))
    return _answer(platform, platform.world.views.open(user, content))


@method("views.push")
def push(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Lay a modal on top of the open one; three at most. Without an open one Slack knows no such trigger."""
    content = checked_content(platform, arguments.structure("view"), "modal")
    user = platform.permissions.exchange(_trigger(arguments))
    if platform.world.views.top(user) is None:
        raise SlackError("invalid_trigger_id")
    view = platform.world.views.push(user, content)
    if view is None:
        raise SlackError("push_limit_reached")
    return _answer(platform, view)


@method("views.update")
def update(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Change an open view; with `hash` only if nobody changed it since."""
    view_id, external_id = arguments.text("view_id"), arguments.text("external_id")
    if not view_id and not external_id:
        raise invalid("either view_id or external_id is required")
    view = platform.world.views.find(view_id or None, external_id)
    if view is None:
        raise SlackError("not_found")
    content = checked_content(platform, arguments.structure("view"), view.content["type"], replaces=view)
    _check_hash(view, arguments)
    view.show(content)
    return _answer(platform, view)


@method("views.publish")
def publish(platform: Platform, arguments: Arguments) -> dict[str, Any]:
    """Show a person their Home tab."""
    user = person_named(platform, arguments.required("user_id"))
    current = platform.world.views.home(user.id)
    content = checked_content(platform, arguments.structure("view"), "home", replaces=current)
    if current:
        _check_hash(current, arguments)
    return _answer(platform, platform.world.views.publish(user.id, content))


def _check_hash(view: View, arguments: Arguments) -> None:
    given = arguments.text("hash")
    if given and given != view.hash:
        raise SlackError("hash_conflict")
