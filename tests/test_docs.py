"""The README and the docs say what the code does; where they do not, these tests fail."""

import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import SecretStr

from app import USAGE
from bot.directory.file import parse
from bot.domain.update import Audience, Stage
from bot.domain.wording import Wording, context, prefilled
from bot.sandbox.acts import VERBS
from bot.sandbox.backstage import MOODS
from bot.sandbox.manifest import read_manifest
from bot.sandbox.server import LocalSlack
from bot.settings import Settings
from bot.slack.commands.registry import COMMANDS
from bot.web.app import WebPorts, web_app
from tests.domain.lives import NOW, an_incident

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {page.name: page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md")}
FOR_TESTS = {"CLOCK_OFFSET_FILE", "CLOCK_WRONG_BY", "CRASH_FILE", "LIMITS_TIMES"}
FIVE = timedelta(minutes=5)
MANIFEST = read_manifest(ROOT / "manifest.yml")


def first_cells(text: str, heading: str) -> list[str]:
    """The code words in the first column of the first table below a heading."""
    part = text.split(f"{heading}\n", 1)[1]
    rows: list[str] = []
    for line in part.splitlines():
        if line.startswith("|"):
            rows.append(line.split("|")[1].strip())
        elif rows:
            break
    return [row.strip("`") for row in rows if row.startswith("`")]


async def _nothing(*_given: object) -> NoReturn:
    raise AssertionError("nothing is asked of the endpoints here")


def test_the_readme_lists_every_subcommand_and_no_other() -> None:
    named = first_cells(README, "## Commands")
    assert sorted(named[1:] if named[0] == "/incident …" else named) == sorted(each.name for each in COMMANDS)


def test_the_readme_lists_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| ?([^|]*?) ?\|", README, re.MULTILINE)
    assert {name for name, _ in rows} == set(Settings.model_fields) - FOR_TESTS
    for name, default in rows:
        known = Settings.model_fields[name].default
        if default == "required":
            assert Settings.model_fields[name].is_required()
        else:
            plain = known.get_secret_value() if isinstance(known, SecretStr) else known
            assert default.strip("`") == ("" if plain is None else str(plain)), name
    assert all(name in README for name in FOR_TESTS)


def test_the_readmes_directory_file_is_complete_without_a_warning() -> None:
    example = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert example
    assert len(example[1].splitlines()) <= 10
    now = datetime(2026, 11, 21, tzinfo=UTC)
    loaded = parse(example[1].encode(), "directory.yml", {}, now)
    assert loaded.warnings == ()
    tiers = loaded.directory.plan_for("checkout", now).tiers
    assert [(tier.person, tier.wait) for tier in tiers] == [(name, FIVE) for name in ("maya", "leon", "dana")]


def test_every_link_leads_somewhere() -> None:
    for name, text in {"README.md": README, **{f"docs/{page}": text for page, text in PAGES.items()}}.items():
        for target in re.findall(r"\]\(([^)#]+)", text):
            if "://" not in target:
                assert (ROOT / name).parent.joinpath(target).exists(), f"{name} links {target}"


def test_the_endpoints_are_those_of_the_app() -> None:
    documented = set(re.findall(r"`(?:GET|POST) (/[^`]*)`", PAGES["operating.md"]))
    app = web_app(
        WebPorts(take_in=_nothing, beat=_nothing, alive=tuple, ready=_nothing, figures=_nothing, clock=lambda: NOW)
    )
    served = {path for route in app.routes if isinstance(path := getattr(route, "path", None), str)}
    assert documented == served


def test_every_field_of_a_template_is_documented() -> None:
    incident = an_incident()
    wording = Wording(now=NOW, zone=ZoneInfo("America/New_York"), next_at=None, owner="Checkout")
    documented = set(first_cells(PAGES["updates.md"], "these fields and no others:"))
    assert documented == set(context(incident, prefilled(incident), wording))


def test_every_stage_and_audience_has_its_template() -> None:
    for audience in Audience:
        for stage in Stage:
            assert (ROOT / "templates" / "status_update" / audience / f"{stage}.md.j2").exists()
    assert set(first_cells(PAGES["updates.md"], "any of them.")) == set(Stage)


def test_every_scope_says_why() -> None:
    assert first_cells(PAGES["security.md"], "## Scopes") == list(MANIFEST.scopes)


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        word for text in (README, *PAGES.values()) for word in re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE)
    }
    assert {"sandbox", "test"} <= named <= targets


def test_the_readme_lists_every_command_of_the_command_line() -> None:
    documented = set(re.findall(r"^\| `(python app\.py[ a-z-]*)` ", README, re.MULTILINE))
    assert documented == {line.strip() for line in re.findall(r"(python app\.py[ a-z-]*?) {2}", USAGE)}


async def test_the_local_slacks_page_lists_its_control_interface_its_acts_and_its_moods() -> None:
    page = PAGES["local-slack.md"]
    slack = await LocalSlack.start(manifest=ROOT / "manifest.yml")
    application = web.Application()
    slack.control.add_routes(application)
    await slack.stop()
    served = {
        f"{route.method} {route.resource.canonical}"
        for route in application.router.routes()
        if route.resource is not None and route.method != "HEAD" and route.resource.canonical.startswith("/sandbox/")
    }
    assert set(re.findall(r"^\| `((?:GET|POST) /sandbox/[a-z_/]+)` ", page, re.MULTILINE)) == served
    acts = re.findall(r"^\| (`.*?`) \|", page.split("| `do` | needs |", 1)[1], re.MULTILINE)
    assert {verb for row in acts for verb in re.findall(r"`([a-z_]+)`", row)} == set(VERBS)
    moods = re.search(r"The moods are (.*)\.", page)
    assert moods
    assert set(re.findall(r"`([a-z]+)`", moods[1])) == set(MOODS)


def test_the_shortcuts_are_those_of_the_manifest() -> None:
    said = README.split("Messages have three shortcuts:", 1)[1].split("The Home tab", 1)[0]
    assert set(re.findall(r"\*([^*]+)\*", said)) == {each.name for each in MANIFEST.shortcuts}


def test_every_example_of_a_setting_is_a_setting() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE))
    of_compose = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yml").read_text(encoding="utf-8")))
    assert {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", *of_compose} <= names <= set(Settings.model_fields) | of_compose


def test_the_package_is_described_by_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["readme"] == "README.md"
    assert f"Python {project['requires-python'].removeprefix('>=')} or newer" in README


def test_what_the_readme_calls_missing_is_missing() -> None:
    """Whoever adds one of these puts the README and the docs right."""
    assert not [path for path in (ROOT / "bot" / "notify").glob("*.py") if path.stem in {"phone", "sms"}]
