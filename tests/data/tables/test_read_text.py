import pytest

from ausrec.data.tables.read_text import read_text
from ausrec.errors import AusrecError


def read(tmp_path, content, what="interactions", **options):
    path = tmp_path / "plays.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_text(path, what, **options)


@pytest.mark.parametrize(
    ("content", "columns", "first"),
    [
        ("a,b\n1;2,3\n", "a b", "1;2 3"),
        ("a\tb\n1,2\t3\n", "a b", "1,2 3"),
        ("a|b|c,d\n1|2|3\n", "a b c,d", "1 2 3"),
        ("alone\nx\n", "alone", "x"),
        ("user item rating\nu1 i1 5\n", "user item rating", "u1 i1 5"),
        ("u1 i1 5\nu2  i2\t4\n", "user item rating", "u1 i1 5"),
        ("1::10::5::978300760\n", "user item rating time", "1 10 5 978300760"),
        ("user::item\nu::i:j\n", "user item", "u i:j"),
        ('user_id:token\titem_id:token\nu\t"i\n', "user_id item_id", 'u "i'),
        ("# SNAP graph\n# From To\n1\t2\n2\t3\n", "user item", "1 2"),
        ("% sym\n7 8\n8 9\n", "user item", "7 8"),
        ("ann,bob\nbob,cyd\n", "user item", "ann bob"),
        ("user,item,2019\nann,x,1\n", "user item 2019", "ann x 1"),
        ("item,game\nx,folk\n", "item game", "x folk"),
        ("x1,game\nx2,folk\nx3,game\n", "user item", "x1 game"),
    ],
)
def test_layouts(tmp_path, content, columns, first):
    table = read(tmp_path, content)
    assert table.columns == columns.split()
    assert table.frame.iloc[0].tolist() == first.split()


@pytest.mark.parametrize("content", ["0 1 2\n3 4\n5\n", "0 1 2 3 4\n1 1 2 3 4\n"])
def test_lines_of_neighbours_are_told_by_their_integers(tmp_path, content):
    table = read(tmp_path, content)
    rows = [line.split() for line in content.splitlines()]
    pairs = [[int(row[0]), int(other)] for row in rows for other in row[1:]]
    assert table.frame.to_numpy().tolist() == pairs
    assert table.assumed == ["plays.txt: no header line; a line is one user and then each item"]


@pytest.mark.parametrize("content", ["1 2 3\n4 5 3\n", "1 2 3 4 5\n1 6 7 8 9\n"])
def test_other_lines_of_integers_are_rows(tmp_path, content):
    assert len(read(tmp_path, content).frame) == 2


def test_a_format_that_is_named_is_taken(tmp_path):
    assert len(read(tmp_path, "1 2 3\n4 5 6\n", name="adjacency").frame) == 4
    with pytest.raises(AusrecError, match=r"plays.txt:2: 'x' is not an id"):
        read(tmp_path, "1 2 3\n4 x\n", name="adjacency")
    assert read(tmp_path, "a b,c d\n1 2,3 4\n", name="csv").columns == ["a b", "c d"]


def test_header_or_not_can_be_said_and_a_guess_is_noted(tmp_path):
    content = "who,what\nann,x\n"
    guessed = read(tmp_path, content)
    assert guessed.assumed == ["plays.txt: its first line (who, what) is a header, and no row"]
    assert len(read(tmp_path, content, header=False).frame) == 2
    assert read(tmp_path, "1,2\n3,4\n", header=True).columns == ["1", "2"]
    assert len(read(tmp_path, "ann,bob\ncyd,dan\n", "social", ids={"ann"}).frame) == 2
    assert read(tmp_path, "user,item\na,b\n").assumed == []


def test_other_encodings_are_read_and_noted(tmp_path):
    table = read(tmp_path, "item,name\nx,Amélie\n".encode("latin-1"), "items")
    assert table.frame["name"].tolist() == ["Amélie"]
    assert table.assumed == ["plays.txt: is not UTF-8, so it was read as latin-1"]
    table = read(tmp_path, "item,name\nx,Amélie\n".encode("utf-16"), "items")
    assert table.frame["name"].tolist() == ["Amélie"]


def test_several_values_in_a_field_are_known_from_its_type(tmp_path):
    content = "item_id:token\tgenre:token_seq\nx\tjazz rock\n"
    assert read(tmp_path, content, "items").sequences == {"genre"}


def test_an_empty_file_is_refused(tmp_path):
    for content in ("", "\n\n"):
        with pytest.raises(AusrecError, match=r"plays\.txt: is empty"):
            read(tmp_path, content)
