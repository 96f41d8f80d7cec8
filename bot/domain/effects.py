"""Effects as data: everything the bot wants done outside, saved with the state that wants it, safe to perform twice."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Literal

from bot.domain.alert_effects import RefreshAlert, ShowAlert
from bot.domain.bundle import RefreshBundle, SendBundle
from bot.domain.fallback import SendByFallback
from bot.domain.incident import RoomKind
from bot.domain.line import RewriteLine
from bot.domain.mail import SendMail
from bot.domain.prose import Button, Sentence, Who
from bot.domain.statuspage import PostToStatuspage
from bot.domain.synthetic import SyntheticPage
from bot.domain.update import Audience
from bot.domain.webhook import ToSubscribers


class Priority(IntEnum):
    """Who goes first when a limit is reached: pages, then warnings, then the rest; housekeeping last."""

    PAGE = 0
    URGENT = 1
    NORMAL = 2
    LOW = 3


class Card(StrEnum):
    """Messages that are rendered from the state when sent and edited as it changes."""

    WAR_ROOM = "war_room"
    STAKEHOLDERS = "stakeholders"
    ANNOUNCE = "announce"
    ROLES = "roles"
    DECLARED = "declared"
    FIRST_WORD = "first_word"
    COPY_BLOCK = "copy_block"
    GUIDE = "guide"
    REVIEW = "review"
    POSTMORTEM = "postmortem"
    TRIAGE = "triage"
    NOTICE = "notice"
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendPage:
    """Send one person their copy of a page, rendered from the page's state at that moment."""

    page: int
    ask: str
    kind: Literal["send_page"] = "send_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshPage:
    """Edit a copy that was sent so that it reads what is true now."""

    page: int
    ask: str
    kind: Literal["refresh_page"] = "refresh_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckMuted:
    """Ask Slack whether a person who was just paged has notifications paused."""

    page: int
    ask: str
    kind: Literal["check_muted"] = "check_muted"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellPerson:
    """Send a person a direct message with frozen words."""

    who: Who
    said: Sentence
    incident: int | None = None
    buttons: tuple[Button, ...] = ()
    kind: Literal["tell_person"] = "tell_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellRoom:
    """Post frozen words in a channel; `thread_of` is the outbox id of the message to reply under.

    With `channel` set it goes there whatever `room` says. An incident without its war room speaks where it was
    declared.
    """

    room: RoomKind
    said: Sentence
    incident: int | None = None
    channel: str | None = None
    buttons: tuple[Button, ...] = ()
    thread_of: str | None = None
    kind: Literal["tell_room"] = "tell_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostText:
    """Post text that was frozen when it was published, in a room or `to` one person; `to_copy` exactly as it is."""

    incident: int
    room: RoomKind
    title: str
    text: str
    audience: Audience | None = None
    next_at: datetime | None = None
    buttons: tuple[Button, ...] = ()
    thread_of: str | None = None
    to: Who | None = None
    to_copy: bool = False
    kind: Literal["post_text"] = "post_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCard:
    """Post a card, rendered from the state when it is sent.

    `key` tells cards of one kind apart (an update's number, a role); `to` is for cards that go to one person.
    """

    incident: int
    card: Card
    key: str = ""
    to: Who | None = None
    kind: Literal["show_card"] = "show_card"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshCard:
    """Edit a card that was posted; `of` is the outbox id of its ShowCard. Nothing happens if that was never sent."""

    incident: int
    card: Card
    of: str
    key: str = ""
    kind: Literal["refresh_card"] = "refresh_card"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoom:
    """Create the war room or the stakeholder channel."""

    incident: int
    room: RoomKind
    kind: Literal["open_room"] = "open_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTopic:
    """Make the war room's topic say severity, status and commander as they are when performed."""

    incident: int
    room: RoomKind
    kind: Literal["set_topic"] = "set_topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitePeople:
    """Invite people to a room, each refusal on its own."""

    incident: int
    room: RoomKind
    people: tuple[Who, ...]
    kind: Literal["invite_people"] = "invite_people"


@dataclass(frozen=True, slots=True, kw_only=True)
class PinCard:
    """Pin a room's card; `of` is the outbox id of its ShowCard."""

    incident: int
    room: RoomKind
    of: str
    kind: Literal["pin_card"] = "pin_card"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddBookmarks:
    """Bookmark the other channel, runbook, bridge and status page in a room."""

    incident: int
    room: RoomKind
    kind: Literal["add_bookmarks"] = "add_bookmarks"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRoom:
    """Archive a room, some days after the end."""

    incident: int
    room: RoomKind
    kind: Literal["archive_room"] = "archive_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnarchiveRoom:
    """Bring an archived room back for a reopened incident."""

    incident: int
    room: RoomKind
    kind: Literal["unarchive_room"] = "unarchive_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshHome:
    """Publish a person's App Home from the state as it is when performed."""

    user: str
    kind: Literal["refresh_home"] = "refresh_home"


Effect = (
    SendPage
    | RefreshPage
    | SendBundle
    | RefreshBundle
    | CheckMuted
    | TellPerson
    | TellRoom
    | PostText
    | ShowCard
    | RefreshCard
    | RewriteLine
    | ShowAlert
    | RefreshAlert
    | OpenRoom
    | SetTopic
    | InvitePeople
    | PinCard
    | AddBookmarks
    | ArchiveRoom
    | UnarchiveRoom
    | RefreshHome
    | PostToStatuspage
    | SendMail
    | SendByFallback
    | ToSubscribers
    | SyntheticPage
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """An effect on its way: a row of the outbox.

    `id` is deterministic, so that saving it twice saves it once, and is the idempotency key sent to Slack. Rows of one
    `stream` go in order; streams do not wait for each other; `after` names rows that must have ended (well or badly)
    first.
    Of rows that share `collapse` and are not yet sent, only the last is performed.
    """

    id: str
    stream: str
    effect: Effect
    priority: Priority = Priority.NORMAL
    after: tuple[str, ...] = ()
    not_before: datetime | None = None
    expires_at: datetime | None = None
    collapse: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Done: `channel` and `ts` say where a message stands, `facts` what else was learnt (a channel's id, a mute)."""

    channel: str = ""
    ts: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Slack, or the mail server, said no for good. `error` is its code, `remedy` what a person can do about it."""

    error: str
    remedy: str


Receipt = Sent | Refused
