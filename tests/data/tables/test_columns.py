import pytest

from ausrec.data.tables.columns import (
    ITEM,
    TIME,
    USER,
    WEIGHT,
    count_known,
    end_names,
    find_column,
    find_name,
    plain,
)


@pytest.mark.parametrize(
    ("columns", "user", "item", "weight", "time"),
    [
        ("userId,movieId,rating,timestamp", "userId", "movieId", "rating", "timestamp"),
        ("reviewerID,asin,overall,unixReviewTime,reviewTime", "reviewerID", "asin", "overall",
         "unixReviewTime"),
        ("rating,title,asin,parent_asin,user_id,timestamp", "user_id", "parent_asin", "rating",
         "timestamp"),
        ("review_id,user_id,business_id,stars,date", "user_id", "business_id", "stars", "date"),
        ("User-ID,ISBN,Book-Rating", "User-ID", "ISBN", "Book-Rating", None),
        ("user_id:token,item_id:token,rating:float,timestamp:float", "user_id:token",
         "item_id:token", "rating:float", "timestamp:float"),
        ("visitorid,itemid,ts", "visitorid", "itemid", None, "ts"),
        ("user,item,rating_timestamp", "user", "item", None, "rating_timestamp"),
        ("user,item,unix_timestamp", "user", "item", None, "unix_timestamp"),
        ("user,item,review_time", "user", "item", None, "review_time"),
        ("user,item,created", "user", "item", None, "created"),
    ],
)  # fmt: skip
def test_columns_of_published_sets_are_recognised(columns, user, item, weight, time):
    names = columns.split(",")
    found = [find_column(names, known) for known in (USER, ITEM, WEIGHT, TIME)]
    assert found == [user, item, weight, time]


def test_names_are_known_or_end_in_one():
    assert find_name(["movieId", "movie_title", "year"]) == "movie_title"
    assert find_name(["venue", "venue_display_name"]) == "venue_display_name"
    assert find_name(["title", "name"]) == "name"
    assert find_name(["id", "genre"]) is None


def test_types_of_atomic_files_are_no_part_of_a_name():
    assert plain("item_id:token") == "itemid" and plain("item_id:what") == "itemidwhat"
    assert count_known(["who:token", "user", "x"]) == 2


def test_ends_of_a_link_may_be_called_as_ids():
    assert find_column(["userId", "movieId", "tag"], end_names("tag")) == "tag"
    assert find_column(["userId", "movieId", "tag_id"], end_names("tag")) == "tag_id"
    assert find_column(["userId", "movieId", "tag"], end_names("item")) == "movieId"
    assert find_column(["userId", "movieId", "tag"], end_names("genre")) is None
