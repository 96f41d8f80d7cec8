"""`python app.py sandbox`: a local Slack in the browser, the bot beside it, and a sample company to play with."""

import asyncio
import shutil
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TextIO

from bot.sandbox.server import LocalSlack
from bot.sandbox.supervised import Supervised

USAGE: Final = "usage: python app.py sandbox [PORT]\n"
ROOT: Final = Path(__file__).parent.parent.parent
COMPANY: Final = Path(__file__).parent / "company.yml"
STATE: Final = ROOT / ".sandbox"
PAGE_PORT: Final = 8123
BOT_PORT: Final = 3000
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
    "3. Go to *#inc-1-cards-are-declined*: press *Update*, later *Resolve*. `/incident help` shows the rest."
)


def run(argv: list[str], environ: Mapping[str, str], out: TextIO) -> int:
    """Run until interrupted; PORT is where the page is served, 8123 unless given. Returns 0, or 2 if asked wrongly."""
    if len(argv) > 1 or (argv and not argv[0].isdigit()):
        out.write(USAGE)
        return 0 if argv in (["-h"], ["--help"]) else 2
    asyncio.run(_play(int(argv[0]) if argv else None, environ, out))
    return 0


async def _play(port: int | None, environ: Mapping[str, str], out: TextIO) -> None:
    page_port = _free(port or PAGE_PORT)
    state = _fresh_state(page_port)
    offset = state / "clock-offset"
    slack = await LocalSlack.start(manifest=ROOT / "manifest.yml", port=page_port, clock_offset_file=offset)
    _people_the_company(slack)
    bot_port = _free(BOT_PORT)
    bot = Supervised((sys.executable, str(ROOT / "app.py")), _bot_environ(slack, environ, bot_port, state))
    running = asyncio.create_task(bot.run())
    greeting = asyncio.create_task(_greet_when_ready(slack, bot_port, out))
    try:
        await _interrupted()
    finally:
        greeting.cancel()
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


async def _greet_when_ready(slack: LocalSlack, bot_port: int, out: TextIO) -> None:
    await slack.changed.wait_for(lambda: slack.sockets.count, BOT_SECONDS)
    _greet(slack, bot_port, out)


def _greet(slack: LocalSlack, bot_port: int, out: TextIO) -> None:
    alert = '{"journey": "checkout", "summary": "Checkout error rate above 2 %"}'
    out.write(
        f"\nThe local Slack is at {slack.url}\n"
        "  1. Open it in a browser. You are Ana Ruiz. In #general, type this and press Enter:\n"
        "       /incident declare sev1 checkout Cards are declined\n"
        "  2. Act as Maya Ito (top right): her page waits under Apps. Acknowledge it; or wait 20 seconds,\n"
        "     and Leon Brandt is paged. Two tabs can be two people.\n"
        "  3. In #inc-1-cards-are-declined: Update, then Resolve.\n"
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
