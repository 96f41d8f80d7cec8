"""Examining the connection to Statuspage: whether its key is taken, and what the directory names is there."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final

from bot.domain.statuspage import StatuspageConnection
from bot.notify.statuspage import A_PAGE, NO_KEY, refusal
from bot.notify.statuspage_api import Rejected, StatuspageApi, opened_api
from bot.services.diagnosis import Diagnosis, broken, doubtful, well
from bot.services.ports import RetryLater, Unknown

ABOUT: Final = "Statuspage"
BY_HAND: Final = "Until then public text is handed back to be posted by hand."


async def examine_statuspage(
    base: str,
    key: str | None,
    connected: StatuspageConnection | None,
    components: Mapping[str, str],
    seconds: Callable[[], float],
) -> AsyncIterator[Diagnosis]:
    """Say how the page stands that public text goes to; nothing where none is wanted, and nothing is published.

    `components` are the ids that the directory gives, by the field that gives them.
    """
    if connected is None and key is not None:
        says = "STATUSPAGE_API_KEY is set, and the directory names no page."
        yield doubtful(ABOUT, says, "Add workspace.statuspage: {page: …}, or take the key away.")
    if connected is None:
        return
    if key is None:
        yield broken(ABOUT, NO_KEY.remedy, BY_HAND)
        return
    async with opened_api(base, key, seconds) as api:
        try:
            there = await _components(api, connected.page)
        except Rejected as rejected:
            yield broken(ABOUT, refusal(rejected).remedy, BY_HAND)
            return
        except (RetryLater, Unknown) as lost:
            yield broken(ABOUT, f"no answer from {base} ({lost}).", "Check that this machine may reach it.")
            return
    missing = {field: known_as for field, known_as in components.items() if known_as not in there}
    for field, known_as in missing.items():
        yield broken(ABOUT, f'{field}: the page has no component "{known_as}".', f"Copy its id from there. {BY_HAND}")
    if not missing:
        yield well(
            ABOUT, f"the key is taken, and the page is there with {len(components)} of the journeys as components."
        )


async def _components(api: StatuspageApi, page: str) -> set[str]:
    """The ids of a page's components, as many pages of them as there are (https://developer.statuspage.io)."""
    found: set[str] = set()
    number, more = 1, True
    while more:
        listed = await api.call("GET", f"pages/{page}/components?page={number}&per_page={A_PAGE}", 1)
        if not isinstance(listed, list):
            raise Unknown("its list of components cannot be read")
        found |= {str(each.get("id")) for each in listed if isinstance(each, dict)}
        number, more = number + 1, len(listed) == A_PAGE
    return found
