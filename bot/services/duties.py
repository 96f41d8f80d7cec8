"""Every duty that a timer may have, by its kind: one place where the sweep finds them all."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.change import TimerKind
from bot.services import notices, postmortems, roles, summaries, synthetic, updates
from bot.services.page_duties import PAGE_DUTIES
from bot.services.sweep import Duty

DUTIES: Final[Mapping[TimerKind, Duty]] = MappingProxyType(
    {
        **PAGE_DUTIES,
        **updates.DUTIES,
        **summaries.DUTIES,
        **postmortems.DUTIES,
        **notices.DUTIES,
        **roles.DUTIES,
        **synthetic.DUTIES,
    }
)
