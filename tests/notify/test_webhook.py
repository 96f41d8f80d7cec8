"""Webhooks over real HTTP: a challenge answered, trouble tried again and given up, and no way into a private net."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.effects import Outgoing, Refused, Sent
from bot.domain.webhook import PostToWebhook
from bot.notify.webhook import Inside, OutsideOnly, opened_webhooks
from bot.services.ports import Claimed, RetryLater
from bot.services.subscribers import ANSWERED
from tests.domain.lives import NOW
from tests.fakes.receiver import Receiver


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = await Receiver().start()
    yield receiver
    await receiver.stop()


def claimed(url: str, attempts: int = 1, challenge: str = "") -> Claimed:
    effect = PostToWebhook(subscriber="token", url=url, body='{"challenge": "c-123"}', challenge=challenge)
    return Claimed(
        outgoing=Outgoing(id="subscriber:token:tell:1:2", stream="subscriber:token", effect=effect),
        fence=1,
        attempts=attempts,
        unknown=False,
        first_sent_at=None,
        lease_until=NOW + timedelta(hours=1),
    )


async def test_what_is_taken_is_sent_and_only_an_answered_challenge_says_so(receiver: Receiver) -> None:
    async with opened_webhooks(local=True) as webhooks:
        assert await webhooks.perform(claimed(receiver.url)) == Sent()
        assert await webhooks.perform(claimed(receiver.url, challenge="c-123")) == Sent(facts=(ANSWERED,))
        receiver.echoes = False
        assert await webhooks.perform(claimed(receiver.url, challenge="c-123")) == Sent()
    assert receiver.taken == [{"challenge": "c-123"}] * 3
    assert len({each["Idempotency-Key"] for each in receiver.headers}) == 1
    assert not [each for each in receiver.headers if "tell" in str(each)], "no header tells an incident's number"


@pytest.mark.parametrize("status", [301, 307, 404, 500])
async def test_what_fails_is_tried_again_ever_later_and_then_given_up(receiver: Receiver, status: int) -> None:
    receiver.status = status
    async with opened_webhooks(local=True) as webhooks:
        pauses = []
        for attempts in range(1, 5):
            with pytest.raises(RetryLater) as later:
                await webhooks.perform(claimed(receiver.url, attempts))
            pauses.append(later.value.seconds)
        assert pauses == [5, 30, 120, 600]
        ended = await webhooks.perform(claimed(receiver.url, 5))
        assert ended == Refused(error=str(status), remedy="It did not take it, tried 5 times.")
    assert len(receiver.taken) == 5, "nobody is followed elsewhere"


async def test_one_that_is_gone_is_believed_at_once_and_one_that_is_down_is_not(receiver: Receiver) -> None:
    receiver.status = 410
    async with opened_webhooks(local=True) as webhooks:
        assert isinstance(await webhooks.perform(claimed(receiver.url)), Refused)
        await receiver.stop()
        with pytest.raises(RetryLater):
            await webhooks.perform(claimed(receiver.url))


async def test_a_name_that_leads_to_this_machine_is_not_posted_to(receiver: Receiver) -> None:
    resolver = OutsideOnly()
    with pytest.raises(Inside, match="private network"):
        await resolver.resolve("localhost", receiver.port)
    await resolver.close()
    async with opened_webhooks(local=False) as webhooks:
        for inside in (f"https://127.0.0.1.nip.localhost:{receiver.port}/", f"https://127.0.0.1:{receiver.port}/"):
            refused = await webhooks.perform(claimed(inside))
            assert isinstance(refused, Refused)
            assert refused.error == "bad address"
        decimal = await webhooks.perform(claimed(f"https://0x7f.0.0.0x1:{receiver.port}/"))
        assert decimal == Refused(error="private address", remedy="It leads into a private network.")
    assert receiver.taken == []
