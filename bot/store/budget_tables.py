"""The table of the budgets that replicas share."""

from sqlmodel import Field

from bot.store.tables import Key, Row


class SlackBudgetRow(Row, table=True):
    """What is used of a budget of Slack's. Moments are Unix seconds, because all that is done with them is to reckon.

    It is full again at `full_at`, blocked by Slack until `blocked_until`, which was `blocked_for` ahead when Slack said
    so, and kept for urgent calls until `kept_until`.
    """

    __tablename__ = "slack_budget"

    name: str = Field(primary_key=True, sa_type=Key)
    full_at: float
    blocked_until: float | None = None
    blocked_for: float | None = None
    kept_until: float | None = None
