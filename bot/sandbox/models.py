"""What a workspace is made of: people, channels, messages, bookmarks, views. No behaviour beyond reading itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.blocktext import buttons_of, plain_of
from bot.sandbox.jsons import JsonObject

BROADCAST = "thread_broadcast"
TOMBSTONE = "tombstone"


class Refusal(Exception):
    """Slack says no: an error code of the Web API, and whatever the answer carries beside it."""

    def __init__(self, code: str, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


@dataclass(slots=True, kw_only=True)
class User:
    """A member of the workspace, human or bot."""

    id: str
    name: str
    real_name: str = ""
    email: str = ""
    tz: str = "UTC"
    admin: bool = False
    guest: bool = False
    deleted: bool = False
    muted: bool = False
    bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it stood when it was read: an edit makes a new one, so an old copy can play a stale screen."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: tuple[JsonObject, ...] = ()
    attachments: tuple[JsonObject, ...] = ()
    edited: bool = False
    thread_ts: str | None = None
    metadata: JsonObject | None = None
    subtype: str = ""
    bot_id: str = ""
    ephemeral_to: str = ""
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[JsonObject, ...] = ()
    thread: list["Message"] = field(default_factory=list, compare=False, repr=False)
    root: "Message | None" = field(default=None, compare=False, repr=False)

    @property
    def broadcast(self) -> bool:
        """Whether it is a reply that was sent to the channel, too; `root` is what it replies to."""
        return self.subtype == BROADCAST

    @property
    def in_thread_only(self) -> bool:
        """Whether it is a reply that the channel itself does not show."""
        return self.thread_ts not in {None, self.ts} and not self.broadcast

    @property
    def gone(self) -> bool:
        """Whether it was deleted and stands only for the thread under it."""
        return self.subtype == TOMBSTONE

    @property
    def replies(self) -> list["Message"]:
        """The thread under this message, oldest first."""
        return list(self.thread)

    def buttons(self) -> list[str]:
        """The words on the buttons."""
        return buttons_of(self.blocks)

    @property
    def plain(self) -> str:
        """All visible text: the top-level text, then the blocks'."""
        return "\n".join(part for part in (self.text, plain_of(self.blocks), plain_of(self.attachments)) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """A link at the top of a channel."""

    id: str
    channel: str
    title: str
    link: str = ""
    type: str = "link"
    emoji: str = ""
    created: int = 0


@dataclass(slots=True, kw_only=True)
class Channel:
    """A public or private channel, or a direct message (`im_with` says whose)."""

    id: str
    name: str
    creator: str
    created: int
    private: bool = False
    archived: bool = False
    topic: str = ""
    purpose: str = ""
    im_with: tuple[str, ...] = ()
    members: list[str] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)
    pinned: dict[str, tuple[str, int]] = field(default_factory=dict)
    bookmarks: list[Bookmark] = field(default_factory=list)
    log: dict[str, Message] = field(default_factory=dict, repr=False)
    last_stamp: int = 0

    @property
    def kind(self) -> str:
        """`im`, `group` (private) or `channel`, as in events' `channel_type`."""
        if self.im_with:
            return "im"
        return "group" if self.private else "channel"

    @property
    def messages(self) -> list[Message]:
        """The top level, oldest first; replies are in their threads."""
        return [message for message in self.log.values() if not message.in_thread_only]

    def thread(self, ts: str) -> list[Message]:
        """The replies under the message `ts`, oldest first."""
        return self.log[ts].replies if ts in self.log else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something the people watching should look at again; `kind` as in the page's event stream."""

    kind: str
    detail: Mapping[str, object] = field(default_factory=dict)
