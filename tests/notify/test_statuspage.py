"""Publishing on Statuspage, against a local one: what is sent, what is refused, and answers that are lost."""

import aiohttp
import pytest

from bot.domain.statuspage import StatuspageConnection
from bot.domain.update import OnStatuspage, Stage
from bot.notify.examining import examine_statuspage
from bot.notify.statuspage_api import Pace
from tests.fakes.statuspage import COMPONENTS, KEY, PAGE, local_statuspage
from tests.notify.statuspages import publisher

WORDS = "Card payments fail. This began at 02:17 EST."
GOOD = {"name": "Card payments fail", "status": "investigating", "body": "We are at work."}


async def test_the_first_word_opens_an_incident_later_ones_add_to_it_and_the_last_resolves_it() -> None:
    async with publisher() as here:
        await here.publish(WORDS)
        (there,) = here.there.incidents
        assert (there.name, there.status, there.impact) == ("Card payments fail", "investigating", "critical")
        assert here.there.components == {COMPONENTS[0]: "major_outage", COMPONENTS[1]: "operational"}
        assert "42" not in repr(there.metadata)
        await here.publish("Nothing new.", Stage.NOTHING_NEW)
        await here.publish("It is back.", Stage.MONITORING)
        assert here.there.components[COMPONENTS[0]] == "degraded_performance"
        await here.publish("It is over.", Stage.RESOLVED)
        assert here.there.components[COMPONENTS[0]] == "operational"
        said = ["investigating", "investigating", "monitoring", "resolved"]
        assert there.updates == list(zip(said, [WORDS, "Nothing new.", "It is back.", "It is over."], strict=True))
        assert here.there.notified == [there.id] * 4
        assert [each.split()[0] for each in here.there.calls] == ["POST", "PATCH", "PATCH", "PATCH"]
        standing = (await here.incident()).statuspage
        assert standing is not None
        assert (standing.id, standing.link, standing.over) == (there.id, f"https://stspg.io/{there.id}", True)

        await here.publish("It has returned.")
        assert [each.status for each in here.there.incidents] == ["resolved", "investigating"], "over is over"


async def test_without_notify_nobody_is_told_and_without_a_component_none_changes() -> None:
    async with publisher() as here:
        here.connected, here.component = StatuspageConnection(page=PAGE, notify=False), ""
        await here.publish(WORDS)
        assert len(here.there.incidents) == 1
        assert here.there.notified == []
        assert set(here.there.components.values()) == {"operational"}


@pytest.mark.parametrize("fault", ["503_stored", "reset_stored", "silence_stored", "unreadable"])
async def test_a_lost_answer_is_looked_up_and_nothing_is_there_twice(fault: str) -> None:
    async with publisher(patience=0.3) as here:
        here.there.faults.append(fault)
        await here.publish(WORDS)
        assert (await here.told(1)).statuspage is OnStatuspage.SENT, "nobody knows yet"
        await here.run(3)
        assert (await here.told(1)).statuspage is OnStatuspage.ACCEPTED
        here.there.faults.append(fault)
        await here.publish("It is over.", Stage.RESOLVED)
        await here.run(40)
        assert (await here.told(2)).statuspage is OnStatuspage.ACCEPTED
        assert [[body for _, body in each.updates] for each in here.there.incidents] == [[WORDS, "It is over."]]


async def test_an_incident_that_lands_late_is_deleted_when_it_is_looked_at_again() -> None:
    async with publisher(patience=0.3) as here:
        here.there.faults.append("silence")
        await here.publish(WORDS)
        await here.run(3)
        assert len(here.there.incidents) == 1, "it was not there, so it was sent again"
        here.there.land()
        assert len(here.there.incidents) == 2
        await here.publish("It is back.", Stage.MONITORING)
        await here.run(40)
        (there,) = here.there.incidents
        assert [body for _, body in there.updates] == [WORDS, "It is back."]


async def test_a_process_that_died_before_it_noted_the_answer_finds_what_it_sent() -> None:
    async with publisher() as here:
        await here.die_after_sending(WORDS)
        assert len(here.there.incidents) == 1
        assert (await here.told(1)).statuspage is OnStatuspage.SENT
        await here.run(31)
        assert (await here.told(1)).statuspage is OnStatuspage.ACCEPTED
        assert len(here.there.incidents) == 1


async def test_what_is_over_at_once_is_found_again_too() -> None:
    async with publisher() as here:
        here.there.faults.append("503_stored")
        await here.publish("It is over.", Stage.RESOLVED)
        await here.run(3)
        assert len(here.there.incidents) == 1
        assert (await here.told(1)).published_at is not None


@pytest.mark.parametrize(("fault", "seconds"), [("503", 3), ("420", 8)])
async def test_what_was_not_stored_is_sent_again_when_it_may_be(fault: str, seconds: float) -> None:
    async with publisher() as here:
        here.there.faults.append(fault)
        await here.publish(WORDS)
        assert here.there.incidents == []
        before = len(here.there.calls)
        await here.run(1)
        assert len(here.there.calls) == before
        await here.run(seconds - 1)
        assert len(here.there.incidents) == 1
        assert (await here.told(1)).published_at is not None


