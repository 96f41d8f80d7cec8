"""A strict Block Kit validator: what the real Slack would refuse, found here with its place and its reason.

Pure functions of a payload. The limits are Slack's documented ones (``limits.py``). Whoever sends blocks asks
``validate_message`` or ``validate_view``; an empty list means that Slack would take it.
"""

from bot.sandbox.blockkit.checks import Problem
from bot.sandbox.blockkit.surfaces import size_of, validate_message, validate_view

__all__ = ["Problem", "size_of", "validate_message", "validate_view"]
