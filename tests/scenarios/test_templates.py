"""Words of one's own: a team's templates, what is said when they cannot be used, and who has reviewed them."""

from pathlib import Path

import pytest

from tests.scenarios.test_updates import led_by_maya
from tests.scenarios.world import COMPANY, World, world

OWN = """\
---
reviewed_by: Jo of Legal
reviewed_on: 2026-11-01
---
Acme says: {{ customers_see | sentence }} Next word by {{ next_at | clock }}.
"""
UNUSABLE = "Your own template could not be used, so these are the shipped words"
UNREVIEWED = "Nobody has reviewed this template yet (reviewed_by and reviewed_on are not set)."


async def previewed(here: World) -> str:
    """What Maya's preview of an update says."""
    maya = here["maya"]
    await maya.command("/incident update", channel=(await here.war_room()).name)
    form = maya.view
    assert form is not None
    await maya.fill(form, {"What customers see": "Card payments fail"})
    done = await maya.submit(form)
    assert not done.errors, done.errors
    assert maya.view is not None
    return maya.view.plain


async def test_a_team_has_its_own_words_and_the_shipped_ones_where_those_are_broken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "words" / "status_update" / "public" / "investigating.md.j2"
    file.parent.mkdir(parents=True)
    file.write_text(OWN, encoding="utf-8")
    lines = "workspace:\n  templates: words\n  status_site: true\n  plain_words: {glitch: short interruption}\n"
    company = COMPANY.read_text(encoding="utf-8").replace("workspace:\n", lines, 1)
    async with world(tmp_path, company=company) as here:
        await led_by_maya(here)
        first = next(m for m in reversed((await here.war_room()).messages) if "Publish" in m.buttons())
        assert "Acme says: Some customers cannot complete a purchase." in first.plain
        assert "Publish puts it on the status site at once" in first.plain

        preview = await previewed(here)
        assert "Acme says: Card payments fail." in preview
        assert "reviewed" not in preview
        assert "Publish puts it on the status site at once" in preview

        file.write_text(OWN.replace("customers_see", "custmers_see").replace("Jo of Legal", ""), encoding="utf-8")
        preview = await previewed(here)
        assert "Investigating: Card payments fail. This began at 02:17 EST" in preview
        assert UNUSABLE in preview
        wrong = 'words/status_update/public/investigating.md.j2: there is no field "custmers_see"; did you mean'
        assert wrong in preview
        assert wrong in caplog.text

        file.write_text(OWN.replace("reviewed_on: 2026-11-01", "reviewed_on:"), encoding="utf-8")
        preview = await previewed(here)
        assert "Acme says: Card payments fail." in preview
        assert UNUSABLE not in preview
        assert "Nobody has reviewed this template yet (reviewed_on is not set)." in preview

        file.unlink()
        preview = await previewed(here)
        assert "Investigating: Card payments fail." in preview
        assert preview.count(UNREVIEWED) == 1
