"""A monitor knows first: its alerts open one incident for a journey, join it, and end on it."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scenarios.world import TOKEN, World, world
from tests.size import DATABASES, address_of

SAMPLES = Path(__file__).parent.parent / "web" / "samples"
FIRING = (SAMPLES / "01_page_firing_single_slo_burn.json").read_bytes()
RESOLVED = (SAMPLES / "05_page_resolved_single.json").read_bytes()
NO_JOURNEY = (SAMPLES / "06_ticket_firing_grouped_2_no_journey.json").read_bytes()
WRONG = ("", "wrong", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper())
TIMES = 100


def as_checkout(body: bytes) -> bytes:
    """The sample's journey, renamed to one of the company's."""
    return body.replace(b"buy-a-ticket", b"checkout")


LOST = as_checkout(FIRING)


async def test_an_incident_from_a_real_alertmanager_body(here: World) -> None:
    status, answer = await here.alert("alertmanager", as_checkout(FIRING))

    assert status < 300, answer
    assert "INC-1" in json.dumps(answer)
    await here.settled()
    maya = here["maya"]
    assert "Customers cannot place orders" in here.page_of(maya).text
    await maya.click(here.page_of(maya), "Acknowledge")
    await here.settled()
    messages = len((await here.war_room()).messages)

    status, answer = await here.alert("alertmanager", as_checkout(FIRING))
    await here.settled()
    assert status < 300
    assert len((await here.war_room()).messages) == messages, "a repeat is no new message"
    assert len(await here.bot.store.read(lambda tx: tx.open_incidents())) == 1

    status, answer = await here.alert("alertmanager", as_checkout(RESOLVED))
    await here.settled()
    assert status < 300
    assert any("resolved" in message.text for message in maya.dms[1:]), "the commander is told"


async def test_what_matches_nothing_goes_to_triage_and_pages_nobody(once: World) -> None:
    status, answer = await once.alert("alertmanager", NO_JOURNEY)
    await once.settled()

    assert status < 300
    assert "triaged" in json.dumps(answer)
    triage = once.slack.channel("alert-triage").messages
    assert any("TLS certificate for api.example.com" in message.plain for message in triage)
    assert not any(person.dms for person in once.people.values())


async def test_a_generic_alert_names_the_journey_and_the_wrong_ones_are_refused_usefully(once: World) -> None:
    status, _ = await once.alert("generic", {"journey": "sign-in", "summary": "Login errors above 5 %"})
    assert status < 300
    await once.settled()
    assert "Customers cannot sign in" in once.page_of(once["leon"]).text

    status, answer = await once.alert("generic", {"journey": "sign-in"})
    assert status == 400
    assert "summary" in json.dumps(answer)
    status, answer = await once.alert("generic", {"journey": "sign-in", "summary": "x"}, token="wrong")
    assert status == 401
    status, answer = await once.alert("pigeon", {})
    assert status == 404
    assert "alertmanager" in json.dumps(answer)


@pytest.mark.parametrize("database", DATABASES)
async def test_one_alert_a_hundred_times_is_one_page_and_with_a_wrong_token_nothing(
    tmp_path: Path, database: str, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "23")
    record_property("on", database)
    postgres = address_of(database, request)
    async with world(tmp_path, postgres=postgres) as here:
        refused = await asyncio.gather(*(here.alert("alertmanager", LOST, token=token) for token in WRONG))
        assert [status for status, _ in refused] == [401] * len(WRONG)
        assert await here.bot.store.read(lambda tx: tx.recent_incidents(1)) == ()

        answers = await asyncio.gather(*(here.alert("alertmanager", LOST) for _ in range(TIMES)))
        await here.settled()
        assert {status for status, _ in answers} == {200}
        (alert,) = await here.bot.store.read(lambda tx: tx.alerts_of(1))
        assert alert.seen == TIMES
        assert len(await here.bot.store.read(lambda tx: tx.recent_incidents(9))) == 1
        assert len(here["maya"].dms) == 1
    record_property(
        "shown",
        f"{len(WRONG)} deliveries with a wrong token: 401, nothing taken in; one alert {TIMES} times at once: counted "
        f"{TIMES} times, 1 incident, 1 page, 0 doubled",
    )
