"""While Slack takes its time: the page leaves before anything else is there, and every answer comes all the same.

Nothing here measures time: Slack's Web API answers nothing at all until the test lets it. tests/bench/ has the figures.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.page import PageState
from bot.sandbox.webapi.dispatch import Call
from tests.scenarios.world import HURRIED, World, world

CREATE = "conversations.create"
POST = "chat.postMessage"


@pytest.fixture(params=["socket", "http"])
async def here(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with world(tmp_path, mode=str(request.param), patience=HURRIED) as opened:
        yield opened


async def test_the_page_leaves_in_one_call_and_waits_for_no_answer(here: World) -> None:
    before = len(here.slack.calls())
    gate = here.slack.faults.hold("*")

    answer = await here["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.slack.until(lambda: paged(here, before), why="the page at Slack's door")

    assert not answer.ack.error
    assert not answered(here, before), "nothing had been answered when the page was there"
    asked = {call.method for call in here.slack.calls()[before:]}
    assert not asked & {"users.lookupByEmail", "users.info", "conversations.open"}, "the page needs one call"
    gate.open()
    await here.settled()
    assert len(here["maya"].dms) == 1


async def test_the_page_arrives_though_no_channel_is_ever_answered(here: World) -> None:
    gate = here.slack.faults.hold(CREATE)

    await here["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.slack.until(lambda: here["maya"].dms, why="the page")
    here.page_of(here["maya"])
    assert not [channel for channel in here.slack.channels if channel.name.startswith("inc-")]

    gate.open()
    await here.settled()


async def test_a_button_is_answered_while_slack_answers_nothing(here: World) -> None:
    await here["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.settled()
    gate = here.slack.faults.hold("*")
    before = len(here.slack.calls())

    answer = await here["maya"].click(here.page_of(here["maya"]), "Acknowledge")

    assert not answer.ack.error
    assert not answered(here, before)
    page = await here.bot.store.read(lambda tx: tx.page(1))
    assert page is not None
    assert page.state is PageState.ACKNOWLEDGED
    gate.open()
    await here.settled()
    assert "Acknowledge" not in here.page_of(here["maya"]).buttons()


async def test_a_form_is_answered_while_slack_answers_nothing(here: World) -> None:
    await here["ana"].command("/incident declare", channel="general")
    form = here["ana"].view
    assert form is not None
    await here["ana"].fill(form, {"What is happening": "Cards are declined"})
    await here["ana"].fill(form, {"Journey": "Checkout"})
    form = here["ana"].view
    assert form is not None
    gate = here.slack.faults.hold("*")
    before = len(here.slack.calls())

    submitted = await here["ana"].submit(form)

    assert not submitted.error
    assert not submitted.errors
    await here.slack.until(lambda: called(here, POST, before), why="the page at Slack's door")
    assert not answered(here, before)
    gate.open()
    await here.settled()
    assert len(here["maya"].dms) == 1


def called(here: World, method: str, before: int) -> bool:
    """Whether Slack has received a call of this method since."""
    return any(call.method == method for call in here.slack.calls()[before:])


def answered(here: World, before: int) -> list[Call]:
    """The calls since that Slack has answered."""
    return [call for call in here.slack.calls()[before:] if call.status]


def paged(here: World, before: int) -> bool:
    """Whether Slack has received Maya's page since."""
    calls = here.slack.calls()[before:]
    return any(call.method == POST and call.args.get("channel") == here["maya"].id for call in calls)
