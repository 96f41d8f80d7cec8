"""A company whose Slack must not have been asked for anything that a correct bot never asks for."""

from collections.abc import AsyncIterator

import pytest

from tests.slack.outbound import Company, a_company


@pytest.fixture
async def company() -> AsyncIterator[Company]:
    async with a_company() as company:
        yield company
        assert company.slack.unexpected == [], company.slack.described()


@pytest.fixture
async def hasty() -> AsyncIterator[Company]:
    """A company that waits for an answer of Slack for a second only, where one is held back on purpose."""
    async with a_company(seconds=1) as company:
        yield company
        assert company.slack.unexpected == [], company.slack.described()
