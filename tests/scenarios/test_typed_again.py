"""Slack said nothing in time, so it is typed again: the same words are one incident, whatever became of the first."""

import pytest

from bot.domain.declaring import TYPED_AGAIN
from tests.scenarios.world import World

LINE = "/incident declare sev1 checkout Cards are declined"


@pytest.mark.both_ways
async def test_the_same_words_of_the_same_person_are_the_same_incident(here: World) -> None:
    ana, maya = here["ana"], here["maya"]
    await ana.command(LINE, channel="general")
    again = await ana.command("/incident new SEV1 checkout  cards are  DECLINED", channel="general")
    assert "INC-1 was declared already" in again.text
    assert "Nothing new was declared" in again.text
    assert "say what is different" in again.text, "there is a way to declare another"
    assert "The channels are being opened" not in again.text
    await here.settled()
    assert len(maya.dms) == 1, "nobody is woken twice"

    await maya.click(here.page_of(maya), "Acknowledge")
    await here.settled()
    told = await ana.command(LINE, channel="general")
    assert f"<@{maya.id}> has acknowledged the page" in told.text, "what is said is true when it is said"


@pytest.mark.parametrize(
    "line",
    [
        "/incident declare sev1 checkout Cards are declined in Norway",
        "/incident declare sev2 checkout Cards are declined",
        "/incident declare private sev1 checkout Cards are declined",
    ],
)
async def test_what_is_different_in_any_way_is_another_incident(here: World, line: str) -> None:
    await here["ana"].command(LINE, channel="general")
    assert "INC-2 is declared" in (await here["ana"].command(line, channel="general")).text


async def test_the_same_words_of_somebody_else_are_another_incident(here: World) -> None:
    """They have seen something themselves, and read at once what else is open on the journey."""
    await here["ana"].command(LINE, channel="general")
    answer = await here["leon"].command(LINE, channel="general")
    assert "INC-2 is declared" in answer.text
    assert "Also open on this journey: INC-1" in answer.text


async def test_the_same_words_later_are_another_incident(here: World) -> None:
    ana = here["ana"]
    await ana.command(LINE, channel="general")
    await here.settled()
    await here.later(seconds=TYPED_AGAIN.total_seconds())
    assert "INC-2 is declared" in (await ana.command(LINE, channel="general")).text


async def test_a_form_that_is_filled_in_again_is_the_same_incident_too(here: World) -> None:
    ana = here["ana"]
    for _ in range(2):
        await ana.command("/incident declare sev2 the office is on fire", channel="general")
        form = ana.view
        assert form is not None
        assert not (await ana.submit(form)).errors
        await here.settled()
    assert (await here.incident()).number == 1
    assert len(here["vic"].dms) == 1, "nobody is woken twice"
    told = ana.view
    assert told is not None
    assert told.title == "Declared already"
    assert "INC-1 was declared already" in told.plain, "and whoever did it is told"
