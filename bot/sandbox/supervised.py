"""The app beside the local Slack: a command line, run as a process, started again when it ends by itself."""

import asyncio
import signal
from collections.abc import Mapping, Sequence

RESTART_AFTER = 2.0
STOP_WITHIN = 15.0


class Supervised:
    """One process. Its output goes where ours goes."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        """Take the command line and the whole environment of the process; nothing is started yet."""
        self._command = tuple(command)
        self._environ = dict(environ)
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self.restarts = 0

    async def run(self) -> None:
        """Keep the process running until `stop`."""
        while not self._stopping.is_set():
            self._process = await asyncio.create_subprocess_exec(*self._command, env=self._environ)
            await self._process.wait()
            if self._stopping.is_set():
                return
            self.restarts += 1
            await self._pause()

    async def stop(self) -> None:
        """End the process: asked first, killed if it does not end in time."""
        self._stopping.set()
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

    def kill(self) -> None:
        """End the process at once, as a crash would; it is started again."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(RESTART_AFTER):
                await self._stopping.wait()
        except TimeoutError:
            return
