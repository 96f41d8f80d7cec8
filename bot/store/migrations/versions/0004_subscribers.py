"""Subscribers of the status site."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscriber",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("token", "means", "address", "standing")),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_subscriber"),
        sa.UniqueConstraint("means", "address", name="uq_subscriber_means_address"),
    )
    op.create_index("ix_subscriber_standing", "subscriber", ["standing"])


def downgrade() -> None:
    op.drop_table("subscriber")
