"""Dead rows of the outbox are counted by an index, however many rows there are."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    dead = sa.text("state = 'dead'")
    op.create_index("ix_outbox_dead", "outbox", ["seq"], postgresql_where=dead, sqlite_where=dead)


def downgrade() -> None:
    op.drop_index("ix_outbox_dead", "outbox")
