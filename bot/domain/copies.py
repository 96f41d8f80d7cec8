"""A copy: what one person was sent, or is to be sent, of a page."""

from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.domain.page import Ask, AskState, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One ask, its page, and the incident that it is about."""

    page: Page
    ask: Ask
    incident: Incident

    @property
    def waits(self) -> bool:
        """Tell whether this person's answer is waited for."""
        return self.page.live and self.ask.state is AskState.WAITING

    @property
    def may_be_taken(self) -> bool:
        """Tell whether they could still answer, though others may be asked by now."""
        return self.page.live and self.ask.state in {AskState.WAITING, AskState.MISSED}
