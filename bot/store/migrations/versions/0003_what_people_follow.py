"""What people follow."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "follow",
        sa.Column("user", key, nullable=False),
        sa.Column("target", key, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user", "target", name="pk_follow"),
    )
    op.create_index("ix_follow_target", "follow", ["target"])


def downgrade() -> None:
    op.drop_index("ix_follow_target", "follow")
    op.drop_table("follow")
