"""SGL: self-supervised graph learning (Wu et al. 2021)."""

from torch_geometric.data import HeteroData

from ausrec.tasks.contrastive.contrast import Contrast
from ausrec.tasks.views.dropped import EdgeDropout, NodeDropout, RandomWalk
from ausrec.tasks.views.views import Views

WEIGHT = 0.1


def sgl(graph: HeteroData, rate: float = 0.1, temperature: float = 0.2) -> Contrast:
    """Contrast two graphs with dropped edges (SGL-ED).

    Args:
        graph: the training graph.
        rate: ρ.
        temperature: τ.
    """
    return _named("sgl", graph, EdgeDropout(rate), temperature)


def sgl_node_dropout(graph: HeteroData, rate: float = 0.1, temperature: float = 0.2) -> Contrast:
    """Contrast two graphs with dropped nodes (SGL-ND); arguments as for `sgl`."""
    return _named("sgl_node_dropout", graph, NodeDropout(rate), temperature)


def sgl_random_walk(graph: HeteroData, rate: float = 0.1, temperature: float = 0.2) -> Contrast:
    """Contrast two encodings with other dropped edges in each layer (SGL-RW); see `sgl`."""
    return _named("sgl_random_walk", graph, RandomWalk(rate), temperature)


def _named(name: str, graph: HeteroData, views: Views, temperature: float) -> Contrast:
    return Contrast(name, graph, views, temperature, published_weight=WEIGHT)
