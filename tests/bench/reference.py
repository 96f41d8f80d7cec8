"""What the figures are compared with: small bots on the same libraries, each as a program of its own, as Tocsin is.

`python -m tests.bench.reference KIND`, with Tocsin's SLACK_… settings, where KIND is `inline` (everything that a
declaration needs is asked of Slack inside the listener, call after call), `threads` (the same on Bolt's threads, as its
guide begins and most bots are) or `acks` (nothing but an acknowledgement, with Bolt's defaults).
"""

import asyncio
import logging
import os
import sys
import threading
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

COMMAND = "/incident"


def inline_bot(client: AsyncWebClient, on_call: str) -> AsyncApp:
    """A bot that answers the command first, then sets the incident up, then pages `on_call`."""
    app = AsyncApp(client=client)

    @app.command(COMMAND)
    async def declare(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack("Declared.")
        name = name_of(body)
        room = (await client.conversations_create(name=name))["channel"]["id"]
        updates = (await client.conversations_create(name=f"{name}-updates"))["channel"]["id"]
        await client.conversations_setTopic(channel=room, topic=body["text"][:200])
        await client.conversations_invite(channel=room, users=f"{body['user_id']},{on_call}")
        card = await client.chat_postMessage(channel=room, text=body["text"])
        await client.pins_add(channel=room, timestamp=card["ts"])
        await client.chat_postMessage(channel=updates, text=body["text"])
        await client.chat_postMessage(channel=on_call, text=f"You are paged: {body['text']}")

    return app


def bot_on_threads(client: WebClient, on_call: str) -> App:
    """The same bot on Bolt's pool of threads, which has the size that Bolt gives it."""
    app = App(client=client)

    @app.command(COMMAND)
    def declare(ack: Ack, body: dict[str, Any]) -> None:
        ack("Declared.")
        name = name_of(body)
        room = client.conversations_create(name=name)["channel"]["id"]
        updates = client.conversations_create(name=f"{name}-updates")["channel"]["id"]
        client.conversations_setTopic(channel=room, topic=body["text"][:200])
        client.conversations_invite(channel=room, users=f"{body['user_id']},{on_call}")
        card = client.chat_postMessage(channel=room, text=body["text"])
        client.pins_add(channel=room, timestamp=card["ts"])
        client.chat_postMessage(channel=updates, text=body["text"])
        client.chat_postMessage(channel=on_call, text=f"You are paged: {body['text']}")

    return app


def name_of(body: dict[str, Any]) -> str:
    """A channel's name that no other declaration takes."""
    return f"inline-{body['trigger_id'].replace('.', '-')}".lower()


def acknowledging_bot(client: AsyncWebClient) -> AsyncApp:
    """A bot that acknowledges, saves nothing and does nothing else."""
    app = AsyncApp(client=client)

    @app.command(COMMAND)
    async def answer(ack: AsyncAck) -> None:
        await ack("Noted.")

    return app


async def run(kind: str) -> None:
    """Listen until stopped, on an event loop."""
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = acknowledging_bot(client) if kind == "acks" else inline_bot(client, os.environ["ON_CALL"])
    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect_async()
    await asyncio.Event().wait()


def run_on_threads() -> None:
    """Listen until stopped, on threads."""
    client = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = bot_on_threads(client, os.environ["ON_CALL"])
    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect()
    threading.Event().wait()


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # events that they do not listen to are no news here
    if sys.argv[1] == "threads":
        run_on_threads()
    else:
        asyncio.run(run(sys.argv[1]))
