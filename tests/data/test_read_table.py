import pandas as pd
import pytest

from ausrec.data.read_table import Table, read_table
from ausrec.errors import AusrecError


def test_lines_are_named_despite_blank_and_long_ones(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text('\nuser,item\n\na,b\n"c\nd",e\n\n\nf,g\n')
    table = read_table(path, "plays")
    assert table.frame["user"].tolist() == ["a", "c\nd", "f"]
    assert [table.where(row) for row in range(3)] == [f"{path}:{n}" for n in (4, 5, 9)]


@pytest.mark.parametrize(
    ("name", "content", "delimiter"),
    [
        ("p.csv", "a,b\n1;2,3\n", ","),
        ("p.csv", "a\tb\n1,2\t3\n", "\t"),
        ("p.tsv", "a\tb\n1\t3\n", "\t"),
        ("p.csv", "a|b|c,d\n1|2|3\n", "|"),
        ("p.csv", "alone\n1\n", ","),
    ],
)
def test_delimiter_is_the_one_that_the_header_holds_most_of(tmp_path, name, content, delimiter):
    (tmp_path / name).write_text(content)
    assert read_table(tmp_path / name, "plays").delimiter == delimiter


TABLE = Table(pd.DataFrame(columns=["User ID", "uid", "Play-Count"]), "plays.csv")


def test_known_names_win_in_their_order():
    assert TABLE.find(None, ["uid", "userid"]) == "uid"
    assert TABLE.find(None, ["userid", "uid"]) == "User ID"
    assert TABLE.find(None, ["playcount"]) == "Play-Count"
    assert TABLE.find(None, ["item"]) is None


def test_a_wanted_name_is_taken_exactly():
    assert TABLE.find("uid", ["userid"]) == "uid"
    assert TABLE.find("UID", ["userid"]) is None


def test_what_was_found_is_listed():
    with pytest.raises(AusrecError) as error:
        TABLE.pick(None, ["item"], "items", "choose one by item=")
    assert str(error.value) == (
        "plays.csv: no column that looks like the items; found User ID, uid, Play-Count; "
        "choose one by item="
    )
