import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ausrec.data.tables.neighbour_lists import read_adjacency
from ausrec.errors import AusrecError


def written(tmp_path, content: bytes):
    path = tmp_path / "train.txt"
    path.write_bytes(content)
    return path


def pairs_of(path):
    node, neighbour = read_adjacency(path)
    return list(zip(node.tolist(), neighbour.tolist(), strict=True))


@pytest.mark.parametrize(
    "content",
    [
        b"3 10 11\n1 10\n",
        b"3 10 11\n1 10",
        b"3 10 11\r\n1 10\r\n",
        b"\xef\xbb\xbf3 10 11\n1 10\n",
        b"3\t10  11 \n\n 1 10\n\n",
        b"3 10 11\n7\n1 10\n",
    ],
    ids=["plain", "no last line end", "windows", "mark", "spaces", "node without neighbour"],
)
def test_reads_pairs_in_file_order(tmp_path, content):
    assert pairs_of(written(tmp_path, content)) == [(3, 10), (3, 11), (1, 10)]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"1 2\n3 x4 5\n", ":2: 'x4' is not an id"),
        (b"1 2\n\n3 4 -5\n", ":3: '-5' is not an id"),
        (b"1 2.5\n", ":1: '2.5' is not an id"),
        (b"1 2\n3 4\n5 99999999999999999999\n", ":3: '99999999999999999999' is not an id"),
        (b"1 2\r\n3 \xff\r\n", ":2: '\ufffd' is not an id"),
        (b"\n  \n", ": empty"),
        (b"", ": empty"),
        (b"1\n2\n", ": empty, or no line names more than one id"),
    ],
)
def test_names_the_line_of_the_first_bad_token(tmp_path, content, where):
    path = written(tmp_path, content)
    with pytest.raises(AusrecError) as error:
        read_adjacency(path)
    assert str(error.value).startswith(f"{path}{where}")
    assert "\n" not in str(error.value)


line = st.lists(st.integers(0, 10**18 - 1), min_size=1, max_size=6)


@given(lines=st.lists(line, min_size=1, max_size=6))
def test_agrees_with_a_loop(tmp_path_factory, lines):
    expected = [(first, other) for first, *others in lines for other in others]
    text = "\n".join(" ".join(map(str, numbers)) for numbers in lines)
    path = written(tmp_path_factory.mktemp("lines"), text.encode())
    if expected:
        assert pairs_of(path) == expected
    else:
        with pytest.raises(AusrecError):
            read_adjacency(path)


def test_returns_int64(tmp_path):
    node, neighbour = read_adjacency(written(tmp_path, b"1 2\n"))
    assert node.dtype == neighbour.dtype == np.int64
