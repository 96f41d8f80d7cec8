"""The app beside the local Slack: a command line, run as a process, started again when it ends by itself."""

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence

RESTART_AFTER = 2.0
STOP_WITHIN = 15.0


def _nobody() -> None:
    """Tell nobody."""


class Supervised:
    """One process. Its output goes where ours goes; `on_change` is told whenever it starts or ends.

    Killed on request it stays down until it is started on request; ended in any other way, it is started again.
    """

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        """Take the command line and the whole environment of the process; nothing is started yet."""
        self._command = tuple(command)
        self._environ = dict(environ)
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False
        self._again = asyncio.Event()
        self._settled = asyncio.Event()  # unset while a process is just being started
        self._settled.set()
        self.killed = False
        self.starts = 0
        self.on_change: Callable[[], None] = _nobody

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The id of the process while it lives."""
        return self._process.pid if self._process is not None and self.running else None

    async def run(self) -> None:
        """Keep the process running until `stop`."""
        while not self._stopping:
            self._again.clear()
            self._settled.clear()
            self._process = await asyncio.create_subprocess_exec(*self._command, env=self._environ)
            self._settled.set()
            self.starts += 1
            self.on_change()
            await self._process.wait()
            self.on_change()
            await self._wait_for_the_next_start()

    async def stop(self) -> None:
        """End the process: asked first, killed if it does not end in time."""
        self._stopping = True
        self._again.set()
        await self._settled.wait()
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_WITHIN):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def kill(self) -> bool:
        """End the process at once, as `kill -9` does; it stays down until `start`. False: it was not running."""
        process = self._process
        if process is None or process.returncode is not None:
            return False
        self.killed = True
        self._again.clear()
        process.kill()
        await process.wait()
        return True

    def start(self) -> bool:
        """Start the process now. False: it runs already."""
        if self.running:
            return False
        self.killed = False
        self._again.set()
        return True

    async def _wait_for_the_next_start(self) -> None:
        if self._stopping:
            return
        try:
            async with asyncio.timeout(None if self.killed else RESTART_AFTER):
                await self._again.wait()
        except TimeoutError:
            return
