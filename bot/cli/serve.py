"""`python app.py`: the bot on a real workspace, until it is told to stop."""

import asyncio
import gc
import json
import logging
import signal
import sys
from collections.abc import Mapping
from typing import Final, TextIO

from bot.bootstrap import Bot, assemble
from bot.directory.findings import DirectoryError
from bot.notify.fallback import BadFallback
from bot.settings import BadSetting, read_settings
from bot.store.troubles import CannotOpen
from bot.system import EndsWithin, LoopGuard
from bot.web.server import CannotListen

log = logging.getLogger(__name__)

STOPS_WITHIN: Final = 17.0
"""Seconds for a stop, beyond what its parts have: those that wait for a container to end kill it soon after."""
QUIET: Final = {"apscheduler": logging.WARNING, "alembic": logging.WARNING, "uvicorn": logging.WARNING}
SILENT: Final = ("slack_bolt", "slack_sdk", "apprise")
"""Say with a traceback, every few seconds, what bot.slack says once and in words; or say addresses with secrets."""


def run(environ: Mapping[str, str], err: TextIO) -> int:
    """Run until SIGTERM or SIGINT; returns 0 then, and 1 with one line on `err` when it cannot start."""
    try:
        settings = read_settings()
        _log_as(settings.LOG_FORMAT)
        bot = assemble(settings, environ)
        asyncio.run(_serve(bot))
    except (BadSetting, BadFallback, DirectoryError, CannotOpen, CannotListen) as trouble:
        err.write(f"{trouble}\n")
        return 1
    return 0


async def _serve(bot: Bot) -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    loop.add_signal_handler(signal.SIGHUP, bot.reload_soon)
    with LoopGuard(loop):
        await bot.start()
        _leave_the_start_alone()
        try:
            await asked.wait()
            log.info("Asked to stop.")
        finally:
            with EndsWithin(STOPS_WITHIN):
                await bot.stop()


def _leave_the_start_alone() -> None:
    """Keep the garbage collector from what is there by now and stays: to look through it takes it 130 ms."""
    gc.collect()
    gc.freeze()


class _Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        line = {"at": self.formatTime(record), "level": record.levelname, "name": record.name}
        line["message"] = record.getMessage()
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _log_as(form: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(_Json() if form == "json" else plain)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    handler.addFilter(lambda record: not record.name.startswith(SILENT))
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
