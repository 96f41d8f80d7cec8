"""The fixtures of the stories: a world for each, in both ways in which Slack delivers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.world import World, world


@pytest.fixture(params=["socket", "http"])
async def here(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A world at 02:17 in New York; Slack delivers by Socket Mode, then by signed HTTP."""
    async with world(tmp_path, mode=str(request.param)) as opened:
        yield opened


@pytest.fixture
async def once(tmp_path: Path) -> AsyncIterator[World]:
    """The same in Socket Mode only, for stories in which the delivery makes no difference."""
    async with world(tmp_path) as opened:
        yield opened
