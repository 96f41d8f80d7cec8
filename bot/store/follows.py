"""What people follow."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import bindparam, delete
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.following import Follow
from bot.domain.team import ToldBy
from bot.store.follow_tables import FollowRow
from bot.store.part import Part, table_of


class Follows(Part):
    """The rows of what people follow."""

    def save_follow(self, follow: Follow) -> None:
        """Note that somebody follows something; how they are told replaces what was noted before."""
        insert = self._insert(table_of(FollowRow)).values(
            user=follow.user, target=follow.target, by=follow.by.value, email=follow.email, at=follow.at
        )
        same = {name: insert.excluded[name] for name in ("by", "email", "at")}
        self._changed(insert.on_conflict_do_update(index_elements=["user", "target"], set_=same))

    def drop_follow(self, user: str, target: str) -> bool:
        """Forget that somebody follows something; False if they did not."""
        self._must_write()
        mine = (col(FollowRow.user) == user, col(FollowRow.target) == target)
        return self._session.exec(delete(FollowRow).where(*mine)).rowcount == 1

    def follows_of(self, user: str) -> tuple[Follow, ...]:
        """Load what somebody follows, in the order they began."""
        query = select(FollowRow).where(FollowRow.user == user).order_by(col(FollowRow.at), col(FollowRow.target))
        return tuple(_follow(row) for row in self._session.exec(query))

    def followers_of(self, targets: Sequence[str]) -> tuple[Follow, ...]:
        """Load who follows any of these."""
        return tuple(map(_follow, self._session.exec(_followers(), params={"targets": targets})))


@cache
def _followers() -> SelectOfScalar[FollowRow]:
    following = col(FollowRow.target).in_(bindparam("targets", expanding=True))
    return select(FollowRow).where(following).order_by(col(FollowRow.user), col(FollowRow.target))


def _follow(row: FollowRow) -> Follow:
    return Follow(user=row.user, target=row.target, by=ToldBy(row.by), email=row.email, at=row.at)
