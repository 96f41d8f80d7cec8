"""The pages below docs/ say what the code does; where they do not, these tests fail."""

import ast
import json
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import get_args

import pytest
from prometheus_client.parser import text_fd_to_metric_families
from pydantic import SecretStr
from pydantic_core import PydanticUndefined
from ruamel.yaml import YAML

from bot.domain.alert import Fate
from bot.domain.authority import ANYONE, Act
from bot.domain.indicator import OF_A_COMPONENT, indicator_of
from bot.domain.severity import BUILT_IN
from bot.domain.update import Audience
from bot.services.alerts import Outcome
from bot.services.attempt import Outcome as Attempted
from bot.services.figures import Invariant
from bot.settings import Settings
from bot.slack.api import OUTCOMES
from bot.text import Texts
from bot.web.metrics import Meters
from bot.web.sources import SOURCES, generic
from tests.fakes.clock import START
from tests.scenarios.world import world
from tests.web.doors import FIGURES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {page.name: page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md")}
HOUR = timedelta(hours=1)


def table(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without its first row and its rule."""
    part = text.split(f"{heading}\n", 1)[1]
    rows: list[list[str]] = []
    for line in part.splitlines():
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            break
    return rows[2:]


def words(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", text)


def firsts(text: str, heading: str) -> list[str]:
    return [words(row[0])[0] for row in table(text, heading)]


def fenced(text: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def test_the_fates_and_sources_of_alerts_are_documented() -> None:
    assert firsts(PAGES["alerts.md"], "of it:") == [fate.value for fate in Fate]
    assert set(firsts(PAGES["alerts.md"], "`ALERT_TOKENS`.")) == set(SOURCES)


def test_the_fields_of_a_generic_alert_are_documented() -> None:
    rows = {words(row[0])[0]: row[1] for row in table(PAGES["alerts.md"], "## `generic`")}
    assert list(rows) == list(generic.SentAlert.model_fields)
    for name, field in generic.SentAlert.model_fields.items():
        assert (rows[name] == "required") == field.is_required(), name
        if isinstance(field.default, str):
            assert rows[name] == f"`{field.default}`"
        assert field.default is not PydanticUndefined or rows[name] == "required"


def test_the_statuses_of_the_alert_door_are_documented() -> None:
    code = "".join((ROOT / "bot" / "web" / f"{name}.py").read_text(encoding="utf-8") for name in ("intake", "raw"))
    refused = set(re.findall(r"(?:NotTaken|BodyRefused)\((\d{3})", code))
    assert set(firsts(PAGES["alerts.md"], "## Status codes")) == refused | {"200"}


def test_alertmanagers_configuration_posts_to_its_source() -> None:
    (example,) = [each for each in fenced(README, "yaml") if "receivers" in each]
    (receiver,) = YAML(typ="safe").load(example)["receivers"]
    (hook,) = receiver["webhook_configs"]
    assert hook["url"].endswith("/alerts/alertmanager")
    assert hook["send_resolved"] is True
    assert hook["http_config"]["authorization"]["credentials"] == "TOKEN"


async def test_the_examples_of_alerts_do_what_is_said_and_readiness_has_its_checks(tmp_path: Path) -> None:
    sent = re.search(r"-d '(\{.*?\})'", README)
    assert sent
    by_hand, answer = (json.loads(each) for each in fenced(PAGES["alerts.md"], "json"))
    async with world(tmp_path) as here:
        declared, attached = [await here.alert("generic", body) for body in (by_hand, json.loads(sent[1]))]
        incident = (await here.incident()).label
        why = declared[1]["alerts"][0]["why"]  # type: ignore[index]
        shown = json.loads(json.dumps(answer).replace("INC-42", incident))
        shown["alerts"][0]["why"] = why
        assert declared == (200, shown)
        assert attached[1]["alerts"][0]["fate"] == "attached"  # type: ignore[index]
        async with here.http.get(f"http://127.0.0.1:{here.bot.port}/readyz") as ready:
            assert firsts(PAGES["operating.md"], "with these checks:") == list((await ready.json())["checks"])
        await here.settled()


def test_every_metric_is_documented_as_prometheus_reads_it_with_its_labels() -> None:
    meters = Meters()
    meters.refused("generic", 400)
    meters.sent("send_page", "answered")
    meters.called("chat.postMessage", "accepted")
    with meters.database("read"):
        meters.fired(0.1)
    meters.took_in("generic", [Outcome(fingerprint="f", fate=Fate.TRIAGED, incident=None, journey=None, why="")])
    shown = StringIO(meters.show(FIGURES, START).decode())
    labels: dict[str, set[str]] = {}
    for family in text_fd_to_metric_families(shown):
        for sample in family.samples:
            name = family.name if family.type == "histogram" else sample.name
            if not name.endswith("_created"):
                labels.setdefault(name, set()).update(set(sample.labels) - {"le"})
    assert {words(row[0])[0]: set(words(row[1])) for row in table(PAGES["operating.md"], "## Metrics")} == labels


def test_every_alarm_asks_for_metrics_that_there_are() -> None:
    documented = {words(row[0])[0] for row in table(PAGES["operating.md"], "## Metrics")}
    for row in table(PAGES["operating.md"], "### Alarms"):
        for name in re.findall(r"tocsin_[a-z_]+", row[0]):
            assert name.removesuffix("_bucket") in documented, name


def test_every_outcome_of_an_attempt_is_documented() -> None:
    words_of = [each.__name__.lower() for each in get_args(Attempted)]
    assert firsts(PAGES["operating.md"], "one of these:") == [words_of[0], "refused", *words_of[1:]]


def test_every_outcome_of_a_call_is_documented() -> None:
    assert firsts(PAGES["operating.md"], "is one of these instead:") == list(OUTCOMES)


def test_every_invariant_is_documented() -> None:
    assert firsts(PAGES["operating.md"], "An `invariant` is one of these:") == list(Invariant)


def test_the_clock_of_each_severity_is_documented() -> None:
    rows = {row[0]: row[1:] for row in table(PAGES["updates.md"], "file says otherwise:")}
    assert list(rows) == [row.name for row in BUILT_IN]
    for row in BUILT_IN:
        young, old = (row.internal_interval(age) for age in (timedelta(0), HOUR))
        internal = length(old) if young == old else f"{length(young)} in the first hour, then {length(old)}"
        said = [length(row.first_public), length(row.public_every), length(row.internal_first), internal]
        assert rows[row.name] == said


def test_how_bad_an_incident_looks_on_statuspage_is_documented() -> None:
    looks = {each: row[1:] for row in table(PAGES["statuspage.md"], "was published:") for each in row[0].split(", ")}
    assert list(looks) == [row.name for row in BUILT_IN]
    for name, (impact, component) in looks.items():
        indicator = indicator_of(name)
        assert [words(impact), words(component)] == [[indicator], [OF_A_COMPONENT[indicator]]]


def length(time: timedelta | None) -> str:
    if time is None:
        return "–"
    return f"{time // HOUR} h" if time > HOUR else f"{time // timedelta(minutes=1)} min"


def test_every_filter_is_documented(tmp_path: Path) -> None:
    page = PAGES["updates.md"]
    ours = set(re.findall(r"(\w+)=", re.search(r"filters\.update\((.*?)\)\n", TEXT, re.DOTALL)[1]))  # type: ignore[index]
    assert set(firsts(page, "beside Jinja's own:")) == ours
    (example,) = fenced(page, "")
    (tmp_path / "one.j2").write_text(example)
    assert all(audience.value in page for audience in Audience)
    facts = {"customers_see": "orders fail", "since": START, "next_at": None, "zone": START.tzinfo, "now": START}
    assert Texts(tmp_path).render("one.j2", facts).startswith("Orders fail. This began at ")


TEXT = (ROOT / "bot" / "text.py").read_text(encoding="utf-8")


def test_who_may_do_what_is_documented_for_all_that_is_asked() -> None:
    services = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "services").glob("*.py"))
    asked = {act for act in Act if re.search(rf"\bAct\.{act.name}\b", services)}
    rows = dict(table(PAGES["security.md"], "Beyond that:"))
    assert rows.pop("see the incident").startswith("anybody")
    assert rows == {act.value: "anybody" if act in ANYONE else "responders" for act in asked}


def test_every_secret_says_what_it_lets_somebody_do() -> None:
    secrets = [
        name
        for name, field in Settings.model_fields.items()
        if SecretStr in (field.annotation, *get_args(field.annotation))
    ]
    assert firsts(PAGES["security.md"], "## Tokens") == secrets


def test_every_folder_is_on_the_map() -> None:
    named = [Path(word) for row in table(PAGES["contributing.md"], "## The folders") for word in words(row[0])]
    assert all((ROOT / path).exists() for path in named)
    parts = {path for path in (ROOT / "bot").iterdir() if path.is_dir() or path.suffix == ".py"}
    unnamed = {path.name for path in parts if path.relative_to(ROOT) not in named}
    assert unnamed <= {"__init__.py", "__pycache__"}


def test_every_step_from_an_alarm_to_an_acknowledgement_names_code_that_there_is() -> None:
    page = PAGES["how-it-works.md"]
    assert len(page.splitlines()) <= 70, "it stays one page"
    rows = table(page, "    Note over D,T: or nobody presses: 11 the timer is due, the next tier is paged\n```\n")
    (diagram,) = fenced(page, "mermaid")
    assert ";" not in diagram, "it would end a line of the diagram"
    assert [row[0] for row in rows] == re.findall(r": (?:or nobody presses: )?(\d+) ", diagram)
    for row in rows:
        places = re.findall(r"`(bot/[a-z_/]+\.py)` `([A-Za-z_.]+)`", row[2])
        assert len(places) == row[2].count("bot/"), row[2]
        for path, name in places:
            assert name in defined_in(ROOT / path), f"{path} has no {name}"


def defined_in(path: Path) -> set[str]:
    """What a module defines: functions, classes, and their methods behind a dot."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            methods = (each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {f"{node.name}.{each.name}" for each in methods}
    return found


def test_the_story_that_is_shown_is_one_of_ours() -> None:
    (story,) = fenced(PAGES["contributing.md"], "python")
    stories = [path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "scenarios").glob("test_*.py")]
    assert any(story in each for each in stories)


@pytest.mark.parametrize("page", ["README.md", *sorted(f"docs/{name}" for name in PAGES)])
def test_lines_and_fences_are_whole(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert text.count("```") % 2 == 0
    assert text.startswith("# ")
