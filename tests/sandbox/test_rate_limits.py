"""Slack's limits as an app meets them: a burst, then one message a second; a minute's calls of a method."""

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.rate_limits import CHANNEL_BURST, TIER_OF, TIERS, RateLimits, per_minute
from bot.sandbox.server import LocalSlack
from bot.sandbox.webapi.dispatch import METHODS
from bot.slack.limits import BUDGETS
from tests.sandbox.test_fidelity import Hand
from tests.sandbox.tiny_app import MANIFEST


async def test_a_channel_takes_a_burst_and_then_one_message_a_second() -> None:
    hand = Hand(1_700_000_000.0)
    slack = await LocalSlack.start(manifest=MANIFEST, now=hand)
    slack.web_api.limits.on = True
    maya = slack.add_person("maya")
    rooms = [slack.add_channel(name, members=[maya], with_bot=True) for name in ("room", "other")]
    async with ClientSession() as session:
        client = AsyncWebClient(slack.bot_token, base_url=f"{slack.url}/api/", session=session, retry_handlers=[])
        for number in range(CHANNEL_BURST):
            await client.chat_postMessage(channel=rooms[0], text=str(number))
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel=rooms[0], text="too soon")
        assert (refused.value.response.status_code, refused.value.response["error"]) == (429, "ratelimited")
        assert refused.value.response.headers["Retry-After"] == "1"
        await client.chat_postMessage(channel=rooms[1], text="another channel is free")
        await client.auth_test()
        hand.seconds += 1
        await client.chat_postMessage(channel=rooms[0], text="a second later")
    assert [message.text for message in slack.channel("room").messages][-2:] == ["5", "a second later"]
    assert not slack.unexpected
    await slack.stop()


@pytest.mark.parametrize("method", ["conversations.create", "conversations.invite", "users.info", "auth.test"])
def test_a_method_takes_its_minute_at_once_and_then_its_rate(method: str) -> None:
    hand = Hand(0.0)
    limits = RateLimits(clock=hand, on=True)
    calls = int(per_minute(method))
    assert [limits.retry_after(method, {}) for _ in range(calls)] == [0] * calls
    wait = limits.retry_after(method, {})
    assert wait >= 60 / calls
    hand.seconds += wait
    assert limits.retry_after(method, {}) == 0
    hand.seconds += 3600
    assert [limits.retry_after(method, {}) for _ in range(calls + 1)].count(0) == calls


def test_the_tiers_speak_of_methods_that_are_there() -> None:
    assert set(TIER_OF) <= set(METHODS)
    assert {TIERS[tier] for tier in TIER_OF.values()} <= {1, 20, 50, 100}


def test_the_bot_asks_for_no_more_than_slack_allows() -> None:
    for method, allowance in BUDGETS.items():
        assert allowance.whole.burst <= per_minute(method), method
        assert allowance.whole.per_second <= per_minute(method) / 60, method
