"""The server inside the loop: it tells its port, answers, stops, and leaves signals alone."""

import asyncio
import signal

import aiohttp
import pytest

from bot.sandbox.clock import real_seconds
from bot.web.server import CannotListen, WebServer
from tests.web.doors import BODIES, Answer, Behind, client


async def test_it_tells_its_port_and_answers_there() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    server = WebServer(Behind().app(), "127.0.0.1", 0)
    port = await server.start()
    assert port > 0
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    serving = asyncio.create_task(server.run())
    async with aiohttp.ClientSession() as http:
        async with http.get(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 200
        await server.stop()
        await asyncio.wait_for(serving, timeout=5)
        with pytest.raises(aiohttp.ClientConnectorError):
            await http.get(f"http://127.0.0.1:{port}/healthz")
    await server.stop()


async def test_an_address_in_use_is_said_in_a_sentence() -> None:
    async with WebServer(Behind().app(), "127.0.0.1", 0) as first:
        with pytest.raises(CannotListen, match=f"Cannot listen on 127.0.0.1:{first.port} .* set HOST and PORT"):
            await WebServer(Behind().app(), "127.0.0.1", first.port).start()


async def test_more_deliveries_than_it_can_take_are_asked_to_come_again() -> None:
    released = asyncio.Event()

    async def slow(_source: str, _alerts: object) -> tuple[()]:
        await released.wait()
        return ()

    async with client(Behind().app(take_in=slow)) as http:

        def deliver() -> asyncio.Task[Answer]:
            return asyncio.create_task(http.post("/alerts/alertmanager", BODIES["08_ungrouped_firing_1"]))

        waiting = [deliver() for _ in range(210)]
        done, _ = await asyncio.wait(waiting, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        assert {task.result().status for task in done} == {503}
        released.set()
        codes = [(await task).status for task in waiting]
    assert (codes.count(200), codes.count(503)) == (200, 10)


async def test_a_kept_connection_does_not_wait_for_each_answer() -> None:
    """Without TCP_NODELAY an answer's body waits 40 ms for the client to acknowledge its headers."""
    async with client(Behind().app()) as http:
        await http.get("/healthz")
        began = real_seconds()
        for _ in range(50):
            await http.get("/healthz")
        assert real_seconds() - began < 50 * 0.035
