"""The fixtures of the stories: a world for each, in which Slack delivers in one way or the other.

Stories of the door itself are marked `both_ways`: each kind of entrance, by Socket Mode and by signed HTTP. What lies
behind it is the same in both, so the others take turns: about half of them each way, always the same ones. In full
size, as in `make faults`, each story that takes `here` is told both ways.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from zlib import crc32

import pytest

from tests.scenarios.world import World, world
from tests.size import FULL

WAYS = ("socket", "http")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Say in which ways Slack delivers in a story."""
    if "here" in metafunc.fixturenames:
        both = FULL or metafunc.definition.get_closest_marker("both_ways") is not None
        turn = crc32(metafunc.function.__name__.encode()) % len(WAYS)
        metafunc.parametrize("here", WAYS if both else [WAYS[turn]], indirect=True)


@pytest.fixture
async def here(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A world at 02:17 in New York; Slack delivers as the story's turn is, or in both ways, one after the other."""
    async with world(tmp_path, mode=str(request.param)) as opened:
        yield opened


@pytest.fixture
async def once(tmp_path: Path) -> AsyncIterator[World]:
    """The same in Socket Mode only, for stories in which the delivery makes no difference."""
    async with world(tmp_path) as opened:
        yield opened
