"""What memory and start are compared with: a process with Tocsin's libraries that serves `/healthz` and does no more.

`python -m tests.bench.bare PORT`.
"""

import sys

import aiohttp
import aiosmtplib
import alembic.command
import apscheduler.schedulers.asyncio
import jinja2
import prometheus_client
import psycopg
import pydantic_settings
import ruamel.yaml
import slack_bolt.adapter.socket_mode.async_handler
import slack_bolt.app.async_app
import sqlmodel
import uvicorn
from fastapi import FastAPI

LOADED = (
    aiohttp,
    aiosmtplib,
    alembic.command,
    apscheduler.schedulers.asyncio,
    jinja2,
    prometheus_client,
    psycopg,
    pydantic_settings,
    ruamel.yaml,
    slack_bolt.adapter.socket_mode.async_handler,
    slack_bolt.app.async_app,
    sqlmodel,
)


def bare() -> FastAPI:
    """The one endpoint."""
    app = FastAPI()

    @app.get("/healthz")
    async def healthz() -> dict[str, bool]:
        return {"alive": bool(LOADED)}

    return app


if __name__ == "__main__":
    uvicorn.run(bare(), port=int(sys.argv[1]), access_log=False, log_level="warning")
