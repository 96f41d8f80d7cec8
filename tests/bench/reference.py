"""What the figures are compared with: a bot on the same stack that calls Slack inside its listener, call after call.

Run as a program of its own, as Tocsin is: `python -m tests.bench.reference`, with Tocsin's SLACK_… settings.
"""

import asyncio
import logging
import os
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


def inline_bot(client: AsyncWebClient, on_call: str) -> AsyncApp:
    """A bot that answers the command first, then sets the incident up, then pages `on_call`."""
    app = AsyncApp(client=client)

    @app.command("/incident")
    async def declare(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack("Declared.")
        name = f"inline-{body['trigger_id'].replace('.', '-')}".lower()
        room = (await client.conversations_create(name=name))["channel"]["id"]
        updates = (await client.conversations_create(name=f"{name}-updates"))["channel"]["id"]
        await client.conversations_setTopic(channel=room, topic=body["text"][:200])
        await client.conversations_invite(channel=room, users=f"{body['user_id']},{on_call}")
        card = await client.chat_postMessage(channel=room, text=body["text"])
        await client.pins_add(channel=room, timestamp=card["ts"])
        await client.chat_postMessage(channel=updates, text=body["text"])
        await client.chat_postMessage(channel=on_call, text=f"You are paged: {body['text']}")

    return app


async def run() -> None:
    """Listen until stopped."""
    logging.disable(logging.WARNING)  # events that it does not listen to are no news here
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    handler = AsyncSocketModeHandler(inline_bot(client, os.environ["ON_CALL"]), os.environ["SLACK_APP_TOKEN"])
    await handler.connect_async()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(run())
