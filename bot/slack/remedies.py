"""What a person can do about Slack's permanent refusals: one sentence for each code that is worth one."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.effects import Refused
from bot.slack.answers import text_at
from bot.slack.api import Rejected

TOKEN: Final = "Put a valid bot token in SLACK_BOT_TOKEN (Install App in the app's settings) and restart."  # noqa: S105
ADMIN: Final = "Ask a workspace admin to allow it for this app."
REMEDIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "channel_not_found": "The channel is gone, or private without Tocsin in it: invite Tocsin, or name another.",
        "not_in_channel": "Tocsin is not in that channel: invite it there.",
        "is_archived": "The channel is archived: bring it back in Slack if it is still needed.",
        "restricted_action": f"The workspace does not let Tocsin do that. {ADMIN}",
        "restricted_action_read_only_channel": "Only some people may post there: let Tocsin post, or name another.",
        "restricted_action_thread_only_channel": "Only replies are allowed there: let Tocsin post, or name another.",
        "restricted_action_non_threadable_channel": "Replies are not allowed in that channel.",
        "name_taken": "That name and five like it are taken: change channel_prefix in the directory file.",
        "invalid_auth": TOKEN,
        "not_authed": TOKEN,
        "account_inactive": f"Tocsin was removed from the workspace. {TOKEN}",
        "token_revoked": TOKEN,
        "token_expired": TOKEN,
        "ekm_access_denied": f"The workspace's key management stopped it. {ADMIN}",
        "access_denied": ADMIN,
        "no_permission": f"The workspace does not let Tocsin do that. {ADMIN}",
        "permission_denied": f"The workspace does not let Tocsin do that. {ADMIN}",
        "not_allowed_token_type": TOKEN,
        "messages_tab_disabled": "Turn on the Messages tab under App Home in the app's settings.",
        "users_not_found": "Nobody in Slack has that address: correct the e-mail in the directory file.",
        "user_not_found": "That person is not in this workspace: correct the directory file.",
        "user_disabled": "That person's Slack account is deactivated: correct the directory file.",
        "user_is_bot": "That is a bot, whom nobody can page: correct the directory file.",
        "cannot_dm_bot": "That is a bot, whom nobody can page: correct the directory file.",
        "user_not_visible": "Tocsin may not see that person: correct the directory file, or ask a workspace admin.",
        "too_many_bookmarks": "The channel has as many bookmarks as Slack allows: remove some.",
        "too_many_pins": "The channel has as many pins as Slack allows: remove some.",
        "cant_archive_required": "Slack does not let that channel be archived.",
        "msg_too_long": "That text is longer than Slack takes.",
        "invalid_blocks": "That is a fault of Tocsin's: the log says more.",
    }
)
UNNAMED: Final = "Look the code up in Slack's documentation, and see Tocsin's log."
NOT_REACHED: Final = (
    "Slack has no direct message for them: they are deactivated, or another workspace's. Correct the directory file."
)


def refusal(rejected: Rejected) -> Refused:
    """Say what Slack refused, and what a person can do about it."""
    if rejected.error == "missing_scope":
        return Refused(error="missing_scope", remedy=_missing(text_at(rejected.answer, "needed")))
    return Refused(error=rejected.error, remedy=REMEDIES.get(rejected.error, UNNAMED))


def not_reached(rejected: Rejected) -> Refused:
    """Say why a direct message could not be sent: a channel that is not found is then a person."""
    if rejected.error == "channel_not_found":
        return Refused(error=rejected.error, remedy=NOT_REACHED)
    return refusal(rejected)


def _missing(needed: str) -> str:
    named = f"the scope {needed}" if needed else "a scope"
    return f"The app lacks {named}: add it in the app's settings (or from manifest.yml) and install the app again."
