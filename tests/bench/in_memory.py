"""What taking alerts is compared with: a webhook on the same web stack that keeps alerts in memory, and loses them.

It reads Alertmanager's body, knows alerts by fingerprint and start, and posts each new one to Slack, if told where, as
soon as it has answered. As a program of its own: `python -m tests.bench.in_memory PORT`.
"""

import asyncio
import os
import sys
from datetime import datetime

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from slack_sdk.web.async_client import AsyncWebClient


class Alert(BaseModel):
    """One alert of a group."""

    status: str
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    startsAt: datetime  # noqa: N815 - Alertmanager's name
    fingerprint: str


class Group(BaseModel):
    """A delivery."""

    version: str
    alerts: list[Alert]


class Webhook:
    """What it keeps, and whom it tells; without a client nobody."""

    def __init__(self, client: AsyncWebClient | None, channel: str) -> None:
        self._client = client
        self._channel = channel
        self._known: dict[tuple[str, datetime], Alert] = {}
        self._telling: set[asyncio.Task[None]] = set()

    def take(self, group: Group) -> int:
        """Keep what is new, and tell of it."""
        new = {(each.fingerprint, each.startsAt): each for each in group.alerts}
        for key, alert in new.items():
            if key not in self._known:
                self._tell(alert)
            self._known[key] = alert
        return len(new)

    def _tell(self, alert: Alert) -> None:
        if self._client is not None:
            task = asyncio.create_task(self._say(self._client, alert.annotations.get("summary", "")))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _say(self, client: AsyncWebClient, words: str) -> None:
        await client.chat_postMessage(channel=self._channel, text=words)


def webhook(keeps: Webhook) -> FastAPI:
    """The endpoints."""
    app = FastAPI()

    @app.post("/alerts/alertmanager")
    async def taken(group: Group) -> dict[str, int]:
        return {"alerts": keeps.take(group)}

    @app.get("/readyz")
    async def ready() -> dict[str, bool]:
        return {"ready": True}

    return app


def client_of(environ: dict[str, str]) -> AsyncWebClient | None:
    """The client of Slack that the environment describes, if it does."""
    token = environ.get("SLACK_BOT_TOKEN")
    return AsyncWebClient(token=token, base_url=environ["SLACK_API_URL"]) if token else None


if __name__ == "__main__":
    told = dict(os.environ)
    keeps = Webhook(client_of(told), told.get("CHANNEL", ""))
    uvicorn.run(webhook(keeps), port=int(sys.argv[1]), access_log=False, log_level="warning")
