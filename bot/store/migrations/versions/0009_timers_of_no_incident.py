"""Timers that belong to no incident: a synthetic page's. Older engines do not know them, and take no more work."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("timer") as timer:
        timer.alter_column("incident", existing_type=sa.Integer(), nullable=True)
    op.execute("UPDATE engine_version SET version = 2")


def downgrade() -> None:
    op.execute("DELETE FROM timer WHERE incident IS NULL")
    with op.batch_alter_table("timer") as timer:
        timer.alter_column("incident", existing_type=sa.Integer(), nullable=False)
    op.execute("UPDATE engine_version SET version = 1")
