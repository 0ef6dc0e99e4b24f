"""The seven relations: by hand, against naive definitions, and against the published files."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch_geometric.data import HeteroData

from ausrec.data import load_dataset
from ausrec.errors import AusrecError
from ausrec.graph import (
    STRUCTURAL_TASKS,
    AddRelation,
    Between,
    add_relations,
    evaluate_formula,
    noise,
    relation_node,
    relation_pairs,
)
from ausrec.graph.dense_pairs import BitPairs
from ausrec.graph.evaluate_formula import to_pairs
from ausrec.graph.formula import Formula
from ausrec.graph.lazy_pairs import LazyPairs
from ausrec.graph.pairs import StoredPairs
from ausrec.graph.relations import adjacency, metapath_uuiu
from ausrec.tasks.published_tasks import PUBLISHED_RELATIONS
from tests.graph.oracle import pairs_of, structural_relations
from tests.graphs import both, make_graph, random_graph


def hand_drawn() -> HeteroData:
    """Five users: 0–1–2 form a triangle, 2–3–4 a tail; 0 and 1 share item 0, 3 and 4 item 1."""
    social = both([(0, 1), (0, 2), (1, 2), (2, 3), (3, 4)])
    return make_graph(5, 3, [(0, 0), (1, 0), (2, 2), (3, 1), (4, 1)], social)


EXPECTED = {
    "social_triangle": both([(0, 1), (0, 2), (1, 2)]),
    "joint_triangle": both([(0, 1), (3, 4)]),
    "social_link": both([(0, 1), (0, 2), (1, 2), (2, 3), (3, 4)]),
    "two_hop": both([(0, 3), (1, 3), (2, 4)]),
    "three_hop": both([(0, 4), (1, 4)]),
    "metapath_uiu": both([(0, 1), (3, 4)]),
    # u's friend shares an item with v (a friend shares their own items with themselves)
    "metapath_uuiu": [
        *[(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)],
        *[(2, 3), (2, 4), (3, 2), (3, 4), (4, 3)],
    ],
}


@pytest.mark.parametrize("name", STRUCTURAL_TASKS)
def test_by_hand(name: str) -> None:
    graph = add_relations(hand_drawn(), [name])
    assert sorted(pairs_of(graph, "user", name, "user")) == sorted(EXPECTED[name])


@given(st.integers(0, 10_000), st.integers(2, 20))
def test_against_the_definitions_in_words(seed: int, num_users: int) -> None:
    graph = random_graph(num_users, 8, seed, rates=0.1)
    graph = add_relations(graph)
    for name, expected in structural_relations(graph).items():
        assert pairs_of(graph, "user", name, "user") == expected, name


def test_large_relations_keep_their_pairs_in_another_form_and_answer_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = random_graph(80, 40, 1)
    small = relation_pairs(AddRelation("x", metapath_uuiu)(graph), "x")
    with monkeypatch.context() as patch:
        patch.setattr(evaluate_formula, "MOST_STORED", 10)
        dense = relation_pairs(AddRelation("x", metapath_uuiu)(graph), "x")
        patch.setattr(evaluate_formula, "MOST_BYTES", 10)
        lazy = to_pairs(metapath_uuiu(graph))
    assert [type(p) for p in (small, dense, lazy)] == [StoredPairs, BitPairs, LazyPairs]
    drawn = [p.draw(50, np.random.default_rng(3)) for p in (small, dense, lazy)]
    for rows, columns in drawn[1:]:
        assert (rows == drawn[0][0]).all()
        assert (columns == drawn[0][1]).all()
    monkeypatch.setattr(evaluate_formula, "MOST_BYTES", 10)
    few = to_pairs(metapath_uuiu(graph))
    assert isinstance(few, StoredPairs)
    assert few.num_pairs == lazy.num_pairs


def test_transforms_leave_the_given_graph_alone() -> None:
    graph = hand_drawn()
    before = str(graph)
    add_relations(graph)
    assert str(graph) == before


def test_a_new_relation_is_one_function() -> None:
    def trusted_by(graph: HeteroData) -> Formula:
        return adjacency(graph, "user", "trusts", "user").T

    graph = make_graph(3, 1, [(0, 0)], [(0, 1), (2, 1)])
    graph = AddRelation("trusted_by", trusted_by)(graph)
    assert pairs_of(graph, "user", "trusted_by", "user") == {(1, 0), (1, 2)}


def test_items_that_share_a_user_are_related() -> None:
    graph = make_graph(3, 4, [(0, 0), (0, 1), (1, 1), (1, 2), (2, 3)], [])
    graph = add_relations(graph, ["metapath_iui"])
    assert pairs_of(graph, "item", "metapath_iui", "item") == {(0, 1), (1, 0), (1, 2), (2, 1)}
    assert relation_node(graph, "metapath_iui") == "item"
    assert relation_pairs(graph, "metapath_iui").counts.tolist() == [1, 2, 1, 0]


def test_a_relation_says_between_which_nodes_it_stands() -> None:
    def alike(graph: HeteroData) -> Formula:
        rates = adjacency(graph, "user", "rates", "item")
        return rates.T @ rates

    graph = make_graph(3, 4, [(0, 0), (0, 1), (1, 1)], [])
    both_ways = AddRelation("alike", Between("item", alike))(graph)
    assert (0, 1) in pairs_of(both_ways, "item", "alike", "item")
    with pytest.raises(AusrecError, match="let it start and end at 'user'"):
        AddRelation("alike", alike)(graph)
    # Of two relations of one name, the one between users is meant.
    trusted = AddRelation("alike", lambda g: adjacency(g, "user", "trusts", "user"))(both_ways)
    assert relation_node(trusted, "alike") == "user"


def test_bad_names_and_shapes_are_told() -> None:
    graph = hand_drawn()
    with pytest.raises(AusrecError, match="did you mean 'two_hop'"):
        add_relations(graph, ["two_hops"])
    with pytest.raises(AusrecError, match=r"add_relations\(train, \['two_hop'\]\)"):
        relation_pairs(graph, "two_hop")
    with pytest.raises(AusrecError, match="let it start and end at 'user'"):
        AddRelation("x", lambda g: adjacency(g, "user", "rates", "item"))(graph)
    del graph["user", "trusts", "user"]
    with pytest.raises(AusrecError, match="no edges 'user–trusts–user'"):
        add_relations(graph, ["social_link"])


FILES = {
    "social_link": "trustnetwork",
    "social_triangle": "H_s",
    "joint_triangle": "H_j",
    "two_hop": "two_hop",
    "three_hop": "three_hop",
    "metapath_uiu": "uiu",
    "metapath_uuiu": "uuiu",
}
EXACT = ("social_link", "social_triangle", "joint_triangle")


@pytest.mark.parametrize("folder", ["lastfm", "epinions", "dbook"])
def test_against_the_published_pair_files(real_data: Path, folder: str) -> None:
    data = load_dataset(folder, real_data)
    store = data["user", "rates", "item"]
    store.edge_index = store.edge_index[:, ~store.test_mask]
    number = {int(raw): node for node, raw in enumerate(data["user"].raw_id)}
    default = add_relations(data)
    published = add_relations(data, STRUCTURAL_TASKS, PUBLISHED_RELATIONS)
    for name, file in FILES.items():
        lines = np.loadtxt(
            real_data / f"ausrec/{folder}/published_pairs/{file}.txt", dtype=np.int64
        )
        rows, columns = (np.array([number[raw] for raw in side]) for side in lines.T.tolist())
        pairs = relation_pairs(published, name)
        assert pairs.contains(rows, columns).all(), name
        if name in EXACT:
            assert pairs.num_pairs == len(lines), name
        # The default definitions differ in (u, u), and in the links that three hops leave out.
        others = rows != columns
        if name == "three_hop":
            others &= ~relation_pairs(published, "social_link").contains(rows, columns)
        assert relation_pairs(default, name).contains(rows[others], columns[others]).all(), name
        assert not relation_pairs(default, name).contains(rows[~others], columns[~others]).any()


def test_relations_print_with_the_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate_formula, "MOST_STORED", 1)
    graph = AddRelation("dense", metapath_uuiu)(hand_drawn())
    assert "(user, dense, user)" in repr(graph)
    assert "BitPairs" in repr(graph)
    assert isinstance(graph["user", "trusts", "user"].edge_index, torch.Tensor)


# The control: as many pairs as it says, any pair as likely as another.
TRUSTS = ("user", "trusts", "user")


def edges_of(graph, seed: int = 0) -> torch.Tensor:
    return to_pairs(noise(graph, seed=seed)).edge_index()


def test_there_are_as_many_pairs_as_links_and_nobody_is_their_own() -> None:
    graph = random_graph()
    edges = edges_of(graph)
    assert edges.size(1) == graph[TRUSTS].edge_index.size(1)
    assert bool((edges[0] != edges[1]).all())
    assert int(edges.min()) >= 0 and int(edges.max()) < 30


def test_without_links_there_are_ten_a_user() -> None:
    graph = random_graph()
    del graph[TRUSTS]
    assert edges_of(graph).size(1) == 300


def test_half_of_all_pairs_is_the_most() -> None:
    graph = make_graph(4, 1, [(0, 0)], [])
    del graph[TRUSTS]
    assert edges_of(graph).size(1) == 6


def test_the_seed_decides() -> None:
    graph = random_graph()
    assert torch.equal(edges_of(graph), edges_of(graph))
    assert not torch.equal(edges_of(graph), edges_of(graph, seed=1))


def test_every_pair_is_as_likely_as_another() -> None:
    """Six of the twelve pairs of four users, 4000 times: each 2000 times, σ = 32."""
    graph = make_graph(4, 1, [(0, 0)], [(0, 1), (0, 2), (0, 3), (1, 0), (1, 2), (1, 3)])
    counts = np.zeros((4, 4))
    for seed in range(4000):
        counts[tuple(edges_of(graph, seed).numpy())] += 1
    assert (np.diag(counts) == 0).all()
    assert np.abs(counts[~np.eye(4, dtype=bool)] - 2000).max() < 5 * 32


def test_it_is_a_relation_by_name_and_with_another_seed() -> None:
    graph = random_graph()
    by_name = relation_pairs(add_relations(graph, ["noise"]), "noise").edge_index()
    assert torch.equal(by_name, edges_of(graph))
    other = AddRelation("noise", partial(noise, seed=3))(graph)
    assert torch.equal(relation_pairs(other, "noise").edge_index(), edges_of(graph, 3))
