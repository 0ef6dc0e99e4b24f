import pytest

from ausrec.data.read_table import read_table


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
        ("p.tsv", "alone\n1\n", "\t"),
    ],
)
def test_delimiter_is_the_one_that_the_header_holds_most_of(tmp_path, name, content, delimiter):
    (tmp_path / name).write_text(content)
    assert read_table(tmp_path / name, "plays").delimiter == delimiter
