"""Pages that go together in one message: older engines do not know that kind, and take no more work."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE engine_version SET version = 3")


def downgrade() -> None:
    op.execute("UPDATE engine_version SET version = 2")
