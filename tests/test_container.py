"""The image and the compose file hold what Tocsin needs to run; nothing here needs Docker."""

import asyncio
import json
import re
import sys
import tomllib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from ruamel.yaml import YAML
from sqlalchemy import make_url

import app
from bot import bootstrap
from bot.cli.doctor import MANIFEST
from bot.settings import Settings
from bot.templates import SHIPPED

ROOT = Path(__file__).parent.parent
DOCKERFILE = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
COMPOSE: Mapping[str, Any] = YAML(typ="safe").load((ROOT / "compose.yml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if name.startswith("tocsin")}
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def instructions(name: str) -> list[str]:
    """What follows an instruction of the Dockerfile, wherever it stands."""
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)


def copied() -> list[str]:
    """What is copied into the image from this folder."""
    return [path for line in instructions("COPY") for path in line.split()[:-1]]


def environment_of_the_image() -> dict[str, str]:
    return dict(each.split("=", 1) for line in instructions("ENV") for each in line.split())


def test_what_is_copied_exists_and_docker_may_see_it() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for path in copied():
        assert (ROOT / path).exists(), path
        assert f"!{path.removeprefix('./')}" in ignored, path


def test_whatever_the_bot_opens_beside_its_code_is_copied() -> None:
    opened = {
        path.relative_to(ROOT).parts[0] for path in (SHIPPED, MANIFEST, Path(bootstrap.__file__), Path(app.__file__))
    }
    assert opened == {"templates", "manifest.yml", "bot", "app.py"}
    described = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {*opened, "pyproject.toml", described["readme"], *described["license-files"]} <= {
        path.removeprefix("./") for path in copied()
    }


def test_what_is_installed_is_what_the_docs_say_and_its_hashes_are_checked() -> None:
    wheels, install = (line for line in instructions("RUN") if "pip" in line)
    assert {"--require-hashes", "--no-deps", "-r requirements.lock"} <= set(re.findall(r"-r \S+|--[a-z-]+", wheels))
    assert "--no-index" in install
    (installed,) = re.findall(r"-e '[^']+'", install)
    assert f"pip install {installed}" in OPERATING
    assert "pip install -e ." in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_image_runs_tocsin_itself_as_a_user_without_rights_and_names_settings_only() -> None:
    assert instructions("USER") == ["tocsin"]
    assert [json.loads(each) for each in instructions("CMD")] == [["python", "app.py"]], "no shell between"
    assert set(environment_of_the_image()) - {"PYTHONUNBUFFERED"} <= set(Settings.model_fields)
    assert instructions("EXPOSE") == [environment_of_the_image()["PORT"]]
    assert all(re.fullmatch(r"python:3\.11-slim( AS wheels)?", image) for image in instructions("FROM"))


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A server whose /healthz is green at first, and red from the second time on."""
    asked: list[str] = []

    async def healthz(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=200 if len(asked) == 1 else 503)

    application = web.Application()
    application.router.add_get("/healthz", healthz)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield int(runner.addresses[0][1])
    await runner.cleanup()


async def test_the_image_is_healthy_while_healthz_is_green(port: int) -> None:
    (check,) = instructions("HEALTHCHECK")
    command = json.loads(check.split("CMD ", 1)[1])
    codes = []
    for _ in range(2):
        asking = await asyncio.create_subprocess_exec(
            sys.executable, *command[1:], env={"PORT": str(port)}, stderr=asyncio.subprocess.DEVNULL
        )
        codes.append(await asking.wait())
    assert codes == [0, 1]


def test_two_processes_share_one_database_with_known_settings_and_ports_of_their_own() -> None:
    assert len(OURS) == 2
    for service in OURS.values():
        given = service["environment"]
        assert set(given) <= set(Settings.model_fields)
        assert service["env_file"] == ".env"
        assert service["depends_on"] == {"database": {"condition": "service_healthy"}}
        assert "command" not in service, "the image's own"
        assert given["DIRECTORY"].startswith(service["volumes"][0].split(":")[1])
    ports = [re.fullmatch(r"127\.0\.0\.1:(\d+):(\d+)", each) for service in OURS.values() for each in service["ports"]]
    assert {found[2] for found in ports if found} == {environment_of_the_image()["PORT"]}
    assert len({found[1] for found in ports if found}) == len(OURS)
    assert {service["restart"] for service in COMPOSE["services"].values()} == {"unless-stopped"}


def test_the_processes_speak_to_the_database_as_it_is_set_up() -> None:
    database = COMPOSE["services"]["database"]
    (address,) = {service["environment"]["DATABASE_URL"] for service in OURS.values()}
    url = make_url(re.sub(r"\$\{([A-Z_]+)[^}]*\}", "secret", address))
    known = database["environment"]
    assert (url.host, url.username, url.database) == ("database", known["POSTGRES_USER"], known["POSTGRES_DB"])
    assert known["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?"), "a start without it is refused"
    assert database["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert database["image"] == "postgres:17"
    assert "ports" not in database
    named = {volume.split(":")[0] for volume in database["volumes"]}
    assert named == set(COMPOSE["volumes"])
