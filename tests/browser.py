"""One Chromium for all tests of a worker that look at pages: to start one takes longer than most of them."""

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def browser_path() -> str:
    """Where Chromium is. A page is tested in a real browser or not at all, so a missing one fails everywhere."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found:
            return found
    pytest.fail("No Chromium on the PATH, so the page was not tested. Install it (Debian: apt-get install chromium).")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser, with the windows that are kept from test to test."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=browser_path(), args=ARGUMENTS)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """The same; the windows that a test opens are closed after it."""
    before = list(chromium.contexts)
    yield chromium
    for window in [each for each in chromium.contexts if each not in before]:
        await window.close()
