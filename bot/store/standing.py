"""What is kept of standing duties: of the phone tree that was sent."""

from typing import Final

from sqlmodel import select

from bot.domain.phone_tree import Dispatch
from bot.store.part import Part, table_of
from bot.store.standing_tables import PhoneTreeRow

ONLY: Final = 1


class Standing(Part):
    """The rows of standing duties."""

    def phone_tree_sent(self) -> Dispatch | None:
        """Tell what phone tree was sent last, and when."""
        row = self._session.exec(select(PhoneTreeRow)).first()
        return None if row is None else Dispatch(digest=row.digest, at=row.sent_at)

    def note_phone_tree(self, sent: Dispatch) -> None:
        """Note what phone tree is being sent."""
        insert = self._insert(table_of(PhoneTreeRow)).values(id=ONLY, digest=sent.digest, sent_at=sent.at)
        moved = {name: insert.excluded[name] for name in ("digest", "sent_at")}
        self._changed(insert.on_conflict_do_update(index_elements=["id"], set_=moved))
