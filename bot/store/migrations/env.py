"""Alembic's entry: migrations run in the connection they are given, or (from its command line) on DATABASE_URL."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine

from bot.store.engines import read_url
from bot.store.tables import Row


def run(connection: Connection) -> None:
    """Run the migrations asked for in one transaction."""
    context.configure(connection=connection, target_metadata=Row.metadata, transactional_ddl=True, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(read_url(os.environ["DATABASE_URL"])).connect() as opened:
        run(opened)
