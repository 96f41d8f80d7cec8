"""Faults on request: what a network, a busy Slack or an unlucky moment does to a Web API call."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.sandbox.jsons import JsonObject, as_number, as_text

KINDS = (
    "latency",
    "429",
    "5xx",
    "5xx_stored",
    "hang",
    "hang_stored",
    "reset",
    "reset_stored",
    "late_stored",
    "error",
)
STORING = frozenset({"5xx_stored", "hang_stored", "reset_stored"})


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault: for which method (`*`: all), how often (None: until cleared), and for which arguments.

    `latency` delays by `seconds`; `late_stored` takes effect `seconds` after the call, whose answer never comes.
    `…_stored` takes effect, then the answer is lost. `hang` holds the answer until the client gives up.
    """

    method: str
    kind: str
    times: int | None = None
    seconds: float = 0.0
    retry_after: int = 1
    error: str = "internal_error"
    status: int = 503
    when: Callable[[JsonObject], bool] | None = None

    def strikes(self, method: str, args: JsonObject) -> bool:
        """Whether this call is hit."""
        if self.times == 0 or self.method not in {"*", method}:
            return False
        return self.when is None or self.when(args)


class Gate:
    """Holds calls of some methods before they take effect, until it is opened."""

    def __init__(self, methods: tuple[str, ...]) -> None:
        self._methods = methods
        self._opened = asyncio.Event()

    def open(self) -> None:
        """Let everything through that waits, and all that comes later."""
        self._opened.set()

    async def passed(self, method: str) -> None:
        """Wait until a call of this method may go on."""
        if "*" in self._methods or method in self._methods:
            await self._opened.wait()


class Faults:
    """The faults that are set, in the order in which they were added."""

    def __init__(self) -> None:
        self._set: list[Fault] = []
        self._gates: list[Gate] = []

    def hold(self, *methods: str) -> Gate:
        """Hold every call of these methods (`*`: all), received but neither done nor answered, until the gate opens."""
        gate = Gate(methods)
        self._gates.append(gate)
        return gate

    async def held(self, method: str) -> None:
        """Wait at every gate that holds this method."""
        for gate in tuple(self._gates):
            await gate.passed(method)

    def add(
        self,
        method: str,
        kind: str,
        *,
        times: int | None = None,
        seconds: float = 0.0,
        retry_after: int = 1,
        error: str = "internal_error",
        status: int = 503,
        when: Callable[[JsonObject], bool] | None = None,
    ) -> Fault:
        """Set a fault; see `Fault`. Raises ValueError for a kind that does not exist."""
        if kind not in KINDS:
            raise ValueError(f"No fault is called {kind!r}; there are {', '.join(KINDS)}.")
        fault = Fault(
            method=method,
            kind=kind,
            times=times,
            seconds=seconds,
            retry_after=retry_after,
            error=error,
            status=status,
            when=when,
        )
        self._set.append(fault)
        return fault

    def add_from(self, wanted: Mapping[str, object]) -> Fault:
        """Set a fault described in JSON, with the same words."""
        times = wanted.get("times")
        return self.add(
            as_text(wanted.get("method"), "*"),
            as_text(wanted.get("kind")),
            times=times if isinstance(times, int) else None,
            seconds=as_number(wanted.get("seconds"), 0.0),
            retry_after=int(as_number(wanted.get("retry_after"), 1)),
            error=as_text(wanted.get("error"), "internal_error"),
            status=int(as_number(wanted.get("status"), 503)),
        )

    def clear(self) -> None:
        """Take all faults away and open every gate."""
        self._set.clear()
        for gate in self._gates:
            gate.open()
        self._gates.clear()

    def strike(self, method: str, args: JsonObject) -> tuple[float, Fault | None]:
        """The seconds of delay for this call, and the first fault that spoils its answer; both are counted."""
        delay, spoiling = 0.0, None
        for fault in self._set:
            if not fault.strikes(method, args) or (fault.kind != "latency" and spoiling is not None):
                continue
            if fault.kind == "latency":
                delay += fault.seconds
            else:
                spoiling = fault
            if fault.times is not None:
                fault.times -= 1
        return delay, spoiling
