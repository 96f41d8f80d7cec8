"""The control interface under `/sandbox/`: what the page, and tests in other processes, read and do."""

from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.models import Happening

if TYPE_CHECKING:
    from bot.sandbox.server import LocalSlack


class Control:
    """Routes of the page."""

    def __init__(self, slack: "LocalSlack") -> None:
        self._slack = slack

    def add_routes(self, application: web.Application) -> None:
        """Register."""

    def publish(self, happening: Happening) -> None:
        """Tell the page."""

    def stop(self) -> None:
        """End."""
