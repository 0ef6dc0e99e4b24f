"""Which column of a table holds what: by its usual names, or as the caller says."""

from collections.abc import Sequence

from ausrec.data.read_table import Table
from ausrec.errors import AusrecError

# Compared without case, spaces and punctuation; the first match in this order wins.
USER = ("user", "userid", "uid", "username", "member", "memberid", "listener", "reader", "customer")
ITEM = (
    *("item", "itemid", "iid", "artist", "artistid", "movie", "movieid", "product", "productid"),
    *("book", "bookid", "isbn", "track", "trackid", "song", "songid", "asin", "business"),
    *("businessid", "poi", "venue", "venueid", "game", "gameid", "article", "articleid"),
)
WEIGHT = ("weight", "rating", "plays", "playcount", "count", "score", "stars", "value")
TIME = ("time", "timestamp", "datetime", "date", "createdat")
NAME = ("name", "title", "label", "itemname", "artistname", "username", "displayname")
LINKS = (
    *(("user", "friend"), ("userid", "friendid"), ("source", "target"), ("from", "to")),
    *(("truster", "trustee"), ("trustor", "trustee"), ("follower", "followee")),
    *(("user1", "user2"), ("usera", "userb"), ("src", "dst")),
)


def pick_column(
    table: Table, wanted: str | None, known: Sequence[str], what: str, remedy: str
) -> str:
    """Return the name of a column, as asked for or as recognised.

    Args:
        table: the table.
        wanted: the name that the caller gave, or None to look for a known one.
        known: names to recognise, the most usual first; case, spaces and `_` do not matter.
        what: what the column holds, for messages.
        remedy: what to do where there is none, for messages.

    Raises:
        AusrecError: when there is no such column; the message lists those that there are.
    """
    column = find_column(table, wanted, known)
    if column is None:
        named = f"no column {wanted!r}" if wanted else f"no column that looks like the {what}"
        raise AusrecError(f"{table.source}: {named}; found {', '.join(table.columns)}; {remedy}")
    return column


def find_column(table: Table, wanted: str | None, known: Sequence[str]) -> str | None:
    """Return the column named `wanted`, or without that the first known one, or None."""
    if wanted is not None:
        return wanted if wanted in table.columns else None
    plain = {_plain(column): column for column in reversed(table.columns)}
    return next((plain[name] for name in known if name in plain), None)


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
