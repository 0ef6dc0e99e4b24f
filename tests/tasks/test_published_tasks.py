"""The published sampling: subsampled files, few draws, negatives that are often related."""

import numpy as np
import pytest

from ausrec.graph import STRUCTURAL_TASKS
from ausrec.graph.evaluate_formula import to_pairs
from ausrec.graph.relations import STRUCTURAL_RELATIONS
from ausrec.tasks.published_tasks import PUBLISHED_RELATIONS, published_tasks, subsample
from tests.graphs import make_graph, random_graph

GRAPH = random_graph(60, 40, 4, rates=0.1)
LINES = GRAPH["user", "trusts", "user"].num_edges


def test_files_are_whole_or_subsampled_to_their_size() -> None:
    tasks = {t.name: t for t in published_tasks(GRAPH, np.random.default_rng(0))}
    assert tuple(tasks) == STRUCTURAL_TASKS
    for name, task in tasks.items():
        full = to_pairs(PUBLISHED_RELATIONS[name](GRAPH))
        rows, columns = task.pairs.edge_index().numpy()
        assert full.contains(rows, columns).all()
        whole = name in ("social_triangle", "joint_triangle", "social_link")
        expected = full.num_pairs if whole else LINES
        assert task.pairs.num_pairs == pytest.approx(expected, rel=0 if whole else 0.25)
        assert task.draws_per_epoch == max(1, task.pairs.num_pairs // 10)


def test_the_published_relations_by_hand() -> None:
    """Three hops keep those who are linked as well, and two hops those who come back."""
    graph = make_graph(4, 1, [(0, 0)], [(0, 1), (1, 2), (2, 3), (0, 3), (3, 2)])

    def pairs(name: str, relations=PUBLISHED_RELATIONS) -> list[list[int]]:
        return to_pairs(relations[name](graph)).edge_index().T.tolist()

    # S² is 0–2 (twice), 1–3, 2–2 and 3–3; S³ is 0–3, 1–2, 2–3, 3–2 and again 0–3.
    assert pairs("two_hop") == [[0, 2], [1, 3], [2, 2], [3, 3]]
    assert pairs("three_hop") == [[0, 3], [1, 2], [2, 3], [3, 2]]
    assert pairs("two_hop", STRUCTURAL_RELATIONS) == [[0, 2], [1, 3]]
    assert pairs("three_hop", STRUCTURAL_RELATIONS) == []
    assert pairs("metapath_uiu") == [[0, 0]]
    assert pairs("social_link") == [[0, 1], [0, 3], [1, 2], [2, 3], [3, 2]]


def test_negatives_are_checked_against_the_file_only() -> None:
    (task,) = published_tasks(GRAPH, np.random.default_rng(0), ["metapath_uuiu"])
    full = to_pairs(PUBLISHED_RELATIONS["metapath_uuiu"](GRAPH))
    user, pos, neg = (part.numpy() for part in task.draw(2000, np.random.default_rng(1)))
    assert task.pairs.contains(user, pos).all()
    assert not task.pairs.contains(user, neg).any()
    assert full.contains(user, neg).mean() > 0.3


def test_a_subsample_is_uniform() -> None:
    full = to_pairs(PUBLISHED_RELATIONS["two_hop"](GRAPH))
    rng = np.random.default_rng(0)
    counts = np.zeros((60, 60))
    for _ in range(400):
        rows, columns = subsample(full, full.num_pairs // 4, rng).edge_index().numpy()
        counts[rows, columns] += 1
    drawn = counts[full.partners(np.arange(60)).toarray()]
    assert counts.sum() == drawn.sum()
    assert drawn.mean() == pytest.approx(100, rel=0.02)
    assert drawn.std() == pytest.approx(np.sqrt(400 * 0.25 * 0.75), rel=0.15)
