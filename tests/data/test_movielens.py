import pytest

from ausrec.data.build_graph import HAS_GENRE, RATES
from ausrec.data.movielens import read_ml_1m, read_ml_100k
from ausrec.errors import AusrecError


def of_films(graph):
    names = graph["item"].name
    return {
        (names[film], graph["genre"].raw_id[genre])
        for film, genre in graph[HAS_GENRE].edge_index.T.tolist()
    }


def test_ratings_titles_and_genres_of_100k_are_read(tmp_path):
    flags = "|".join(str(int(k in (1, 4))) for k in range(19))
    (tmp_path / "u.item").write_bytes(
        f"7|Amélie|01-Jan-1995||http://x|{flags}\n8|Unrated|||x|{flags}\n".encode("latin-1")
    )
    (tmp_path / "u.data").write_text("1\t7\t3\t881250949\n2\t7\t5\t881250950\n")
    graph = read_ml_100k(tmp_path / "u.item", tmp_path / "u.data")
    assert graph["item"].name == ["Amélie"] and graph["user"].num_nodes == 2
    assert graph[RATES].time.tolist() == [881250949, 881250950]
    assert graph[RATES].weight.tolist() == [3, 5]
    assert of_films(graph) == {("Amélie", "1"), ("Amélie", "4")}


def test_those_of_1m_too(tmp_path):
    (tmp_path / "movies.dat").write_text("1::Toy Story::Animation|Comedy\n2::Other::Drama\n")
    (tmp_path / "ratings.dat").write_text("1::1::5::978300760\n1::2::4::978300700\n")
    graph = read_ml_1m(tmp_path / "movies.dat", tmp_path / "ratings.dat")
    assert of_films(graph) == {
        *(("Toy Story", genre) for genre in ("Animation", "Comedy")),
        ("Other", "Drama"),
    }
    assert graph[RATES].order.tolist() == [1, 0]


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "movies.dat").write_text("1::Toy Story::Comedy\n2,Other,Drama\n")
    with pytest.raises(AusrecError, match=r"movies\.dat:2: does not have 3 fields"):
        read_ml_1m(tmp_path / "movies.dat", tmp_path / "movies.dat")
