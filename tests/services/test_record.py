"""Roles, the record and people, on a real store."""

from datetime import UTC, datetime

import pytest

from bot.domain.errors import ReasonNeeded, Refusal
from bot.domain.people import Contact
from bot.domain.prose import Who
from bot.domain.role import COMMANDER
from bot.services import incidents, people, record, roles
from bot.services.incidents import Declare
from bot.services.record import DecisionForm, ImpactForm
from tests.domain.lives import EVE, LEON, MAYA, SAM, said
from tests.services.desks import Office, an_office


async def begun(office: Office) -> None:
    await incidents.declare(office.desk, Declare(by=SAM, journey="checkout"), delivery=office.delivery())


async def test_anybody_takes_an_empty_role_but_a_held_one_needs_a_reason() -> None:
    async with an_office() as office:
        await begun(office)
        taken = await roles.take(office.desk, 1, "ic", EVE, delivery=office.delivery())
        assert taken.holder(COMMANDER) == EVE
        stranger = Who(name="pat", user="UPAT")
        with pytest.raises(ReasonNeeded):
            await roles.take(office.desk, 1, "ic", stranger, delivery=office.delivery())
        taken = await roles.take(office.desk, 1, "ic", stranger, delivery=office.delivery(), reason="Eve is asleep")
        assert taken.holder(COMMANDER) == stranger
        assert [term.who for term in taken.terms] == [EVE, stranger]


async def test_a_role_of_the_directory_is_given_like_any_other() -> None:
    async with an_office() as office:
        await begun(office)
        given = await roles.give(office.desk, 1, "Customer liaison", LEON, MAYA, delivery=office.delivery())
        assert given.holder("liaison") == LEON
        with pytest.raises(Refusal) as refused:
            await roles.give(office.desk, 1, "king", LEON, MAYA, delivery=office.delivery())
        assert "The roles are: Commander, Comms lead, Scribe, Customer liaison." in said(refused.value.said)


async def test_an_action_is_typed_in_ones_own_zone_with_its_owner() -> None:
    async with an_office() as office:
        await begun(office)
        line = "Roll back <@ULEON|leon> by 03:10"
        item = (await record.add_action_line(office.desk, 1, line, SAM, delivery=office.delivery())).actions[0]
        assert (item.text, item.owner) == ("Roll back", LEON)
        assert item.due == datetime(2026, 11, 18, 8, 10, tzinfo=UTC)


@pytest.mark.parametrize(("typed", "hint"), [("@layon", "did you mean"), ("@nobody-at-all", "Mention them")])
async def test_an_owner_nobody_knows_is_refused_and_nothing_is_recorded(typed: str, hint: str) -> None:
    async with an_office() as office:
        await begun(office)
        with pytest.raises(Refusal) as refused:
            await record.add_action_line(office.desk, 1, f"Roll back {typed}", SAM, delivery=office.delivery())
        assert hint in said(refused.value.said)
        assert (await office.incident(1)).actions == ()


async def test_a_double_press_records_once() -> None:
    async with an_office() as office:
        await begun(office)
        for _ in range(2):
            await record.decide(office.desk, 1, DecisionForm(text="Roll back"), MAYA, delivery="vs:7")
        assert len((await office.incident(1)).decisions) == 1


async def test_anybody_logs_but_impact_is_for_responders() -> None:
    async with an_office() as office:
        await begun(office)
        await record.log(office.desk, 1, "Support sees 40 tickets", EVE, delivery=office.delivery())
        with pytest.raises(ReasonNeeded):
            await record.report_impact(office.desk, 1, ImpactForm(percent=32), EVE, delivery=office.delivery())
        reported = await record.report_impact(office.desk, 1, ImpactForm(percent=32), MAYA, delivery=office.delivery())
        assert [each.percent for each in reported.impact] == [32]


class Workspace:
    """Members by address, as a workspace would answer."""

    def __init__(self, *members: Contact) -> None:
        self._members = members

    async def by_email(self, email: str) -> Contact | None:
        return next((member for member in self._members if member.email == email), None)

    async def by_id(self, user: str) -> Contact | None:
        return next((member for member in self._members if member.user == user), None)


async def test_people_are_matched_by_address_and_whoever_cannot_be_reached_is_named() -> None:
    async with an_office() as office:
        workspace = Workspace(
            Contact(user="UNEW", name="maya.new", email="maya@acme.test"),
            Contact(user="ULEON", name="leon", email="leon@acme.test", deleted=True),
        )
        matched = await people.sync(office.desk, workspace)
        assert matched.found == 2
        assert [warning.partition(":")[0] for warning in matched.warnings] == ["people.leon", "people.dana"]
        maya = await office.desk.store.read(lambda tx: tx.contact_of("maya"))
        assert maya is not None
        assert (maya.user, maya.phone) == ("UNEW", "+1 555 0100")


async def test_whoever_acts_is_matched_to_the_directory_and_stays_so() -> None:
    async with an_office() as office:
        first = await people.noted(office.desk, Contact(user="UDANA2", name="dana", email="Dana@acme.test"))
        assert first.person == "dana"
        later = await people.noted(office.desk, Contact(user="UDANA2", name="Dana Fox"))
        assert (later.person, later.name) == ("dana", "Dana Fox")
