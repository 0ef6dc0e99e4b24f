"""The names of tasks and metrics that people read, and what each task does.

A metric brings its own name: `ausrec.evaluation.metrics.METRICS`.
"""

from ausrec.evaluation.metrics import METRICS

MAIN = "main"

# Of the others, the name itself becomes the label.
TASK_LABELS = {
    MAIN: "Recommendation",
    "two_hop": "Two hops",
    "three_hop": "Three hops",
    "metapath_uiu": "Meta-path U-I-U",
    "metapath_uuiu": "Meta-path U-U-I-U",
    "metapath_iui": "Meta-path I-U-I",
    "sgl": "SGL",
    "sgl_node_dropout": "SGL, node dropout",
    "sgl_random_walk": "SGL, random walk",
    "sgl_ranking": "SGL's views, ranked",
    "simgcl": "SimGCL",
    "xsimgcl": "XSimGCL",
    "ncl": "NCL",
    "hccf": "HCCF",
    "autocf": "AutoCF",
    "apr": "APR",
    "mhcn": "MHCN",
    "sept": "SEPT",
    "dsl": "DSL",
}

TASK_MEANINGS = {
    "social_triangle": "friends who have a friend in common",
    "joint_triangle": "friends who chose an item in common",
    "social_link": "users joined by a social link",
    "two_hop": "users two social links apart who are not friends",
    "three_hop": "users three social links apart and no fewer",
    "metapath_uiu": "users who chose the same item",
    "metapath_uuiu": "a user, and somebody who chose the same item as one of the user's friends",
    "metapath_iui": "items that the same user chose",
    "noise": "users at random, as a control",
    "noise_2": "users at random, as a second control",
    "noise_3": "users at random, as a third control",
}
"""Whom a structural task brings together."""

OBJECTIVE_AIMS = {
    "sgl": "finds each node again when other edges of the graph are dropped",
    "sgl_node_dropout": "finds each node again when other nodes of the graph are dropped",
    "sgl_random_walk": "finds each node again when other edges are dropped in every layer",
    "sgl_ranking": "ranks each node above others when other edges of the graph are dropped",
    "simgcl": "finds each node again when other noise is added to the layers",
    "xsimgcl": "finds each node of a noisy encoding again in one of its layers",
    "ncl": "finds each node's wider neighbourhood and its cluster among those of others",
    "hccf": "finds each node again in a hypergraph that is learned next to the graph",
    "masked_edges": "hides some interactions, and tells them from pairs that are none",
    "autocf": "hides the neighbourhoods of telling nodes, and reconstructs interactions",
    "apr": "ranks items rightly even when embeddings are moved in the worst direction",
    "generator_discriminator": "proposes items that a discriminator is to take for real choices",
    "mhcn": "ties users to the social motifs around them, and these to the whole graph",
    "sept": "lets each of three views of the users learn whom the other two find alike",
    "dsl": "ranks friends above strangers, and makes those alike socially whose tastes are",
}
"""What any other objective does: it brings no related pairs together."""

PART_LABELS = {"val": "validation", "test": "test", "train": "training"}


def task_label(task: str) -> str:
    """Name a task for people: `social_triangle` becomes "Social triangle"."""
    return TASK_LABELS.get(task) or _capital(task)


def metric_label(metric: str) -> str:
    """Name a metric for people: `val/ndcg@10` becomes "NDCG@10 (validation)"."""
    part, _, name = metric.rpartition("/")
    kind, at, k = name.partition("@")
    words = (METRICS[kind].label if kind in METRICS else _capital(kind)) + at + k
    return f"{words} ({PART_LABELS.get(part, part)})" if part else words


def _capital(name: str) -> str:
    plain = name.replace("_", " ")
    return plain[:1].upper() + plain[1:]
