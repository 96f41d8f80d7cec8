"""The directory file changes while incidents run: a good change is used at once, a bad one is told and not used."""

from pathlib import Path

from tests.scenarios.world import World, world

SMALL = """\
people:
  maya: {email: maya@acme.test, phone: "+1 555 0100"}
  leon: {email: leon@acme.test}
  dana: {email: dana@acme.test}
journeys:
  checkout: {pain: Customers cannot place orders, owner: maya, backup: leon, then: dana, first_action: Restart it}
"""


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


async def test_a_good_change_is_used_at_once_and_a_running_page_follows_its_snapshot(
    once: World, tmp_path: Path
) -> None:
    await once["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
    await once.settled()
    file = tmp_path / "directory.yml"
    changed = file.read_text(encoding="utf-8").replace("secondary: {members: [leon]", "secondary: {members: [sam]")
    file.write_text(changed, encoding="utf-8")
    once.bot.reload_soon()
    await once.slack.until(lambda: "sam" in str(once.bot.directory().schedules["checkout"]), why="the reload")

    await once.later(minutes=5, seconds=1)
    assert "Why you" in once.page_of(once["leon"]).plain, "the page that runs keeps its own policy"
    await once["ana"].command("/incident declare sev1 checkout Again", channel="general")
    await once.later(minutes=5, seconds=1)
    assert "Why you" in once.page_of(once["sam"]).plain
