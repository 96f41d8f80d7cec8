"""One Web API call as a method sees it: its arguments, who calls, the scopes that the token has, the workspace."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.sandbox.blockkit import Problem, limits, size_of, validate_message, validate_view
from bot.sandbox.files import Files
from bot.sandbox.jsons import JsonObject, as_list
from bot.sandbox.models import Channel, Refusal
from bot.sandbox.triggers import Triggers
from bot.sandbox.webapi.arguments import Arguments, missing_field
from bot.sandbox.workspace import BOT_USER, Workspace

# What a method does to a channel -> kind of channel -> scopes, any of which is enough.
_FAMILIES: dict[str, dict[str, tuple[str, ...]]] = {
    "read": {"channel": ("channels:read",), "group": ("groups:read",), "im": ("im:read",)},
    "history": {"channel": ("channels:history",), "group": ("groups:history",), "im": ("im:history",)},
    "manage": {"channel": ("channels:manage",), "group": ("groups:write",), "im": ("im:write",)},
    "invite": {
        "channel": ("channels:manage", "channels:write.invites"),
        "group": ("groups:write", "groups:write.invites"),
        "im": ("im:write",),
    },
    "topic": {
        "channel": ("channels:manage", "channels:write.topic"),
        "group": ("groups:write", "groups:write.topic"),
        "im": ("im:write", "im:write.topic"),
    },
}

# The part of a message that is not right -> Slack's error code, in the order in which it looks.
_REFUSED_PARTS = {
    "blocks": "invalid_blocks",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_format",
    "markdown_text": "invalid_arguments",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """What a method is given. `complain` records what a correct app never does but Slack lets pass."""

    name: str
    args: Arguments
    workspace: Workspace
    triggers: Triggers
    scopes: frozenset[str]
    complain: Callable[[str, str], None]
    socket_url: Callable[[], str]
    site: str
    files: Files
    actor: str = field(default=BOT_USER)

    def need(self, any_of: Sequence[str]) -> None:
        """Refuse with `missing_scope` unless the token has one of these scopes."""
        if any_of and not self.scopes.intersection(any_of):
            raise Refusal("missing_scope", needed=any_of[0], provided=",".join(sorted(self.scopes)))

    def channel(self, family: str, name: str = "channel", *, missing: str = "invalid_arguments") -> Channel:
        """The channel in an argument, checked for visibility and for the scope that its kind needs."""
        wanted = self.args.required(name, "channel_not_found", missing=missing)
        channel = self.workspace.seen_by(self.actor, wanted)
        if family:
            self.need(_FAMILIES[family][channel.kind])
        return channel

    def check_message(self) -> None:
        """Refuse blocks, attachments or metadata that Slack would refuse, with place and reason.

        The text is the methods' own matter: what is too long for one of them is cut by another.
        """
        if isinstance(self.args.values.get("blocks"), str):
            raise Refusal("invalid_blocks_format")
        if len(as_list(self.args.values.get("attachments"))) > limits.MESSAGE_ATTACHMENTS:
            raise Refusal("too_many_attachments")
        problems = [each for each in validate_message(self.args.values) if each.pointer != "/text"]
        for part, code in _REFUSED_PARTS.items():
            found = [each for each in problems if each.pointer.startswith(f"/{part}")]
            if found:
                raise refused_blocks(code, found)

    def view(self) -> JsonObject:
        """The view in the arguments, checked."""
        view = self.args.mapping("view")
        if not view:
            raise missing_field("view")
        if size_of(view) > limits.VIEW_BYTES:
            raise Refusal("view_too_large")
        problems = validate_view(view)
        if problems:
            raise refused_blocks("invalid_arguments", problems)
        return view


def refused_blocks(code: str, problems: Sequence[Problem]) -> Refusal:
    """The refusal for what the validator found, with place and reason in `response_metadata.messages`."""
    messages = [f"[ERROR] {problem.reason} [json-pointer:{problem.pointer}]" for problem in problems]
    return Refusal(code, errors=[problem.reason for problem in problems], response_metadata={"messages": messages})


Method: TypeAlias = Callable[[ApiCall], JsonObject]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the table of methods: what runs, and the scopes any of which the token must have."""

    run: Method
    scopes: tuple[str, ...] = ()
