"""SGL: self-supervised graph learning (Wu et al. 2021)."""

from functools import partial

from torch_geometric.data import HeteroData

from ausrec.tasks.losses import ViewObjective
from ausrec.tasks.objectives.contrast import Among, Anchoring, Contrast
from ausrec.tasks.objectives.views import EdgeDropout, NodeDropout, RandomWalk, Redraw

_contrast = partial(Contrast, among="all", paper_weight=0.1)


def sgl(
    graph: HeteroData,
    rate: float = 0.1,
    temperature: float = 0.2,
    objective: ViewObjective = "info_nce",
    *,
    among: Among = "all",
    anchors: Anchoring = "main",
    redraw: Redraw = "epoch",
) -> Contrast:
    """Contrast two graphs with dropped edges (SGL-ED).

    Math:    A' = A ⊙ M',  A'' = A ⊙ M'',  each pair of neighbours kept with probability 1 − ρ,
             Â' = D'^-1/2 A' D'^-1/2,  z' = (E + Â'E + … + Â'ᴸE) / (L + 1),  z'' likewise;
             ℓ_x = −ln [exp(cos(z'_x, z''_x)/τ) / Σ_y exp(cos(z'_x, z''_y)/τ)] over the users and
             items y of the batch (`among="all"`, as SELFRec), or over those of the side of x,
             where the means over users and over items are added (`"side"`, as the paper).
    Source:  Wu et al. 2021 (SGL), edge dropout and Eq. of L_ssl; weight 0.1, ρ 0.1, τ 0.2.

    The weight of 0.1 is the paper's before the sum of two means, and SELFRec's before its one
    mean, whose gradient is about half to two thirds as large.

    Differs from the published code: each edge is dropped by itself, not an exact share of them,
    out of the encoder's graph, which may hold social links; and the negatives are those of the
    batch, as in SELFRec, where the paper's sum runs over all nodes of a side.

    Args:
        graph: the training graph.
        rate: ρ, the share that is dropped.
        temperature: τ; the lower, the more the hardest negatives count.
        objective: what is asked of the two views; SGL asks InfoNCE.
        among: tell a node from all nodes of the batch, or from those of its own side.
        anchors: the users and items of the main task's samples, or of samples of its own.
        redraw: draw the two graphs in each epoch, or in each step.
    """
    views = EdgeDropout(rate, redraw)
    return _contrast(
        "sgl", graph, views, temperature, objective=objective, among=among, anchors=anchors
    )


def sgl_ranking(graph: HeteroData, rate: float = 0.1, temperature: float = 0.2) -> Contrast:
    """Rank a node's other view before those of other nodes: SGL's views without InfoNCE.

    Math:    ℓ_x = mean_{y ≠ x} −ln σ((cos(z'_x, z''_x) − cos(z'_x, z''_y)) / τ),  z', z'' of `sgl`
    Source:  ours, a control: SGL's views (Wu et al. 2021) under BPR (Rendle et al. 2009).

    What `sgl` is compared with to tell the views from the objective.

    Args:
        graph: the training graph.
        rate: ρ, the share that is dropped.
        temperature: τ; the lower, the more the hardest negatives count.
    """
    views = EdgeDropout(rate, "epoch")
    return Contrast("sgl_ranking", graph, views, temperature, objective="ranking", among="all")


def sgl_node_dropout(
    graph: HeteroData,
    rate: float = 0.1,
    temperature: float = 0.2,
    objective: ViewObjective = "info_nce",
) -> Contrast:
    """Contrast two graphs with dropped nodes (SGL-ND).

    Math:    A'_ij = A_ij m'_i m'_j,  each node kept, m'_i = 1, with probability 1 − ρ; the rest,
             and what differs from the published code, as for `sgl`.
    Source:  Wu et al. 2021 (SGL), node dropout and Eq. of L_ssl; weight 0.1, ρ 0.1, τ 0.2.

    Args:
        graph: the training graph.
        rate: ρ, the share that is dropped.
        temperature: τ; the lower, the more the hardest negatives count.
        objective: what is asked of the two views; SGL asks InfoNCE.
    """
    views = NodeDropout(rate, "epoch")
    return _contrast("sgl_node_dropout", graph, views, temperature, objective=objective)


def sgl_random_walk(
    graph: HeteroData,
    rate: float = 0.1,
    temperature: float = 0.2,
    objective: ViewObjective = "info_nce",
) -> Contrast:
    """Contrast two encodings with other dropped edges in each layer (SGL-RW).

    Math:    z' = (E + Â'₁E + Â'₂Â'₁E + … ) / (L + 1),  each Â'ₗ thinned out by itself as by `sgl`,
             and so for z''; the rest as for `sgl`.
    Source:  Wu et al. 2021 (SGL), random walk and Eq. of L_ssl; weight 0.1, ρ 0.1, τ 0.2.

    Args:
        graph: the training graph.
        rate: ρ, the share that is dropped.
        temperature: τ; the lower, the more the hardest negatives count.
        objective: what is asked of the two views; SGL asks InfoNCE.
    """
    views = RandomWalk(rate, "epoch")
    return _contrast("sgl_random_walk", graph, views, temperature, objective=objective)
