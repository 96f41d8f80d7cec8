"""Who carries an effect, and what it leaves behind: what is to be done when nobody knows if it was performed."""

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.domain.alert_effects import RefreshAlert, ShowAlert
from bot.domain.bundle import RefreshBundle, SendBundle
from bot.domain.effects import (
    AddBookmarks,
    ArchiveRoom,
    CheckMuted,
    Effect,
    InvitePeople,
    OpenRoom,
    PinCard,
    PostText,
    RefreshCard,
    RefreshHome,
    RefreshPage,
    SendPage,
    SetTopic,
    ShowCard,
    TellPerson,
    TellRoom,
    UnarchiveRoom,
)
from bot.domain.fallback import SendByFallback
from bot.domain.line import RewriteLine
from bot.domain.mail import SendMail
from bot.domain.statuspage import PostToStatuspage
from bot.domain.synthetic import SyntheticPage
from bot.domain.webhook import PostToWebhook, TellSubscribers


class Carrier(StrEnum):
    """Who carries effects; each has its own lane, so that none waits for another's server."""

    SLACK = "slack"
    MAIL = "mail"
    FALLBACK = "fallback"
    SUBSCRIBERS = "subscribers"


class Leaves(StrEnum):
    """What an effect leaves: a message or a channel (twice if performed twice), or only what it makes true."""

    MESSAGE = "message"
    CHANNEL = "channel"
    STATE = "state"


LEAVES: Final[Mapping[type[Effect], Leaves]] = MappingProxyType(
    {
        SendPage: Leaves.MESSAGE,
        SendBundle: Leaves.MESSAGE,
        TellPerson: Leaves.MESSAGE,
        TellRoom: Leaves.MESSAGE,
        PostText: Leaves.MESSAGE,
        ShowCard: Leaves.MESSAGE,
        ShowAlert: Leaves.MESSAGE,
        OpenRoom: Leaves.CHANNEL,
        RefreshPage: Leaves.STATE,
        RefreshBundle: Leaves.STATE,
        RewriteLine: Leaves.STATE,
        RefreshCard: Leaves.STATE,
        RefreshAlert: Leaves.STATE,
        RefreshHome: Leaves.STATE,
        CheckMuted: Leaves.STATE,
        SetTopic: Leaves.STATE,
        InvitePeople: Leaves.STATE,
        PinCard: Leaves.STATE,
        AddBookmarks: Leaves.STATE,
        ArchiveRoom: Leaves.STATE,
        UnarchiveRoom: Leaves.STATE,
        PostToStatuspage: Leaves.MESSAGE,
        SendMail: Leaves.STATE,  # one sent again has the same Message-ID, by which its reader's mailbox knows it
        SendByFallback: Leaves.STATE,  # what it leaves cannot be looked for, and twice is better than never
        TellSubscribers: Leaves.STATE,
        PostToWebhook: Leaves.STATE,  # one posted again has the same ids in it, by which its reader knows it
        SyntheticPage: Leaves.STATE,
    }
)


PAGES: Final = (SendPage, SendBundle)
"""What asks somebody for help by a message of Slack's."""
CARRIED: Final[Mapping[Carrier, tuple[str, ...]]] = MappingProxyType(
    {
        Carrier.MAIL: ("send_mail",),
        Carrier.FALLBACK: ("send_by_fallback",),
        Carrier.SUBSCRIBERS: ("tell_subscribers", "post_to_webhook"),
    }
)
"""The kinds of effects that a carrier has to itself; all others are in Slack's lane."""


def carrier_of(effect: Effect) -> Carrier:
    """Tell in whose lane an effect is."""
    return next((carrier for carrier, kinds in CARRIED.items() if effect.kind in kinds), Carrier.SLACK)


def is_page(effect: Effect) -> bool:
    """Tell whether an effect asks somebody for help by a message of Slack's, alone or with others."""
    return isinstance(effect, PAGES)


def kinds_that_leave(what: Leaves) -> tuple[str, ...]:
    """Give the `kind` of every effect that leaves this."""
    return tuple(kind_of(effect) for effect, leaves in LEAVES.items() if leaves is what)


def kind_of(effect: type[Effect]) -> str:
    """Give the `kind` of an effect by its type, as the outbox keeps it."""
    return next(str(field.default) for field in fields(effect) if field.name == "kind")
