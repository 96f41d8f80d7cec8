"""The directory file changes while incidents run: a good change is used at once, a bad one is told and not used."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.domain.lives import said
from tests.scenarios.world import World, world
from tests.size import DATABASES, address_of

SMALL = """\
people:
  maya: {email: maya@acme.test, phone: "+1 555 0100"}
  leon: {email: leon@acme.test}
  dana: {email: dana@acme.test}
journeys:
  checkout: {pain: Customers cannot place orders, owner: maya, backup: leon, then: dana, first_action: Restart it}
"""

CHANGES = (
    ('  leon: {name: Leon Brandt, email: leon@acme.test, phone: "+1 555 0101"}\n', ""),
    ('  dana: {name: Dana Cole, email: dana@acme.test, phone: "+1 555 0102"}\n', ""),
    ("    - {page: leon, wait: 5m}\n", ""),
    ("secondary: {members: [leon]", "secondary: {members: [sam]"),
    ("members: [leon, sam]", "members: [sam]"),
    ("backup: leon", "backup: maya"),
    ("manager: dana", "manager: sam"),
    ("managers: [dana]", "managers: [sam]"),
    ("{page: secondary, wait: 5m}", "{page: secondary, wait: 30m}"),
)
"""Two people have left, their places are others', and the waits are longer."""


@pytest.mark.parametrize("database", DATABASES)
async def test_whatever_is_changed_in_mid_escalation_the_page_follows_its_snapshot_and_the_deleted_are_passed_over(
    tmp_path: Path, database: str, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "28")
    record_property("on", database)
    postgres = address_of(database, request)
    async with world(tmp_path, postgres=postgres) as here:
        await here["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
        await here.settled()
        file = tmp_path / "directory.yml"
        file.write_text(changed(file.read_text(encoding="utf-8")), encoding="utf-8")
        here.bot.reload_soon()
        await here.slack.until(lambda: "leon" not in here.bot.directory().people, why="the file to be read again")
        here["dana"].user.deleted = True

        await here.later(minutes=5, seconds=1)
        assert "Why you" in here.page_of(here["leon"]).plain, "who was secondary when the page began"
        await here.later(minutes=5)
        assert "Why you" in here.page_of(here["vic"]).plain, "at once, since nobody can be sent the manager's page"
        assert not here["dana"].dms
        assert not here["sam"].dms, "nobody who took a place later is paged by this page"
        record = [said(event.said) for event in await here.bot.store.read(lambda tx: tx.timeline(1))]
        assert [line for line in record if line.startswith("Dana Cole could not be paged")], record
        assert any("could not be paged" in each.plain for each in (await here.war_room()).messages)

        await here["ana"].command("/incident declare sev1 checkout Again", channel="general")
        await here.later(minutes=5, seconds=1)
        assert "Why you" in here.page_of(here["sam"]).plain, "a page that begins later follows the file as it is now"
    record_property(
        "shown",
        f"{len(CHANGES)} changes of people, schedule, policy and waits in mid-escalation: the page kept to its own; "
        "for a deleted person the next tier at once, on record and in the war room; 0 lost, 0 doubled",
    )


def changed(text: str) -> str:
    """The company's file with every change, each of which says something."""
    for old, new in CHANGES:
        assert old in text
        text = text.replace(old, new)
    return text


async def test_the_small_teams_file_pages_owner_backup_then(tmp_path: Path) -> None:
    async with world(tmp_path, company=SMALL) as here:
        await here["ana"].command("/incident declare checkout Cards are declined", channel="general")
        await here.settled()
        assert "Restart it" in here.page_of(here["maya"]).plain
        await here.later(minutes=5, seconds=1)
        assert "Why you" in here.page_of(here["leon"]).plain
        await here.later(minutes=5)
        assert "Why you" in here.page_of(here["dana"]).plain


async def test_a_bad_change_keeps_the_old_file_and_says_so(once: World, tmp_path: Path) -> None:
    file = tmp_path / "directory.yml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("owner: sam", "owner: samm"), encoding="utf-8")
    once.bot.reload_soon()
    triage = once.slack.channel("alert-triage")
    await once.slack.until(lambda: any("samm" in m.plain for m in triage.messages), why="the refusal to be told")
    told = next(message.plain for message in triage.messages if "samm" in message.plain)
    assert 'journeys.invoices.owner: no team or person "samm"; did you mean "sam"?' in told
    assert "stays in use" in told

    await once["ana"].command("/incident declare sev2 invoices Invoices are late", channel="general")
    await once.settled()
    assert "Customers do not get their invoices" in once.page_of(once["sam"]).text
