"""How much a quiet incident says in its first hour, and that its duties all run."""

from datetime import timedelta

import pytest

from bot.domain.change import TimerKind
from bot.domain.effects import Outgoing, PostText, ShowCard, TellRoom
from bot.domain.incident import RoomKind
from bot.domain.outgoing import PLACED
from bot.services import incidents, paging
from bot.services.duties import DUTIES
from bot.services.incidents import Declare
from tests.domain.lives import MAYA, NOW, SAM
from tests.services.desks import Office, an_office


def room_of(row: Outgoing) -> RoomKind | None:
    """Where a row posts something new, threads and direct messages aside."""
    match row.effect:
        case TellRoom(room=room, thread_of=None) | PostText(room=room, thread_of=None):
            return room
        case ShowCard(card=card, to=None):
            return PLACED[card]
        case _:
            return None


async def play(office: Office, until: timedelta) -> list[Outgoing]:
    """Let every timer come due in turn until then; gives all that was sent."""
    sent = [claimed.outgoing for claimed in await office.everything_sent()]
    while due := await office.timers(NOW + until):
        await office.do_duty(due[0])
        sent += [claimed.outgoing for claimed in await office.everything_sent()]
    return sent


@pytest.mark.parametrize("severity", ["SEV1", "SEV2", "SEV3"])
async def test_the_first_hour_of_a_quiet_incident_is_quiet(severity: str) -> None:
    async with an_office() as office:
        asked = Declare(by=SAM, journey="checkout", words="Cards are declined", severity=severity)
        result = await incidents.declare(office.desk, asked, delivery=office.delivery())
        assert result.page is not None
        office.clock.advance(70)
        await paging.acknowledge(office.desk, result.page.id, 1, MAYA, "button", delivery=office.delivery())
        sent = await play(office, timedelta(hours=1))
        rooms = [room_of(row) for row in sent]
        assert rooms.count(RoomKind.WAR_ROOM) <= 12
        assert rooms.count(RoomKind.STAKEHOLDERS) <= 6


def test_every_kind_of_timer_has_its_duty() -> None:
    assert set(DUTIES) == set(TimerKind)
