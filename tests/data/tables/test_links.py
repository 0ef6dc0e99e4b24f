import pandas as pd
import pytest

from ausrec.data.tables.assumptions import Reading
from ausrec.data.tables.links import check_ids, social_links, typed_links
from ausrec.data.tables.table import Table
from ausrec.errors import AusrecError

TAG = ("item", "has", "tag")


def table(columns, *rows, **options):
    frame = pd.DataFrame([row.split() for row in rows], columns=columns.split())
    return Table(frame, "a/links.csv", **options)


@pytest.mark.parametrize(
    ("columns", "asked", "ends"),
    [
        ("since user friend", (), "b c"),
        ("source_id target_id", (), "a b"),
        ("truster trustee note", (), "a b"),
        ("one other", (), "a b"),
        ("x from to y", (), "b c"),
        ("x y z", ("z", "x"), "c a"),
    ],
)
def test_ends_of_social_links(columns, asked, ends):
    row = "a b c d"[: 2 * len(columns.split()) - 1]
    links = social_links(table(columns, row), asked, None, Reading())
    assert links.iloc[0].tolist() == ends.split()


def test_columns_that_nobody_asked_for_are_taken_by_their_names():
    for asked, why in (((), "its name"), (("User", "Friend"), "asked for")):
        links = table("User Friend sign", "a b 1")
        social_links(links, asked, None, Reading())
        assert [taken.why for taken in links.taken] == [why, why, "its name"]


def test_unclear_ends_are_refused_with_the_names_to_choose_from():
    message = r"which two of x, y, z are the ends of a link\? .* --data.social_columns \[x,y\]"
    with pytest.raises(AusrecError, match=message):
        social_links(table("x y z", "a b c"), (), None, Reading())
    with pytest.raises(AusrecError, match="no column 'w'; found x, y, z"):
        social_links(table("x y z", "a b c"), ("x", "w"), None, Reading())


def test_signs_are_recognised_or_asked_for():
    rows = ("a b 1 -2", "b c 0 3")
    known = social_links(table("user friend value other", *rows), (), None, Reading())
    assert known["weight"].tolist() == [1, 0]
    asked = social_links(table("user friend value other", *rows), (), "other", Reading())
    assert asked["weight"].tolist() == [-2, 3]
    with pytest.raises(AusrecError, match=r"'x' in column 'value' is not a number; name the"):
        social_links(table("user friend value", "a b x"), (), None, Reading())
    with pytest.raises(AusrecError, match="no column 'sign'"):
        social_links(table("user friend", "a b"), (), "sign", Reading())


def test_links_to_oneself_are_left_out_and_counted():
    reading = Reading()
    links = social_links(table("user friend", "a a", "a b", "b b"), (), None, reading)
    assert links.to_numpy().tolist() == [["a", "b"]]
    assert reading.assumed == ["links.csv: 2 links of a user to itself were left out"]


def test_ids_that_match_nothing_are_counted_with_examples_where_they_are_most():
    reading, known = Reading(), ["u1", "u2"]
    check_ids(table("a b"), pd.Series(["u1", "u2", "u1"]), known, reading)
    assert reading.assumed == []
    check_ids(table("a b"), pd.Series(["u1", "u2", "u3"]), known, reading)
    check_ids(table("a b"), pd.Series(["1", "2", "u1"]), known, reading)
    assert reading.assumed == [
        "links.csv: 1 of 3 ids have no interactions",
        "links.csv: 2 of 3 ids have no interactions, as '1' against 'u1' there: do both tables "
        "use the same ids?",
    ]
    with pytest.raises(AusrecError, match="names nobody with interactions, as '1' against 'u1'"):
        check_ids(table("a b"), pd.Series(["1"]), known, reading)


@pytest.mark.parametrize(
    ("columns", "asked"),
    [("userId movieId tag", ()), ("x item tag_id", ()), ("user film word", ("film", "word"))],
)
def test_typed_links_take_the_columns_that_are_called_as_their_ends(columns, asked):
    links = typed_links(table(columns, "u1 m1 noir"), TAG, asked)
    assert (links.source.tolist(), links.target.tolist()) == (["m1"], ["noir"])


def test_typed_links_are_refused_where_no_columns_are_called_so():
    message = r"as the ends of item-has-tag; found user, film, word: name them, as --link 'item-has"
    with pytest.raises(AusrecError, match=message):
        typed_links(table("user film word", "u1 m1 noir"), TAG)
    both = typed_links(table("column1 column2", "m1 noir", has_names=False), TAG)
    assert both.target.tolist() == ["noir"]


def test_several_targets_in_a_field_are_several_links():
    for text, options in (("dub|folk", {}), ("dub folk", {"sequences": frozenset(["tag"])})):
        frame = pd.DataFrame([["m1", text], ["m2", "folk"]], columns=["item", "tag"])
        each = Table(frame, "t.csv", **options)
        links = typed_links(each, TAG)
        assert list(zip(links.source, links.target, strict=True)) == [
            ("m1", "dub"),
            ("m1", "folk"),
            ("m2", "folk"),
        ]
        assert "tag holds several, separated by" in each.assumed[0]
