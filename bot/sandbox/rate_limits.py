"""Slack's rate limits: so many calls of a method in a minute, and one message a second in a channel after a burst.

The tiers are Slack's: https://docs.slack.dev/apis/web-api/rate-limits. How large a burst may be is not published; here
a method takes its minute's calls at once, and a channel six messages.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.jsons import JsonObject, as_text

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
USUAL_TIER = 2
TIER_OF = {
    **dict.fromkeys(
        (
            *("chat.update", "chat.delete", "chat.scheduleMessage", "chat.deleteScheduledMessage"),
            *("chat.scheduledMessages.list", "users.lookupByEmail", "reactions.add", "reactions.get", "bookmarks.list"),
            *("conversations.invite", "conversations.join", "conversations.leave", "conversations.open"),
            *("conversations.info", "conversations.kick", "conversations.history", "conversations.replies"),
            *("team.info", "bots.info", "dnd.info", "users.conversations", "files.delete", "apps.connections.open"),
        ),
        3,
    ),
    **dict.fromkeys(
        (
            *("chat.postEphemeral", "views.open", "views.push", "views.update", "views.publish", "users.info"),
            *("conversations.members", "files.getUploadURLExternal", "files.completeUploadExternal", "files.info"),
            "api.test",
        ),
        4,
    ),
}
SPECIAL = {"chat.postMessage": 300, "chat.getPermalink": 300, "auth.test": 600}
"""Methods outside the tiers, in calls a minute: "several hundred"."""
CHANNEL_BURST = 6
CHANNEL_RATE = 1.0
MINUTE = 60.0


@dataclass(slots=True, kw_only=True)
class Bucket:
    """Calls that may still be made, refilled at a rate (calls a second)."""

    size: float
    rate: float
    level: float
    at: float

    def missing(self, now: float) -> float:
        """Seconds until a call may be made; 0: now."""
        self.level = min(self.size, self.level + max(0.0, now - self.at) * self.rate)
        self.at = max(now, self.at)
        return max(0.0, (1 - self.level) / self.rate)


@dataclass(slots=True, kw_only=True)
class RateLimits:
    """The buckets of one app in one workspace; `clock` gives seconds. Switched off nothing is counted."""

    clock: Callable[[], float]
    on: bool = False
    _buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)

    def retry_after(self, method: str, args: JsonObject) -> int:
        """Count a call: 0 when it may be made, else the whole seconds after which to try again."""
        if not self.on:
            return 0
        now = self.clock()
        size = per_minute(method)
        buckets = [self._bucket((method, ""), size, size / MINUTE, now)]
        if method == "chat.postMessage":
            buckets.append(self._bucket((method, as_text(args.get("channel"))), CHANNEL_BURST, CHANNEL_RATE, now))
        longest = max(bucket.missing(now) for bucket in buckets)
        if longest > 0:
            return max(1, math.ceil(longest))
        for bucket in buckets:
            bucket.level -= 1
        return 0

    def _bucket(self, key: tuple[str, str], size: float, rate: float, now: float) -> Bucket:
        return self._buckets.setdefault(key, Bucket(size=size, rate=rate, level=size, at=now))


def per_minute(method: str) -> float:
    """Calls of a method in a minute."""
    return SPECIAL.get(method) or TIERS[TIER_OF.get(method, USUAL_TIER)]
