"""Examining the Slack side: the tokens and their scopes, the clock, what the workspace lets the bot do, and its people.

Nothing is changed in the workspace unless a trial of the rooms is asked for.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.diagnosis import Diagnosis, broken, doubtful, well
from bot.services.ports import RetryLater, Unknown
from bot.slack.answers import NOTHING, Answer, answer_of, text_at
from bot.slack.api import Errand, Rejected, SlackApi, web_client
from bot.slack.channels import Channels, Found
from bot.slack.connection import Credentials
from bot.slack.examining_people import PeopleExamined
from bot.slack.limits import Limits
from bot.slack.remedies import ADMIN, refusal

CLOCK_APART: Final = 5.0
"""Seconds by which this machine's clock and Slack's may differ: a lost answer is looked for with this margin."""
CLOCK_REFUSED: Final = 300.0
"""Beyond these Slack's signed requests count as too old."""
INSTALL: Final = "Add it in the app's settings (or paste manifest.yml there), then install the app again."
ERRAND: Final = Errand(row="doctor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What is asked of Slack: the `scopes` needed, the `rooms` to be named like `prefix`, the channels used.

    `now` is this machine's time (aware); with `trial` a private channel is opened and archived.
    """

    scopes: Sequence[str]
    prefix: str
    channels: Mapping[str, str]
    people: PeopleExamined
    now: datetime
    trial: bool = False


async def examine_slack(credentials: Credentials, asked: Examined, limits: Limits) -> AsyncIterator[Diagnosis]:
    """Say how the Slack side stands, line by line; only the first where Slack cannot be spoken to at all."""
    async with web_client(credentials.bot_token, credentials.api_url) as client:
        try:
            response = await client.api_call("auth.test")
        except SlackApiError as refused:
            answer = answer_of(refused.response.data) or NOTHING
            error = text_at(answer, "error") or f"HTTP {refused.response.status_code}"
            yield broken("Slack", f"it refuses the bot's token ({error}).", refusal(Rejected(error)).remedy)
            return
        except (ClientError, TimeoutError, OSError, AttributeError) as lost:
            says = f"no answer from {credentials.api_url} ({type(lost).__name__})."
            yield broken("Slack", says, "Check SLACK_API_URL, and that this machine may reach it.")
            return
        found = answer_of(response.data) or NOTHING
        yield well("Slack", f"{text_at(found, 'team')} ({text_at(found, 'url')}), as @{text_at(found, 'user')}.")
        headers = {str(name).lower(): _first(value) for name, value in response.headers.items()}
        yield _scopes(headers.get("x-oauth-scopes", ""), asked.scopes)
        yield _clock(headers.get("date", ""), asked.now)
        yield await _door(credentials, client)
        api = SlackApi(client, limits)
        async for line in _workspace(api, asked, found):
            yield line


async def _workspace(api: SlackApi, asked: Examined, myself: Answer) -> AsyncIterator[Diagnosis]:
    try:
        channels = Channels(api, lambda: 0.0)
        ours = [channel async for channel in channels.ours(ERRAND)]
        yield await _rooms(api, asked, [each for each in ours if each.creator == text_at(myself, "user_id")])
        for line in _channels(asked.channels, ours):
            yield line
        async for line in asked.people.examined(api, asked.now):
            yield line
    except Rejected as rejected:
        yield broken("Slack", f"it refused a question ({rejected.error}).", refusal(rejected).remedy)
    except (RetryLater, Unknown) as trouble:
        yield doubtful("Slack", f"the examination was cut short: {trouble}.", "Run it again in a minute.")


def _scopes(granted: str, needed: Sequence[str]) -> Diagnosis:
    has = {scope.strip() for scope in granted.split(",") if scope.strip()}
    missing = [scope for scope in needed if scope not in has]
    more = sorted(has.difference(needed))
    if not has:
        return doubtful("scopes", "Slack did not say which the token has.", "Compare its scopes with manifest.yml.")
    if missing:
        return broken("scopes", f"the app lacks {', '.join(missing)}.", INSTALL)
    if more:
        return doubtful("scopes", f"all granted, and {', '.join(more)}, which Tocsin does not use.", "Take them back.")
    return well("scopes", f"all {len(needed)} that manifest.yml asks for are granted, and no more.")


def _clock(date: str, now: datetime) -> Diagnosis:
    try:
        theirs = parsedate_to_datetime(date).astimezone(UTC)
    except ValueError:
        return doubtful("clock", "Slack did not tell the time.", "Look that NTP sets this machine's clock.")
    apart = abs((now - theirs).total_seconds())
    if apart <= CLOCK_APART:
        return well("clock", f"within {CLOCK_APART:.0f} s of Slack's.")
    says = f"this machine's clock and Slack's are {apart:.0f} s apart."
    remedy = "Let NTP (chrony, systemd-timesyncd) set the clock."
    return (broken if apart >= CLOCK_REFUSED else doubtful)("clock", says, remedy)


async def _door(credentials: Credentials, client: AsyncWebClient) -> Diagnosis:
    if credentials.app_token is None:
        says = "signed HTTP; the signing secret is set, and only a request of Slack's can prove it."
        return well("events", f"{says} Slack must reach POST /slack/events.")
    try:
        await client.apps_connections_open(app_token=credentials.app_token)
    except SlackApiError as refused:
        error = text_at(answer_of(refused.response.data) or NOTHING, "error")
        says = f"Socket Mode cannot be opened ({error})."
        return broken("events", says, "Make an app-level token with connections:write and put it in SLACK_APP_TOKEN.")
    except (ClientError, TimeoutError, OSError) as lost:
        return doubtful("events", f"Socket Mode was not answered ({type(lost).__name__}).", "Run this again.")
    return well("events", "Socket Mode can be opened.")


async def _rooms(api: SlackApi, asked: Examined, opened: Sequence[Found]) -> Diagnosis:
    if asked.trial:
        return await _trial(api, f"{asked.prefix}-doctor-{asked.now:%Y%m%d-%H%M%S}")
    archived = next((each for each in opened if each.archived), None)
    if archived is not None:
        return well("rooms", f"Tocsin has opened and archived channels here, such as #{archived.name}.")
    says = f"Tocsin has opened #{opened[0].name} here" if opened else "Tocsin has opened no channel here yet"
    also = "archiving is not tried yet." if opened else "whether the workspace lets it is not tried."
    remedy = "`python app.py doctor --rooms` opens a private channel and archives it at once."
    return doubtful("rooms", f"{says}; {also}", remedy)


async def _trial(api: SlackApi, name: str) -> Diagnosis:
    try:
        made = await api.call("conversations.create", ERRAND, {"name": name, "is_private": True})
    except Rejected as rejected:
        return broken("rooms", f"Tocsin may not open channels ({rejected.error}).", ADMIN)
    try:
        await api.call("conversations.archive", ERRAND, {"channel": text_at(made, "channel", "id")})
    except Rejected as rejected:
        says = f"Tocsin opened #{name} and may not archive it ({rejected.error})."
        return doubtful("rooms", says, f"Archive it by hand. {ADMIN}")
    return well("rooms", f"Tocsin may open and archive channels: it did so with #{name}.")


def _channels(named: Mapping[str, str], ours: Sequence[Found]) -> list[Diagnosis]:
    """The channels that the directory names, by the field that names them."""
    there = {word for each in ours if not each.archived for word in (f"#{each.name}", each.id)}
    missing = [f"{field} ({channel})" for field, channel in named.items() if channel.lower() not in _lower(there)]
    if not missing:
        return [well("channels", f"Tocsin is in {', '.join(named.values())}.")] if named else []
    remedy = "It joins a public one when it first needs it; a private one needs `/invite @tocsin`."
    return [doubtful("channels", f"Tocsin is not in {', '.join(missing)}.", remedy)]


def _lower(words: set[str]) -> set[str]:
    return {word.lower() for word in words}


def _first(value: object) -> str:
    return str(value[0]) if isinstance(value, list) and value else str(value)
