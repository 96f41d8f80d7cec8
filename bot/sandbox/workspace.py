"""The state of the workspace, in memory: who and what exists, what they are called, and who hears of a change.

The rules for changing it are in `conversations`, `messages` and `modals`; this module looks things up and gives ids.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from bot.sandbox.clock import Clock
from bot.sandbox.jsons import JsonObject
from bot.sandbox.manifest import Manifest
from bot.sandbox.modal_state import ModalView, Place
from bot.sandbox.models import Channel, Happening, Message, Refusal, User

TEAM_ID = "T0LOCAL"
TEAM_DOMAIN = "local"
APP_ID = "A0LOCAL"
BOT_ID = "B0LOCALBOT"
BOT_USER = "U0LOCALBOT"


@dataclass(slots=True, kw_only=True)
class Policy:
    """Settings of a workspace's owner that get in an app's way."""

    forbid_channel_creation: bool = False
    forbid_archiving: bool = False
    forbid_inviting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A message that Slack itself will post at `post_at` (Unix seconds)."""

    id: str
    channel: str
    post_at: int
    text: str
    blocks: tuple[JsonObject, ...] = ()
    thread_ts: str | None = None
    created: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UserGroup:
    """A user group such as @oncall."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]
    description: str = ""
    channels: tuple[str, ...] = ()
    created: int = 0
    updated: int = 0
    created_by: str = ""
    updated_by: str = ""


@dataclass(slots=True, kw_only=True)
class Workspace:
    """Everything a workspace holds. `on_event` takes what the app subscribed to, `on_change` what watchers see.

    `born` tells one workspace from the next one at the same address, whose ids mean something else.
    """

    manifest: Manifest
    clock: Clock
    on_event: Callable[[JsonObject, "Channel | None"], None]
    on_change: Callable[[Happening], None]
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    modals: dict[str, list[ModalView]] = field(default_factory=dict)
    homes: dict[str, ModalView] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    scheduled: dict[str, Scheduled] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    read_marks: dict[tuple[str, str], str] = field(default_factory=dict)
    choices: dict[tuple[str, str, str], dict[Place, JsonObject]] = field(default_factory=dict)
    born: str = field(default_factory=lambda: uuid4().hex)
    _serial: int = 0

    def new_id(self, prefix: str) -> str:
        """A fresh id such as `C00000012`."""
        self._serial += 1
        return f"{prefix}{self._serial:08d}"

    def seconds(self) -> int:
        """Whole Unix seconds of this Slack's clock."""
        return int(self.clock.wall())

    def stamp(self, channel: Channel) -> str:
        """A message's `ts`: unique and increasing within its channel, even while the clock stands still."""
        channel.last_stamp = max(int(self.clock.wall() * 1_000_000), channel.last_stamp + 1)
        return f"{channel.last_stamp // 1_000_000}.{channel.last_stamp % 1_000_000:06d}"

    def event_ts(self) -> str:
        """The time of an event, in the form of a `ts`."""
        return f"{self.clock.wall():.6f}"

    def touch(self, kind: str, **detail: object) -> None:
        """Tell whoever watches that something changed."""
        self.on_change(Happening(kind=kind, detail=detail))

    def emit(self, event: JsonObject, channel: Channel | None = None) -> None:
        """Offer an event to the app; whether it is delivered depends on its subscriptions and memberships."""
        self.on_event({"event_ts": self.event_ts(), **event}, channel)

    def user(self, user_id: str, code: str = "user_not_found") -> User:
        """The user with this id, or a refusal with `code`."""
        if user_id not in self.users:
            raise Refusal(code)
        return self.users[user_id]

    def id_of(self, name: str) -> str:
        """The id of the user with this id or name, with or without `@`; empty when there is none."""
        wanted = name.removeprefix("@")
        return next((user.id for user in self.users.values() if wanted in {user.id, user.name}), "")

    def by_name(self, name: str) -> Channel | None:
        """The channel of this name (archived and private ones too), with or without `#`."""
        wanted = name.removeprefix("#")
        return next((c for c in self.channels.values() if c.name == wanted and not c.im_with), None)

    def seen_by(self, actor: str, channel_id: str) -> Channel:
        """The channel as far as `actor` may know of it: a private one does not exist for outsiders."""
        channel = self.channels.get(channel_id) or (
            self.by_name(channel_id) if not channel_id.startswith("D") else None
        )
        if channel is None or (channel.kind != "channel" and actor not in channel.members):
            raise Refusal("channel_not_found")
        return channel

    def direct(self, one: str, other: str) -> Channel:
        """The direct message between two users, opened if it was not."""
        pair = (one, other)
        for channel in self.channels.values():
            if channel.im_with and set(channel.im_with) == set(pair):
                return channel
        channel_id = self.new_id("D")
        opened = Channel(
            id=channel_id,
            name=channel_id,
            creator=one,
            created=self.seconds(),
            private=True,
            im_with=pair,
            members=[one, other],
        )
        self.channels[channel_id] = opened
        self.touch("channel", channel=channel_id)
        return opened

    def chosen(self, user: str, message: Message) -> dict[Place, JsonObject]:
        """What a person chose and typed in the fields of a message; to be changed."""
        return self.choices.setdefault((user, message.channel, message.ts), {})

    def view_by_id(self, view_id: str) -> ModalView | None:
        """An open modal or a Home view by its id or external id."""
        for view in [*self.homes.values(), *(v for stack in self.modals.values() for v in stack)]:
            if view_id in {view.id, view.external_id}:
                return view
        return None
