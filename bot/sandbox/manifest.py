"""The app's manifest as Slack reads it: scopes, commands, shortcuts, subscriptions."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Command:
    """One slash command; `name` starts with the slash."""

    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    """One shortcut; `kind` is "global" or "message"."""

    name: str
    kind: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True)
class Manifest:
    """What the app may do and hears about. Without a manifest everything is allowed and everything is heard."""

    given: bool = False
    name: str = "App"
    bot_name: str = "app"
    scopes: frozenset[str] = frozenset()
    commands: dict[str, Command] = field(default_factory=dict)
    shortcuts: tuple[Shortcut, ...] = ()
    bot_events: frozenset[str] = frozenset()
    unfurl_domains: tuple[str, ...] = ()

    def allows(self, scope: str) -> bool:
        """Whether the bot token carries `scope`."""
        return not self.given or scope in self.scopes

    def hears(self, event: str) -> bool:
        """Whether the app subscribed to a bot event such as "app_mention" or "message.channels"."""
        return not self.given or event in self.bot_events

    def command(self, name: str) -> Command | None:
        """The command called `name`; without a manifest any name is a command."""
        return self.commands.get(name) if self.given else Command(name)

    def unfurls(self, domain: str) -> bool:
        """Whether links to `domain` (or a domain under it) are told to the app."""
        if not self.given:
            return True
        return any(domain == known or domain.endswith("." + known) for known in self.unfurl_domains)


def read_manifest(source: dict[str, Any] | None) -> Manifest:
    """Read an app manifest given as JSON; None allows everything."""
    if source is None:
        return Manifest()
    features = source.get("features", {})
    commands = [
        Command(
            name=item["command"],
            description=item.get("description", ""),
            usage_hint=item.get("usage_hint", ""),
            should_escape=bool(item.get("should_escape", False)),
        )
        for item in features.get("slash_commands", [])
    ]
    shortcuts = tuple(
        Shortcut(item["name"], item["type"], item["callback_id"], item.get("description", ""))
        for item in features.get("shortcuts", [])
    )
    subscriptions = source.get("settings", {}).get("event_subscriptions", {})
    name = source.get("display_information", {}).get("name", "App")
    return Manifest(
        given=True,
        name=name,
        bot_name=features.get("bot_user", {}).get("display_name", name),
        scopes=frozenset(source.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
        commands={command.name: command for command in commands},
        shortcuts=shortcuts,
        bot_events=frozenset(subscriptions.get("bot_events", [])),
        unfurl_domains=tuple(features.get("unfurl_domains", [])),
    )
