"""The auxiliary samples of the published code: subsampled pair files, drawn sparsely.

The authors do not draw from the relations. For each data set they publish a file of pairs: the
three relations of linked users whole, the four large ones as a uniform subsample. An epoch
draws a tenth as many samples as the file has lines, and a negative is any user who is not in
the *file's* row, so that it is often related after all.
"""

from collections.abc import Iterable
from functools import partial

import numpy as np
from scipy.sparse import csr_array
from torch_geometric.data import HeteroData

from ausrec.graph.evaluate_formula import to_pairs
from ausrec.graph.formula import Formula, Others
from ausrec.graph.pairs import Pairs, StoredPairs
from ausrec.graph.relations import STRUCTURAL_RELATIONS, STRUCTURAL_TASKS, Relation, adjacency
from ausrec.graph.sampled_pairs import SampledPairs
from ausrec.tasks.relation import RelationTask


def with_self(graph: HeteroData, relation: Relation) -> Formula:
    """Return a structural relation with the pairs (u, u) that it leaves out."""
    formula = relation(graph)
    return formula.formula if isinstance(formula, Others) else formula


def three_hop_with_links(graph: HeteroData) -> Formula:
    """Relate users at three social steps and not at two, linked ones included: S³ ∖ S²."""
    social = adjacency(graph, "user", "trusts", "user")
    return social @ social @ social - social @ social


PUBLISHED_RELATIONS: dict[str, Relation] = {
    **{name: partial(with_self, relation=each) for name, each in STRUCTURAL_RELATIONS.items()},
    "three_hop": three_hop_with_links,
}
"""The definitions behind the published pair files of Epinions and Douban Book. (LastFM's files are
subsets of the default definitions, but for pairs (u, u) on the two meta-paths.)"""
WHOLE_FILES = ("social_triangle", "joint_triangle", "social_link")


def published_tasks(
    train: HeteroData,
    generator: np.random.Generator,
    names: Iterable[str] = STRUCTURAL_TASKS,
) -> list[RelationTask]:
    """Make the structural tasks as the published code samples them.

    Args:
        train: the training graph.
        generator: draws the subsample of each large relation.
        names: which of the seven tasks.

    Returns:
        Tasks that draw a user uniformly and then one of their pairs, len(file) // 10 times an
        epoch, with negatives checked against the subsample only. Of a large relation as many pairs
        are kept as there are social links, which is about what the published files hold (LastFM: 16
        to 19 thousand lines and 25 thousand links; Epinions: 106 and 99; Douban Book: 102 and 169).
    """
    lines = train["user", "trusts", "user"].num_edges
    tasks = []
    for name in names:
        pairs = to_pairs(PUBLISHED_RELATIONS[name](train))
        if name not in WHOLE_FILES:
            pairs = subsample(pairs, lines, generator)
        draws = max(1, pairs.num_pairs // 10)
        tasks.append(
            RelationTask(name, pairs, uniform="users", draws_per_epoch=draws, exclude_self=False)
        )
    return tasks


def subsample(pairs: Pairs, lines: int, generator: np.random.Generator) -> StoredPairs:
    """Keep a uniform subset of about `lines` pairs (each with probability lines / num_pairs)."""
    number = generator.binomial(pairs.num_pairs, min(1.0, lines / max(1, pairs.num_pairs)))
    if isinstance(pairs, SampledPairs):
        rows, columns = pairs.draw(number, generator)
    else:
        places = generator.choice(pairs.num_pairs, number, replace=False, shuffle=False)
        ends = np.cumsum(pairs.counts)
        rows = np.searchsorted(ends, places, side="right")
        columns = pairs.select(rows, places - (ends[rows] - pairs.counts[rows]))
    ones = np.ones(number, dtype=bool)
    return StoredPairs(
        csr_array((ones, (rows, columns)), shape=(pairs.num_rows, pairs.num_columns))
    )
