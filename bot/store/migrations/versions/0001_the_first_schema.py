"""The first schema: incidents, pages, the record, timers, the outbox, and the version of the engine that owns them."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('ready', 'sending', 'unknown')")
PENDING = sa.text("state = 'pending'")
TO_RETRY = sa.text("retry_at IS NOT NULL")
TO_VERIFY = sa.text("verify_at IS NOT NULL")
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    create_incident()
    create_page()
    create_alert()
    create_timeline()
    create_contact()
    create_timer()
    create_outbox()
    create_inbound()
    create_counter()
    create_engine_version()


def downgrade() -> None:
    for table in ("engine_version", "counter", "inbound", "outbox_after", "outbox", "timer", "contact"):
        op.drop_table(table)
    for table in ("timeline", "alert", "page", "incident"):
        op.drop_table(table)


def create_incident() -> None:
    op.create_table(
        "incident",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        words("journey", nullable=True),
        words("war_room", nullable=True),
        words("stakeholders", nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_incident"),
    )
    for column in ("open", "journey", "war_room", "stakeholders"):
        op.create_index(f"ix_incident_{column}", "incident", [column])


def create_page() -> None:
    op.create_table(
        "page",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        words("state"),
        sa.Column("body", sa.Text(), nullable=False),
        of_incident("page"),
        sa.PrimaryKeyConstraint("id", name="pk_page"),
    )
    for column in ("incident", "state"):
        op.create_index(f"ix_page_{column}", "page", [column])


def create_alert() -> None:
    op.create_table(
        "alert",
        words("source"),
        words("fingerprint"),
        moment("starts_at", nullable=False),
        sa.Column("incident", sa.Integer(), nullable=True),
        words("status"),
        moment("first_seen"),
        sa.Column("body", sa.Text(), nullable=False),
        of_incident("alert"),
        sa.PrimaryKeyConstraint("source", "fingerprint", "starts_at", name="pk_alert"),
    )
    op.create_index("ix_alert_incident", "alert", ["incident"])


def create_timeline() -> None:
    op.create_table(
        "timeline",
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", KEY, nullable=False),
        moment("at", nullable=False),
        words("kind"),
        sa.Column("body", sa.Text(), nullable=False),
        of_incident("timeline"),
        sa.PrimaryKeyConstraint("incident", "seq", name="pk_timeline"),
        sa.UniqueConstraint("incident", "key", name="uq_timeline_incident_key"),
    )


def create_contact() -> None:
    op.create_table(
        "contact",
        words("user"),
        words("person", nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user", name="pk_contact"),
    )
    op.create_index("ix_contact_person", "contact", ["person"], unique=True)


def create_timer() -> None:
    op.create_table(
        "timer",
        sa.Column("id", KEY, nullable=False),
        words("kind"),
        moment("due_at", nullable=False),
        words("state"),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        words("about"),
        moment("fired_at"),
        sa.Column("failures", sa.Integer(), nullable=False),
        moment("retry_at"),
        sa.Column("last_error", sa.Text(), nullable=False),
        of_incident("timer"),
        sa.ForeignKeyConstraint(["page"], ["page.id"], name="fk_timer_page"),
        sa.PrimaryKeyConstraint("id", name="pk_timer"),
    )
    op.create_index("ix_timer_incident", "timer", ["incident"])
    op.create_index("ix_timer_due", "timer", ["due_at"], postgresql_where=PENDING, sqlite_where=PENDING)
    op.create_index("ix_timer_page", "timer", ["page"], postgresql_where=PENDING, sqlite_where=PENDING)
    op.create_index("ix_timer_retry", "timer", ["retry_at"], postgresql_where=TO_RETRY, sqlite_where=TO_RETRY)


def create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        words("stream"),
        sa.Column("priority", sa.Integer(), nullable=False),
        words("kind"),
        sa.Column("payload", sa.Text(), nullable=False),
        words("collapse", nullable=True),
        words("state"),
        *(moment(name) for name in ("not_before", "expires_at", "lease_until")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("fence", "attempts", "failures")),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("withdrawn", "doubtful")),
        moment("created_at", nullable=False),
        *(moment(name) for name in ("first_sent_at", "sent_at")),
        *(words(name, nullable=True) for name in ("remote_channel", "remote_ts")),
        moment("verify_at"),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_outbox"),
        sa.UniqueConstraint("id", name="uq_outbox_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_next", "outbox", ["priority", "seq"], postgresql_where=OPEN, sqlite_where=OPEN)
    op.create_index("ix_outbox_stream", "outbox", ["stream", "seq"], postgresql_where=OPEN, sqlite_where=OPEN)
    op.create_index("ix_outbox_collapse", "outbox", ["collapse"], postgresql_where=OPEN, sqlite_where=OPEN)
    op.create_index("ix_outbox_verify", "outbox", ["verify_at"], postgresql_where=TO_VERIFY, sqlite_where=TO_VERIFY)
    op.create_table(
        "outbox_after",
        sa.Column("id", KEY, nullable=False),
        sa.Column("after", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", "after", name="pk_outbox_after"),
    )


def create_inbound() -> None:
    op.create_table(
        "inbound", words("key"), moment("at", nullable=False), sa.PrimaryKeyConstraint("key", name="pk_inbound")
    )
    op.create_index("ix_inbound_at", "inbound", ["at"])


def create_counter() -> None:
    op.create_table(
        "counter",
        words("name"),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )


def create_engine_version() -> None:
    table = op.create_table(
        "engine_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_engine_version"),
    )
    op.bulk_insert(table, [{"id": 1, "version": 1}])


def words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def moment(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def of_incident(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["incident"], ["incident.number"], name=f"fk_{table}_incident")
