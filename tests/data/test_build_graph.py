import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ausrec.data.build_graph import RATES, TRUSTS, Edges, build_graph, edge_matrix
from ausrec.errors import AusrecError
from tests.graphs import make_graph


def numbers(*values):
    return np.array(values, dtype=np.int64)


def texts(*values):
    return np.array(values, dtype=object)


def test_nodes_are_exactly_the_ids_that_occur():
    data = build_graph(
        {
            RATES: Edges(numbers(5, 9, 5), numbers(100, 40, 40)),
            TRUSTS: Edges(numbers(9, 12), numbers(5, 9)),
        }
    )
    assert data["user"].raw_id == ["5", "9", "12"]
    assert data["item"].raw_id == ["40", "100"]
    assert (data["user"].num_nodes, data["item"].num_nodes) == (3, 2)
    assert data[RATES].edge_index.tolist() == [[0, 0, 1], [0, 1, 0]]
    assert data[TRUSTS].edge_index.tolist() == [[1, 2], [0, 1]]
    assert data[RATES].edge_index.dtype == torch.int64
    data.validate(raise_on_error=True)


def test_repeated_edges_are_one():
    data = build_graph(
        {
            RATES: Edges(
                numbers(1, 1, 1, 2),
                numbers(7, 8, 7, 7),
                weight=np.array([2.0, 1.0, 3.5, 4.0]),
                time=numbers(30, 5, 10, -4),
                test_mask=np.array([True, True, False, True]),
            )
        }
    )
    store = data[RATES]
    assert store.edge_index.tolist() == [[0, 0, 1], [0, 1, 0]]
    assert store.weight.tolist() == [5.5, 1.0, 4.0]
    assert store.time.tolist() == [30, 5, -4]
    assert store.test_mask.tolist() == [False, True, True]


def test_integers_in_text_are_ordered_as_integers():
    data = build_graph({RATES: Edges(texts("10", "2", "-3"), texts("10", "2", "b"))})
    assert data["user"].raw_id == ["-3", "2", "10"]
    assert data["item"].raw_id == ["10", "2", "b"]


def test_leading_zeros_are_kept_apart():
    data = build_graph({RATES: Edges(texts("007", "7"), texts("x", "x"))})
    assert data["user"].raw_id == ["007", "7"]


def test_numbers_and_text_of_one_node_type_meet():
    data = build_graph(
        {RATES: Edges(numbers(2, 10), texts("x", "y")), TRUSTS: Edges(texts("10"), texts("2"))}
    )
    assert data["user"].raw_id == ["2", "10"]
    assert data[TRUSTS].edge_index.tolist() == [[1], [0]]


def test_categories_are_their_texts_and_unused_ones_are_no_nodes():
    plain = {RATES: Edges(texts("7", "b", "7"), texts("2", "10", "2"))}
    user = pd.Categorical.from_codes([2, 1, 2], ["gone", "b", "7"])
    expected, found = build_graph(plain), build_graph({RATES: Edges(user, numbers(2, 10, 2))})
    assert found["user"].raw_id == expected["user"].raw_id == ["7", "b"]
    assert found["item"].raw_id == expected["item"].raw_id == ["2", "10"]
    assert torch.equal(found[RATES].edge_index, expected[RATES].edge_index)


def test_names_fall_back_to_ids():
    edges = {RATES: Edges(numbers(1, 2), numbers(3, 4))}
    data = build_graph(edges, names={"item": {"3": "Amber", "9": "nobody's"}})
    assert data["item"].name == ["Amber", "4"]
    assert data["user"].name == ["1", "2"]


def test_links_to_itself_stay():
    data = build_graph({TRUSTS: Edges(numbers(1, 2), numbers(1, 1))})
    assert data[TRUSTS].edge_index.tolist() == [[0, 1], [0, 0]]


def test_further_node_types():
    data = build_graph(
        {
            RATES: Edges(numbers(1), numbers(3)),
            ("item", "has", "genre"): Edges(texts("3", "4"), texts("dub", "dub")),
        }
    )
    assert data["item"].raw_id == ["3", "4"]
    assert data["genre"].name == ["dub"]
    assert data["item", "has", "genre"].edge_index.tolist() == [[0, 1], [0, 0]]


@pytest.mark.parametrize(("source", "target"), [((), ()), ((1, 2), (1,))])
def test_refuses_edges_that_do_not_fit(source, target):
    with pytest.raises(AusrecError, match="at least one edge"):
        build_graph({RATES: Edges(numbers(*source), numbers(*target))})


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 30)), min_size=1))
def test_numbers_and_their_text_give_the_same_graph(pairs):
    source, target = zip(*pairs, strict=True)
    one = build_graph({RATES: Edges(numbers(*source), numbers(*target))})
    other = build_graph({RATES: Edges(texts(*map(str, source)), texts(*map(str, target)))})
    assert one["user"].raw_id == other["user"].raw_id == [str(i) for i in sorted(set(source))]
    assert torch.equal(one[RATES].edge_index, other[RATES].edge_index)
    user, item = one[RATES].edge_index.tolist()
    back = {
        (int(one["user"].raw_id[u]), int(one["item"].raw_id[i]))
        for u, i in zip(user, item, strict=True)
    }
    assert back == set(pairs)
    assert len(user) == len(back)


def test_an_edge_is_a_one_in_the_matrix_however_often_it_is_there():
    graph = make_graph(2, 3, [(0, 2), (0, 2), (1, 0)], [])
    assert edge_matrix(graph).toarray().tolist() == [[0, 0, 1], [1, 0, 0]]
    assert edge_matrix(graph, TRUSTS, np.float32).toarray().tolist() == [[0, 0], [0, 0]]
    assert edge_matrix(graph, TRUSTS, np.float32).dtype == np.float32
