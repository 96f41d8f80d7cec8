"""`python app.py sandbox`: a local Slack in the browser, the bot beside it, and a sample company to play with."""

import asyncio
import shutil
import signal
import socket
import sys
from argparse import ArgumentError, ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from bot.cli import demo
from bot.sandbox.server import LocalSlack
from bot.sandbox.show import Show
from bot.sandbox.supervised import Supervised

USAGE: Final = """usage: python app.py sandbox [--demo] [--pace N] [PORT]
  --demo    play a whole incident, as soon as the page is open
  --pace N  how long the demo waits for readers: 1 is the usual, 2 twice as long, 0 not at all
  PORT      where the page is served, 8123 unless given
"""
ROOT: Final = Path(__file__).parent.parent.parent
COMPANY: Final = Path(__file__).parent / "company.yml"
STATE: Final = ROOT / ".sandbox"
PAGE_PORT: Final = 8123
BOT_PORT: Final = 3000
MOST_PORTS: Final = 65536
LONGEST_PACE: Final = 100
BOT_SECONDS: Final = 20.0
"""How long the greeting waits for the bot, so that the first command typed finds it there; then it comes anyway."""
ALERT_TOKEN: Final = "local-alert-token"  # noqa: S105 - the sandbox listens on this machine only
PEOPLE: Final = (
    ("maya", "Maya Ito"),
    ("leon", "Leon Brandt"),
    ("dana", "Dana Cole"),
    ("vic", "Vic Moreau"),
    ("sam", "Sam Okafor"),
    ("ana", "Ana Ruiz"),
)
CHANNELS: Final = ("general", "incidents", "alert-triage", "team-checkout")
WELCOME: Final = (
    "*Try this.* You act as Ana Ruiz, in support.\n"
    "1. Type `/incident declare sev1 checkout Cards are declined` below, and press Enter.\n"
    "2. Act as Maya Ito (top right). Her page is under *Apps*: press *Acknowledge*; or wait 20 seconds, and Leon "
    "Brandt is paged.\n"
    "3. Go to *#inc-1-cards-are-declined*: press *Update*, later *Resolve*. `/incident help` shows the rest.\n"
    "4. Press *Backstage* (top right): make Slack slow or take it down, kill the bot, move the clock."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What stands on the command line."""

    port: int = PAGE_PORT
    demo: bool = False
    pace: float = 1.0


def run(argv: list[str], environ: Mapping[str, str], out: TextIO) -> int:
    """Run until interrupted. Returns 0, or 2 if asked wrongly."""
    asked = _asked(argv)
    if asked is None:
        out.write(USAGE)
        return 0 if argv in (["-h"], ["--help"]) else 2
    asyncio.run(_play(asked, environ, out))
    return 0


def _asked(argv: list[str]) -> Asked | None:
    """Read the command line; None where it says something else than USAGE."""
    parser = ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--pace", type=float, default=1.0)
    parser.add_argument("port", type=int, nargs="?", default=PAGE_PORT)
    try:
        found, unknown = parser.parse_known_args(argv)
    except ArgumentError:
        return None
    if unknown or not 0 < found.port < MOST_PORTS or not 0 <= found.pace < LONGEST_PACE:
        return None
    return Asked(port=found.port, demo=found.demo, pace=found.pace)


async def _play(asked: Asked, environ: Mapping[str, str], out: TextIO) -> None:
    page_port = _free(asked.port)
    state = _fresh_state(page_port)
    offset = state / "clock-offset"
    slack = await LocalSlack.start(manifest=ROOT / "manifest.yml", port=page_port, clock_offset_file=offset)
    slack.web_api.limits.on = True
    _people_the_company(slack)
    bot_port = _free(BOT_PORT)
    bot = Supervised((sys.executable, str(ROOT / "app.py")), _bot_environ(slack, environ, bot_port, state))
    slack.backstage.supervise(bot)
    running = asyncio.create_task(bot.run())
    playing = asyncio.create_task(_greet_and_play(slack, asked, bot_port, out))
    try:
        await _interrupted()
    finally:
        playing.cancel()
        out.write("Stopping.\n")
        await bot.stop()
        await running
        await slack.stop()


def _people_the_company(slack: LocalSlack) -> None:
    members = [
        slack.add_person(name, email=f"{name}@acme.test", real_name=real, tz="America/New_York")
        for name, real in PEOPLE
    ]
    for name in CHANNELS:
        slack.add_channel(name, members=members)
    slack.control.welcome = {"channel": slack.channel("general").id, "as": members[-1].id, "text": WELCOME}


def _bot_environ(slack: LocalSlack, environ: Mapping[str, str], port: int, state: Path) -> dict[str, str]:
    return {
        **environ,
        "SLACK_API_URL": f"{slack.url}/api/",
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "DATABASE_URL": f"sqlite:///{state / 'tocsin.db'}",
        "DIRECTORY": str(COMPANY),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "ALERT_TOKENS": ALERT_TOKEN,
        "CLOCK_OFFSET_FILE": str(state / "clock-offset"),
    }


async def _greet_and_play(slack: LocalSlack, asked: Asked, bot_port: int, out: TextIO) -> None:
    show = Show(backstage=slack.backstage, pace=asked.pace)
    if asked.demo:
        slack.control.welcome = None
        slack.backstage.demo = show
    await slack.changed.wait_for(lambda: slack.sockets.count, BOT_SECONDS)
    if not asked.demo:
        _greet(slack, bot_port, out)
        return
    out.write(f"\nThe local Slack is at {slack.url}\n  Open it in a browser, and the demo begins. Ctrl-C ends it.\n\n")
    out.flush()
    await show.run(demo.incident)


def _greet(slack: LocalSlack, bot_port: int, out: TextIO) -> None:
    alert = '{"journey": "checkout", "summary": "Checkout error rate above 2 %"}'
    out.write(
        f"\nThe local Slack is at {slack.url}\n"
        "  1. Open it in a browser. You are Ana Ruiz. In #general, type this and press Enter:\n"
        "       /incident declare sev1 checkout Cards are declined\n"
        "  2. Act as Maya Ito (top right): her page waits under Apps. Acknowledge it; or wait 20 seconds,\n"
        "     and Leon Brandt is paged. Two tabs can be two people.\n"
        "  3. In #inc-1-cards-are-declined: Update, then Resolve.\n"
        "  4. Backstage (top right) shows what passes, and breaks things: Slack, the bot, the clock.\n"
        "\n"
        "  Or let an alert declare it, from another terminal:\n"
        f"    curl -H 'Authorization: Bearer {ALERT_TOKEN}' -d '{alert}' http://127.0.0.1:{bot_port}/alerts/generic\n"
        "\n"
        f"  The sample company is {COMPANY.relative_to(ROOT)}; save a change, and the bot reads it.\n"
        "  Ctrl-C ends it; nothing is kept.\n\n"
    )
    out.flush()


def _fresh_state(port: int) -> Path:
    """An empty folder: the local Slack keeps nothing, so an older database would speak of channels long gone."""
    state = STATE / str(port)
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)
    return state


def _free(wanted: int) -> int:
    """The port wanted, or another one where that is taken."""
    for port in (wanted, 0):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            number: int = trial.getsockname()[1]
            return number
    raise OSError("no free port on 127.0.0.1")


async def _interrupted() -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    await asked.wait()
