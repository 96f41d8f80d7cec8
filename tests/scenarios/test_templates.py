"""Words of one's own: a team's templates, what is said when they cannot be used, and who has reviewed them."""

from io import StringIO
from pathlib import Path

import pytest

from bot.cli import check, templates
from tests.scenarios.test_updates import led_by_maya
from tests.scenarios.world import COMPANY, NIGHT, World, world

OWN = """\
---
reviewed_by: Jo of Legal
reviewed_on: 2026-11-01
---
Acme says: {{ customers_see | sentence }} {% if next_at %}Next word by {{ next_at | clock }}.{% endif %}
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


def ran(command: object, file: Path) -> tuple[int, str]:
    out = StringIO()
    run = templates.run if command is templates else check.run
    return run([str(file)], {}, NIGHT, out), out.getvalue()


def test_every_template_can_be_looked_at_before_it_counts(tmp_path: Path) -> None:
    file, words = tmp_path / "directory.yml", tmp_path / "words"
    file.write_text(COMPANY.read_text(encoding="utf-8"), encoding="utf-8")
    code, said = ran(templates, file)
    assert (code, said.splitlines()[-1]) == (0, "15 templates, none of them broken.")
    assert "status_update/public/investigating.md.j2 · shipped · not reviewed: reviewed_by and" in said
    assert "    Investigating: Some customers cannot complete a purchase. This began at 01:47 EST." in said

    lines = file.read_text(encoding="utf-8").replace("workspace:\n", "workspace:\n  templates: words\n", 1)
    file.write_text(lines, encoding="utf-8")
    assert "warning: words: there is no such folder" in ran(check, file)[1]

    public = words / "status_update" / "public"
    public.mkdir(parents=True)
    (public / "investigating.md.j2").write_text(OWN, encoding="utf-8")
    (public / "nothing_new.md.j2").write_text("{% if false %}{{ customer_see }}{% endif %}Nothing", encoding="utf-8")
    (public / "identifed.md.j2").write_text("Nobody reads this", encoding="utf-8")
    (public / "resolved.md.j2").write_text("{{ ''.__class__.__mro__ }}", encoding="utf-8")
    (public / "monitoring.md.j2").symlink_to(file)
    (words / "summary.md.j2").write_text("{{ pain }} " * 200, encoding="utf-8")
    code, said = ran(templates, file)
    assert (code, said.splitlines()[-1]) == (1, "15 templates, 3 of them broken.")
    assert "investigating.md.j2 · your own · reviewed by Jo of Legal on 2026-11-01\n    Acme says: Some" in said
    for fault in (
        'public/nothing_new.md.j2: there is no field "customer_see"; did you mean "customers_see"?\n  The shipped',
        "public/resolved.md.j2: access to attribute '__class__'",
        "public/monitoring.md.j2: status_update/public/monitoring.md.j2 is a link that leads out of its folder",
    ):
        assert fault in said
    assert (
        "identifed.md.j2: no template is called so, and nothing uses it; did you mean status_update/public/ident"
        in said
    )
    assert "people:" not in said, "what lies outside the folder is not read"

    code, said = ran(check, file)
    assert code == 0, "the shipped words are used, and incidents go on"
    assert 'warning: words/status_update/public/nothing_new.md.j2: there is no field "customer_see"' in said
    assert "warning: summary.md.j2: 5,999 characters for the sample; Slack shows 3,000 in a piece" in said


@pytest.mark.parametrize("folder", ["/etc", "../words", "words/../..", "~/words", ""])
def test_the_folder_of_templates_stands_beside_the_directory_file(tmp_path: Path, folder: str) -> None:
    file = tmp_path / "directory.yml"
    file.write_text(
        COMPANY.read_text(encoding="utf-8").replace("workspace:", f"workspace:\n  templates: '{folder}'", 1)
    )
    code, said = ran(check, file)
    assert code == 1
    assert "workspace.templates" in said


async def test_support_has_words_for_known_customers_and_executives_a_holding_statement(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here["ana"].command("/incident declare sev3 checkout Globex cannot pay", channel="general")
        await here.settled()
        told = [m for m in (await here.stakeholders()).messages if "For support: to a customer" in m.plain]
        assert len(told) == 1
        assert (
            "we know of a problem that you may be seeing: Some customers cannot complete a purchase." in told[0].plain
        )
        assert "Globex" not in told[0].plain, "a customer reads of no other"
        assert "rich_text_preformatted" in str(told[0].blocks)

        first = next(m for m in reversed((await here.war_room()).messages) if "Holding statement" in m.buttons())
        await here["ana"].click(first, "Holding statement")
        view = here["ana"].view
        assert view is not None
        assert "We are aware of a problem: Some customers cannot complete a purchase." in view.plain
        assert "Nothing was sent" in view.plain

        await here["maya"].command("/incident declare sev1 checkout Cards are declined", channel="general")
        await here.settled()
        assert not [m for m in (await here.stakeholders(2)).messages if "For support" in m.plain], "the public is told"
        worse = next(m for m in reversed((await here.war_room(2)).messages) if "Holding statement" in m.buttons())
        await here["eve"].click(worse, "Holding statement")
        assert here["eve"].view is None
        assert any("is for its responders. Nothing was shown" in note.plain for note in here["eve"].ephemerals())
