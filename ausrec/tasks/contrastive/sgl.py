"""SGL: self-supervised graph learning (Wu et al. 2021)."""

from torch_geometric.data import HeteroData

from ausrec.tasks.contrastive.contrast import Contrast
from ausrec.tasks.contrastive.view_objectives import ViewObjective
from ausrec.tasks.views.dropped import EdgeDropout, NodeDropout, RandomWalk
from ausrec.tasks.views.views import Views

WEIGHT = 0.1


def sgl(
    graph: HeteroData,
    rate: float = 0.1,
    temperature: float = 0.2,
    objective: ViewObjective = "info_nce",
) -> Contrast:
    """Contrast two graphs with dropped edges (SGL-ED).

    Args:
        graph: the training graph.
        rate: ρ.
        temperature: τ.
        objective: what is asked of the two views; SGL asks InfoNCE.
    """
    return _named("sgl", graph, EdgeDropout(rate), temperature, objective)


def sgl_ranking(graph: HeteroData, rate: float = 0.1, temperature: float = 0.2) -> Contrast:
    """Rank a node's other view before those of other nodes: SGL's views without InfoNCE.

    No published method: what `sgl` is compared with to tell the views from the objective.
    Arguments as for `sgl`.
    """
    views = EdgeDropout(rate)
    return Contrast("sgl_ranking", graph, views, temperature, objective="ranking")


def sgl_node_dropout(
    graph: HeteroData,
    rate: float = 0.1,
    temperature: float = 0.2,
    objective: ViewObjective = "info_nce",
) -> Contrast:
    """Contrast two graphs with dropped nodes (SGL-ND); arguments as for `sgl`."""
    return _named("sgl_node_dropout", graph, NodeDropout(rate), temperature, objective)


def sgl_random_walk(
    graph: HeteroData,
    rate: float = 0.1,
    temperature: float = 0.2,
    objective: ViewObjective = "info_nce",
) -> Contrast:
    """Contrast two encodings with other dropped edges in each layer (SGL-RW); see `sgl`."""
    return _named("sgl_random_walk", graph, RandomWalk(rate), temperature, objective)


def _named(
    name: str, graph: HeteroData, views: Views, temperature: float, objective: ViewObjective
) -> Contrast:
    return Contrast(name, graph, views, temperature, objective=objective, published_weight=WEIGHT)
