"""The running parts that somebody who acts on this Slack touches, together."""

from dataclasses import dataclass, field

from bot.sandbox.clock import Clock
from bot.sandbox.delivery import Delivery
from bot.sandbox.jsons import JsonObject, as_text
from bot.sandbox.models import Channel
from bot.sandbox.notifier import Notifier
from bot.sandbox.response_urls import ResponseUrl, ResponseUrls
from bot.sandbox.sockets import Envelope
from bot.sandbox.triggers import Trigger, Triggers
from bot.sandbox.workspace import APP_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID, Workspace

VERIFICATION_TOKEN = "local-verification-token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unexpected:
    """Something that a correct app never does: where, Slack's error code, and why in words."""

    method: str
    error: str
    detail: str = ""
    args: JsonObject = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Stage:
    """A workspace with its clock, its triggers, its response URLs and its way to the app. `site` is its address."""

    workspace: Workspace
    clock: Clock
    triggers: Triggers
    response_urls: ResponseUrls
    delivery: Delivery
    changed: Notifier
    unexpected: list[Unexpected]
    site: str = ""
    strict: bool = True

    def complain(self, method: str, error: str, detail: str, args: JsonObject | None = None) -> None:
        """Record what a correct app never does, in strict mode."""
        if self.strict:
            self.unexpected.append(Unexpected(method=method, error=error, detail=detail, args=args or {}))

    def url_of(self, issued: ResponseUrl) -> str:
        """The address that the app posts to."""
        return f"{self.site}/response/{issued.id}"

    def identity(self, user_id: str) -> JsonObject:
        """The fields that every interaction carries: who, which team, which app."""
        user = self.workspace.users[user_id]
        return {
            "token": VERIFICATION_TOKEN,
            "api_app_id": APP_ID,
            "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM_ID},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def offer(self, event: JsonObject, channel: Channel | None) -> None:
        """Deliver an event if the app subscribed to it, may read it and is where it happened."""
        workspace = self.workspace
        wanted = _subscription(event)
        if wanted not in workspace.manifest.events:
            return
        if channel is not None and BOT_USER not in channel.members:
            return
        needed = _EVENT_SCOPES.get(wanted, ())
        if needed and not set(needed) & set(workspace.manifest.scopes):
            return
        bot = {
            "enterprise_id": None,
            "team_id": TEAM_ID,
            "user_id": BOT_USER,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        payload: JsonObject = {
            "token": VERIFICATION_TOKEN,
            "team_id": TEAM_ID,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": workspace.new_id("Ev"),
            "event_time": workspace.seconds(),
            "authorizations": [bot],
            "is_ext_shared_channel": False,
            "event_context": workspace.new_id("EC"),
        }
        self.delivery.tell(Envelope(kind="events_api", payload=payload))

    def trigger(self, user: str, from_view: str = "") -> Trigger:
        """A trigger for what `user` does now."""
        return self.triggers.issue(user, from_view)


_MESSAGE_KINDS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
_EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "app_mention": ("app_mentions:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "channel_archive": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_created": ("channels:read",),
    "group_archive": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "group_rename": ("groups:read",),
    "pin_added": ("pins:read",),
    "pin_removed": ("pins:read",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
}


def _subscription(event: JsonObject) -> str:
    kind = as_text(event.get("type"))
    return _MESSAGE_KINDS.get(as_text(event.get("channel_type")), "") if kind == "message" else kind
