"""Whoever is not in a private incident is answered as if it did not exist, whatever they type, press or send."""

import re
from collections.abc import Awaitable, Callable, Iterator

import pytest
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.declaring import Declare
from bot.domain.errors import ReasonNeeded, Refusal
from bot.services.incidents import declare
from bot.slack.asked import Asked, Reply
from bot.slack.buttons import BUTTONS
from bot.slack.commands import registry
from bot.slack.forms import Filled
from bot.slack.ids import Action, Block, ViewId
from bot.slack.meta import Meta
from bot.slack.mrkdwn import plain
from bot.slack.submissions import SUBMISSIONS
from bot.slack.views.parts import Message
from tests.domain.lives import EVE, MAYA, SAM
from tests.services.desks import Office, an_office

HEADLINE, PAIN = "Salaries leaked", "Staff cannot be paid"
THERE, MISSING = 1, 99
"""The private incident, whose page is 1 as well; and a number that neither an incident nor a page has."""
NUMBER = re.compile(rf"\b({THERE}|{MISSING})\b")
PLACES = {Action.DECLARE, Action.LIST, Action.ON_CALL, Action.OPEN_LINK}
"""Buttons that are about no incident."""
SHORT = ("show", "explain", "catchup", "summary", "resolve", "reopen")
LONG = (
    *("update", "no change", "escalate nobody comes", "page leon please", "role", "role commander", "role comms leon"),
    *("decide", "decide Roll back", "log It broke", "action Roll back", "action done 1", "impact", "impact 32% EU"),
    *("severity", "severity sev1", "severity nonsense", "status", "status monitoring", "status nonsense"),
)
TYPED = {
    Block.SEVERITY: "SEV1",
    Block.STATUS: "monitoring",
    Block.CUSTOMERS_SEE: "Nothing works",
    Block.TEXT: "Roll back",
    Block.WHY: "I want to",
    Block.ROLE: "commander",
    Block.PERSON: MAYA.user or "",
    Block.PERCENT: "3",
    Block.SUMMARY: "It is over",
    Block.REASON: "I want to",
}

Try = Callable[[Asked, int], Awaitable[Reply]]


def typed(line: str) -> Try:
    async def act(asked: Asked, number: int) -> Reply:
        word, _, rest = line.partition(" ")
        return await registry.answer(asked, f"{word} INC-{number} {rest}")

    return act


def in_the_channel(line: str) -> Try:
    async def act(asked: Asked, number: int) -> Reply:
        return await registry.answer(asked.about(number), line)

    return act


def pressed(action: Action, value: str) -> Try:
    async def act(asked: Asked, number: int) -> Reply:
        return await BUTTONS[action](asked, value.format(n=number))

    return act


def sent(form: ViewId) -> Try:
    async def act(asked: Asked, number: int) -> Reply:
        meta = Meta(incident=number, page=number, updates=(1,))
        values = {block.value: text for block, text in TYPED.items()}
        return await SUBMISSIONS[form](asked.about(number), Filled(values=values, meta=meta))

    return act


def everything() -> Iterator[tuple[str, Try]]:
    for line in (*SHORT, *LONG):
        yield f"typed {line}", typed(line)
        yield f"in its channel {line}", in_the_channel(line)
    for action in BUTTONS:
        for value in ("{n}", "{n}:1", "{n}:public", "{n}:comms") if action not in PLACES else ():
            yield f"pressed {action} {value}", pressed(action, value)
    for form in SUBMISSIONS:
        if form is not ViewId.DECLARE:
            yield f"sent {form}", sent(form)


def shown(reply: Reply) -> str:
    match reply:
        case View():
            return str(reply.to_dict())
        case Message():
            return str(reply.payload())
        case None:
            return "done"


async def told(office: Office, act: Try, number: int) -> str:
    """What Eve is told, with the numbers that she may have asked about made the same."""
    eve = Asked(
        desk=office.desk, client=AsyncWebClient(), by=EVE, delivery=office.delivery(), reason="I want to", trigger="T"
    )
    try:
        said = shown(await act(eve, number))
    except ReasonNeeded as no:
        pytest.fail(f"an outsider was offered to do it anyway: {plain(no.said)}")
    except Refusal as no:
        said = plain(no.said)
    return NUMBER.sub("N", said)


async def test_a_private_incident_and_one_that_does_not_exist_are_answered_alike() -> None:
    async with an_office() as office:
        await declare(office.desk, Declare(by=SAM, journey="payroll", words=HEADLINE), delivery=office.delivery())
        before = await office.incident(THERE), await office.record(THERE)
        for name, act in everything():
            answer = await told(office, act, THERE)
            assert answer == await told(office, act, MISSING), name
            assert HEADLINE not in answer, name
            assert PAIN not in answer, name
            assert answer != "done", name
        assert (await office.incident(THERE), await office.record(THERE)) == before, "nothing was done either"
