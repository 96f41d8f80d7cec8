"""How a workspace stands, in lines of text: what a failed test prints."""

from collections.abc import Sequence
from typing import Protocol

from bot.sandbox.stage import Unexpected
from bot.sandbox.workspace import Workspace


class Refusable(Protocol):
    """A Web API call, as far as it is told here."""

    @property
    def method(self) -> str:
        """Its name."""

    @property
    def error(self) -> str:
        """Slack's error code, or empty."""


def account_of(workspace: Workspace, last: int) -> list[str]:
    """Channels with their `last` messages, what single people were shown, and open forms."""
    lines: list[str] = []
    for channel in workspace.channels.values():
        names = "/".join(workspace.users[user].name for user in channel.im_with)
        lines.append(f"{names or '#' + channel.name} [{'archived ' if channel.archived else ''}{channel.topic}]")
        lines += [f"  {m.ts} {m.user}: {m.plain[:300]!r}" for m in list(channel.log.values())[-last:]]
    lines += [f"ephemeral to {m.ephemeral_to}: {m.plain[:300]!r}" for m in workspace.ephemerals[-last:]]
    return lines + [f"modal of {v.user}: {v.content.get('title')}" for s in workspace.modals.values() for v in s]


def troubles_of(unexpected: Sequence[Unexpected], calls: Sequence[Refusable], last: int) -> list[str]:
    """What a correct app never does, and the `last` calls that were refused."""
    lines = [f"unexpected: {item.method} {item.error} {item.detail[:300]}" for item in unexpected]
    return lines + [f"refused: {call.method} {call.error}" for call in calls if call.error][-last:]
