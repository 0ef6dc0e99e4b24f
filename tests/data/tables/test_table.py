import pandas as pd
import pytest

from ausrec.data.tables.read_table import read_table
from ausrec.data.tables.table import Table, to_numbers
from ausrec.errors import AusrecError


@pytest.mark.parametrize(
    ("content", "column", "values", "lines"),
    [
        ('\nuser,item\n\na,b\n"c\nd",e\n\n\nf,g\n', "user", ["a", "c\nd", "f"], (4, 5, 9)),
        ("1::2\n\n3::4\n", "user", ["1", "3"], (1, 3)),
        ("a b 1\nb c 1\n", "item", ["b", "c"], (1, 2)),
        ("# From To\n1\t2\n2\t3\n", "user", ["1", "2"], (2, 3)),
    ],
)
def test_lines_are_named_despite_blank_and_long_ones(tmp_path, content, column, values, lines):
    path = tmp_path / "p.csv"
    path.write_text(content)
    table = read_table(path, "interactions")
    assert table.frame[column].tolist() == values
    assert [table.where(row) for row in range(len(lines))] == [f"{path}:{n}" for n in lines]


TABLE = Table(pd.DataFrame(columns=["User ID", "uid", "Play-Count"]), "a/plays.csv")


def test_known_names_win_in_their_order():
    assert TABLE.find(None, ["uid", "userid"]) == "uid"
    assert TABLE.find(None, ["userid", "uid"]) == "User ID"
    assert TABLE.find(None, ["playcount"]) == "Play-Count"
    assert TABLE.find(None, ["item"]) is None


def test_a_wanted_name_is_taken_exactly():
    assert TABLE.find("uid", ["userid"]) == "uid"
    assert TABLE.find("UID", ["userid"]) is None
    assert TABLE.find("1") is None


def test_columns_without_names_are_asked_for_by_place():
    table = Table(pd.DataFrame(columns=["user", "item", "column 3"]), "p", has_names=False)
    assert table.find("3") == "column 3" and table.find("item") == "item"
    assert table.find("4") is None and table.find("0") is None


def test_what_was_found_is_listed():
    with pytest.raises(AusrecError) as error:
        TABLE.pick(None, ["item"], "items", "choose one by item=")
    assert str(error.value) == (
        "a/plays.csv: no column that looks like the items; found User ID, uid, Play-Count; "
        "choose one by item="
    )


def test_what_is_taken_is_noted_with_the_reason():
    table = Table(pd.DataFrame(columns=["who", "item"]), "a/plays.csv")
    table.pick("who", [], "users", "")
    table.pick(None, ["item"], "items", "")
    assert table.take(None, ["time"], "times") is None
    assert [tuple(each) for each in table.taken] == [
        ("plays.csv", "users", "who", "asked for"),
        ("plays.csv", "items", "item", "its name"),
    ]


@pytest.mark.parametrize(
    ("values", "times"),
    [
        (["1970-01-02", "1970-01-01T00:01:00Z"], [86400, 60]),
        (["Thu Jan 01 00:00:07 +0000 1970"], [7]),
        (["01 2, 1970"], [86400]),
        (["12.0", "13"], [12, 13]),
        ([5, 3], [5, 3]),
    ],
)
def test_times_are_numbers_or_dates(values, times):
    assert Table(pd.DataFrame({"t": values}), "p").times("t").tolist() == times


def test_a_time_that_is_none_is_named():
    for values, wrong in ((["1970-01-02", "soon"], "soon"), (["7", "soon"], "soon")):
        with pytest.raises(AusrecError, match=f"p, row 1: '{wrong}' in column 't' is neither"):
            Table(pd.DataFrame({"t": values}), "p").times("t")


def test_ids_are_text_and_those_that_differ_in_blanks_are_one():
    frame = pd.DataFrame({"i": ["b", " a", "b", "a "], "f": [2.0, 1.0, 2.0, 1.5]})
    frame["o"] = pd.Series([1, 1.0, True, "1"], dtype=object)
    table = Table(frame, "p")
    assert list(table.ids("i")) == ["b", "a", "b", "a"]
    assert list(table.ids("i").categories) == ["b", "a"]
    assert list(table.ids("f")) == ["2.0", "1.0", "2.0", "1.5"]
    assert list(table.ids("o")) == ["1", "1.0", "True", "1"]
    whole = Table(pd.DataFrame({"f": [2.0, 1.0]}), "p")
    assert list(whole.ids("f")) == ["2", "1"]


@pytest.mark.parametrize("values", [["a", " ", "b"], ["a", None, "b"], [1.0, float("nan"), 2.0]])
def test_the_first_missing_id_is_named(values):
    table = Table(pd.DataFrame({"i": values}), "p")
    with pytest.raises(AusrecError, match="p, row 1: no value in column 'i'"):
        table.ids("i")


@pytest.mark.parametrize(
    "values",
    [["1", "2.5", "-3e2"], [" 1", "2.5 ", "x"], ["1", ""], ["9007199254740993"], ["0x10"], ["inf"]],
)
def test_texts_are_the_numbers_that_pandas_reads(values):
    texts = pd.Series(values, dtype="str")
    expected = pd.to_numeric(texts, errors="coerce").astype(float)
    pd.testing.assert_series_equal(to_numbers(texts).astype(float), expected)
