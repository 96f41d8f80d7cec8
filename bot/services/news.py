"""News about the bot itself that people should read in Slack, not only in a log."""

from hashlib import sha256

from bot.domain.change import Change
from bot.domain.effects import Outgoing, TellRoom
from bot.domain.incident import RoomKind
from bot.domain.outgoing import room_stream
from bot.domain.prose import Fragment, Words
from bot.services.ports import Desk


async def directory_refused(desk: Desk, findings: tuple[str, ...]) -> None:
    """Say in the triage channel that a changed directory file was not taken, once for each set of errors."""
    digest = sha256("\n".join(findings).encode()).hexdigest()[:16]
    shown: list[Fragment] = [Words(f"\n• {finding}") for finding in findings[:5]]
    more = f"\n… and {len(findings) - 5} more." if len(findings) > len(shown) else ""
    opening = (
        "The directory file was changed and cannot be used. The one read before stays in use; nobody is paged "
        "differently. Mend it and save it again:"
    )
    said: tuple[Fragment, ...] = (
        opening,
        *shown,
        more,
    )
    row = Outgoing(
        id=f"directory:refused:{digest}",
        stream=room_stream(0, RoomKind.TRIAGE),
        effect=TellRoom(room=RoomKind.TRIAGE, said=tuple(part for part in said if part)),
    )
    await desk.store.write(lambda tx: tx.save(Change(outgoing=(row,))))