def test_it_never_asks_more_often_than_it_may() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    assert [pace.take() for _ in range(51)] == [0.0] * 50 + [60.0]
    now = 60.0
    assert pace.take() == 0.0
    pace.block(7)
    assert pace.take() == 7.0


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("401", "It answered 401: told to answer 401. It does not know the API key"),
        ("403", "they need the role Incident manager on this page"),
        ("no key", "STATUSPAGE_API_KEY is not set"),
        ("too long", "It takes 25,000 characters"),
        ("no page", "It answered 404: Page not found. It has no such page"),
        ("no component", "It answered 422: Component nosuchone could not be found."),
    ],
)
async def test_a_refusal_says_why_and_is_for_good(fault: str, said: str) -> None:
    async with publisher(key=None if fault == "no key" else KEY) as here:
        here.there.faults.extend([fault] if fault.isdigit() else [])
        here.connected = StatuspageConnection(page="nosuchpage" if fault == "no page" else PAGE)
        here.component = "nosuchone" if fault == "no component" else ""
        await here.publish("x" * 25_001 if fault == "too long" else WORDS)
        await here.run(3)
        told = await here.told(1)
        assert (told.statuspage, told.published_at) == (OnStatuspage.REFUSED, None)
        assert said in told.refusal
        assert len(here.there.calls) <= 1
        assert KEY not in told.refusal


async def test_an_incident_that_was_removed_there_is_not_opened_again() -> None:
    async with publisher() as here:
        await here.publish(WORDS)
        here.there.incidents.clear()
        for number in (2, 3):
            await here.publish("It is back.", Stage.MONITORING)
            assert "the incident was removed there" in (await here.told(number)).refusal
        assert here.there.incidents == []


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        (201, {}),
        (422, {"name": " "}),
        (422, {"name": "x" * 256}),
        (422, {"body": "x" * 25_001}),
        (422, {"status": "mitigating"}),
        (422, {"impact_override": "bad"}),
        (422, {"components": {"nosuchone": "operational"}}),
        (422, {"components": {COMPONENTS[0]: "down"}}),
        (422, {"component_ids": ["nosuchone"]}),
        (422, {"metadata": {"ours": "a string"}}),
        (422, {"deliver_notifications": "t"}),
    ],
)
async def test_the_stand_in_checks_what_the_real_one_checks(status: int, wrong: dict[str, object]) -> None:
    async with local_statuspage(lambda: 0.0) as there, aiohttp.ClientSession() as http:
        url, headers = f"{there.url}pages/{PAGE}/incidents", {"Authorization": f"OAuth {KEY}"}
        async with http.post(url, json={"incident": {**GOOD, **wrong}}, headers=headers) as answer:
            assert answer.status == status
        async with http.post(url, json={"incident": GOOD}, headers={"Authorization": f"Bearer {KEY}"}) as answer:
            assert answer.status == 401
        async with http.post(url, json={}, headers=headers) as answer:
            assert answer.status == 400


async def test_the_stand_in_allows_sixty_requests_a_minute() -> None:
    now = 0.0
    async with local_statuspage(lambda: now) as there, aiohttp.ClientSession() as http:
        url, headers = f"{there.url}pages/{PAGE}/incidents/unresolved", {"Authorization": f"OAuth {KEY}"}
        for expected in [200] * 60 + [420]:
            async with http.get(url, headers=headers) as answer:
                assert answer.status == expected
        assert answer.headers["Retry-After"] == "10"
        now = 61.0
        async with http.get(url, headers=headers) as answer:
            assert answer.status == 200
        there.unexpected.clear()


@pytest.mark.parametrize(
    ("key", "page", "component", "said"),
    [
        (
            KEY,
            PAGE,
            COMPONENTS[0],
            "ok    Statuspage: the key is taken, and the page is there with 1 of the journeys",
        ),
        (
            KEY,
            PAGE,
            "nosuchone",
            "fail  Statuspage: journeys.a.statuspage_component: the page has no component",
        ),
        (KEY, "nosuchpage", COMPONENTS[0], "fail  Statuspage: It answered 404: Page not found."),
        ("wrong", PAGE, COMPONENTS[0], "fail  Statuspage: It answered 401: Could not authenticate."),
        (None, PAGE, COMPONENTS[0], "fail  Statuspage: STATUSPAGE_API_KEY is not set"),
        (KEY, None, COMPONENTS[0], "warn  Statuspage: STATUSPAGE_API_KEY is set, and the directory names no page."),
        (None, None, COMPONENTS[0], ""),
    ],
)
async def test_the_doctor_says_whether_publishing_would_work(
    key: str | None, page: str | None, component: str, said: str
) -> None:
    async with local_statuspage(lambda: 0.0) as there:
        connected = StatuspageConnection(page=page) if page else None
        named = {"journeys.a.statuspage_component": component}
        lines = [str(each) async for each in examine_statuspage(there.url, key, connected, named, lambda: 0.0)]
        assert "\n".join(lines).startswith(said)
        assert len(lines) == (1 if said else 0)
        assert there.incidents == []
