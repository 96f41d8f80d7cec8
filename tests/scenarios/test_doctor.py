"""An operator asks, before the first night, whether this installation would reach people, and is told what to do."""

import io
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.cli import doctor
from bot.cli.doctor import examine
from bot.sandbox.server import LocalSlack
from bot.settings import settings_from
from bot.store.migrate import migrate
from bot.system import SystemClock
from tests.faults.forked import parent
from tests.scenarios.world import CHANNELS, COMPANY, PEOPLE, ROOT


@asynccontextmanager
async def workspace(manifest: Path, *, without: str = "", muted: str = "") -> AsyncIterator[LocalSlack]:
    """A workspace with the company in it, somebody left out, somebody's notifications paused."""
    slack = await LocalSlack.start(manifest=manifest)
    for name, real in PEOPLE.items():
        if name != without:
            slack.add_person(name, email=f"{name}@acme.test", real_name=real, muted=name == muted)
    for name in CHANNELS:
        slack.add_channel(name, members=[slack.person("ana")], with_bot=name == "incidents")
    try:
        yield slack
    finally:
        await slack.stop()


def environ_of(slack: LocalSlack, folder: Path, **more: str) -> dict[str, str]:
    return {
        "SLACK_API_URL": f"{slack.url}/api/",
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "DATABASE_URL": f"sqlite:///{folder / 'tocsin.db'}",
        "DIRECTORY": str(COMPANY),
        "ALERT_TOKENS": "local-alert-token",
        **more,
    }


async def command(environ: dict[str, str], folder: Path, *words: str) -> tuple[int, str]:
    """Run the command as an operator does; gives its exit code and what it says."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    log = folder / "said"
    running = await parent().fork(folder, {**ours, **environ}, log, "doctor", *words)
    return await running.wait(), log.read_text(encoding="utf-8")


async def report(environ: dict[str, str]) -> list[str]:
    """What the same command finds, without the process."""
    return [str(line) async for line in examine(settings_from(environ), environ, SystemClock()())]


async def test_a_sound_installation_is_told_so_and_who_may_sleep_through_a_page(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path / 'tocsin.db'}")
    async with workspace(ROOT / "manifest.yml", muted="maya") as slack:
        environ = environ_of(slack, tmp_path)
        code, said = await command(environ, tmp_path, "--rooms")
        assert code == 0, said
        for line in (
            "ok    settings: Socket Mode; Slack at ",
            "ok    directory: ",
            "is whole and can be written.",
            "ok    schema: as this version needs it",
            "ok    Slack: ",
            "ok    scopes: all 17 that manifest.yml asks for are granted, and no more.",
            "ok    clock: within 5 s of Slack's.",
            "ok    events: Socket Mode can be opened.",
            "ok    rooms: Tocsin may open and archive channels",
            "warn  channels: Tocsin is not in workspace.triage (#alert-triage). It joins a public one",
            "warn  do not disturb: Slack is silent for Maya Ito (Checkout's primary",
            ") now and until ",
            "warn  fallback: none: while Slack is down nobody is paged. Set FALLBACK_URLS.",
            "warn  heartbeat: HEARTBEAT_URL is not set, so nobody is told when Tocsin itself stands still. Set it to ",
            "warn  phone tree: it is mailed to nobody. Set workspace.phone_tree, or print `python app.py phone-tree ",
            "Tocsin's doctor: 0 failed, 5 to look at.",
        ):
            assert line in said, said
        made = next(channel for channel in slack.channels if "-doctor-" in channel.name)
        assert (made.archived, made.private) == (True, True)
        before = len(slack.calls("conversations.create"))
        assert any("opened and archived channels here" in line for line in await report(environ))
        assert len(slack.calls("conversations.create")) == before, "unless it is asked to, it tries nothing"
        assert not slack.unexpected, slack.unexpected


async def test_whatever_would_lose_a_page_fails_with_what_to_do_about_it(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    whole = (ROOT / "manifest.yml").read_text(encoding="utf-8")
    manifest.write_text(whole.replace("      - pins:write\n", ""), encoding="utf-8")
    async with workspace(manifest, without="maya") as slack:
        nowhere = f"sqlite:///{tmp_path / 'nowhere' / 'tocsin.db'}"
        found = await report(
            environ_of(slack, tmp_path, SLACK_APP_TOKEN="xapp-wrong", DATABASE_URL=nowhere, ALERT_TOKENS="")
        )
        for line in (
            "warn  alerts: ALERT_TOKENS is not set: alerts are answered 503.",
            "fail  database: ",
            "fail  scopes: the app lacks pins:write. Add it in the app's settings",
            "fail  events: Socket Mode cannot be opened (invalid_auth). Make an app-level token with connections:write",
            "fail  people: Maya Ito (people.maya) would be paged as Checkout's primary",
            "warn  rooms: Tocsin has opened no channel here yet",
        ):
            assert any(each.startswith(line) for each in found), found
        assert all(line.endswith(".") for line in found), "each line is a sentence to its end"

        found = await report(environ_of(slack, tmp_path, SLACK_BOT_TOKEN="xoxb-local-wrong", DIRECTORY="none.yml"))
        assert found[-1].startswith("fail  Slack: it refuses the bot's token (invalid_auth). Put a valid bot token in")
        assert any(line.startswith("fail  directory: none.yml") for line in found)

        found = await report(environ_of(slack, tmp_path, SLACK_API_URL="http://127.0.0.1:1/api/"))
        assert found[-1].startswith("fail  Slack: no answer from http://127.0.0.1:1/api/")

        code, said = await command(environ_of(slack, tmp_path, SLACK_BOT_TOKEN=""), tmp_path)
        assert code == 1
        assert said.startswith("fail  settings: SLACK_BOT_TOKEN: not set")
        assert doctor.run(["--cure"], {}, SystemClock()(), io.StringIO()) == 2
