"""The names that published data sets give to their columns, by what the columns hold.

Names are compared without case, spaces and punctuation; the first match in the order of a list
wins. Sources: GroupLens (MovieLens, HetRec 2011, Book-Crossing), Amazon reviews (2014, 2018, 2023),
Yelp, Goodreads and goodbooks-10k, Gowalla and Foursquare, Steam, RetailRocket, KuaiRec, LFM-1b,
Ciao and Epinions (Tang), LibRec, QRec and SELFRec, and RecBole's atomic files.
"""

from collections.abc import Iterable, Sequence

USER = (
    *("user", "userid", "uid", "username", "member", "memberid", "listener", "listenerid"),
    *("reader", "readerid", "customer", "customerid", "reviewerid", "reviewer", "visitorid"),
    *("buyer", "buyerid", "profile", "profileid", "accountid", "person", "personid"),
)
ITEM = (
    *("item", "itemid", "iid", "artist", "artistid", "movie", "movieid", "product", "productid"),
    *("book", "bookid", "isbn", "track", "trackid", "song", "songid", "parentasin", "asin"),
    *("business", "businessid", "poi", "poiid", "venue", "venueid", "location", "locationid"),
    *("game", "gameid", "appid", "article", "articleid", "news", "newsid", "video", "videoid"),
    *("anime", "animeid", "recipe", "recipeid", "gmapid", "place", "placeid", "itemno"),
)
RATING = (
    *("rating", "ratings", "stars", "overall", "bookrating", "reviewscore", "score"),
    *("ratingvalue", "userrating", "reviewoverall", "preference"),
)
WEIGHT = (
    *RATING,
    *("weight", "plays", "playcount", "count", "listens", "views", "clicks", "quantity"),
    *("hours", "playtime", "watchratio", "value"),
)
TIME = (
    *("time", "timestamp", "datetime", "unixreviewtime", "unixtimestamp", "unixtime"),
    *("ratingtimestamp", "reviewtimestamp", "reviewtime", "ratingtime", "ts", "date", "createdat"),
    *("created", "dateadded", "reviewdate", "utctime", "checkintime", "eventtime", "visittime"),
    *("localtime", "timestampms", "timestamps"),
)
NAME = (
    *("name", "title", "label", "itemname", "artistname", "username", "displayname", "movietitle"),
    *("booktitle", "originaltitle", "tracktitle", "songtitle", "appname"),
)
LINKS = (
    *(("user", "friend"), ("userid", "friendid"), ("source", "target"), ("sourceid", "targetid")),
    *(("from", "to"), ("fromid", "toid"), ("truster", "trustee"), ("trustor", "trustee")),
    *(("follower", "followee"), ("followerid", "followeeid"), ("user1", "user2")),
    *(("usera", "userb"), ("userid1", "userid2"), ("src", "dst"), ("user1id", "user2id")),
    *(("trusterid", "trusteeid"), ("trustorid", "trusteeid"), ("useridx", "useridy")),
)
SIGN = ("sign", "value", "trust", "trustvalue", "trustrating", "weight", "rating", "status")

# What a table without a header holds, by its number of columns; a matrix of MATLAB may be wider.
PLACES: dict[str, tuple[str, ...]] = {
    "interactions": ("user", "item", "rating", "time"),
    "social": ("source", "target", "value"),
    "items": ("item", "name", "genre"),
    "users": ("user", "name"),
}
MATLAB = {
    5: ("user", "item", "category", "rating", "helpfulness"),
    6: ("user", "item", "category", "rating", "helpfulness", "time"),
}
"""The matrices of Ciao and Epinions, `rating.mat` and `rating_with_timestamp.mat`."""

FIRST_SECOND = 1e8
"""From March 1973 on, which no rating reaches: a third column of such numbers is a time."""

_ALL = frozenset((*USER, *ITEM, *WEIGHT, *TIME, *NAME, *SIGN, "id", *(n for p in LINKS for n in p)))


def plain(name: str) -> str:
    """Return a column's name without case, spaces, punctuation, and RecBole's type behind it."""
    bare = name.partition(":")[0] if is_typed(name) else name
    return "".join(filter(str.isalnum, bare.lower()))


def is_typed(name: str) -> bool:
    """Tell whether a column is called as in RecBole's files, as `rating:float`."""
    return name.partition(":")[2] in ("token", "float", "token_seq", "float_seq")


def find_column(columns: Sequence[str], known: Iterable[str]) -> str | None:
    """Return the column that the first of the known names fits, or is, or None."""
    by_name = {plain(column): column for column in reversed(columns)}
    by_name |= {column: column for column in columns}
    return next((by_name[name] for name in known if name in by_name), None)


def find_name(columns: Sequence[str]) -> str | None:
    """Return the column that holds names: a known one, else the first that ends in one."""
    ending = (c for c in columns if plain(c).endswith(("title", "name")))
    return find_column(columns, NAME) or next(ending, None)


def count_known(fields: Sequence[str]) -> int:
    """Count the fields that are names of columns, as those of a header line are."""
    return sum(is_typed(field) or plain(field) in _ALL for field in fields)


def end_names(node: str) -> tuple[str, ...]:
    """Return what the column for one end of a link may be called, the end's own name first."""
    name = plain(node)
    own = (name, f"{name}id", f"{name}name", f"{name}s")
    return (*own, *{"user": USER, "item": ITEM}.get(name, ()))
