"""SGL: self-supervised graph learning (Wu et al. 2021)."""

from torch_geometric.data import HeteroData

from ausrec.tasks.losses import ViewObjective
from ausrec.tasks.objectives.contrast import Contrast
from ausrec.tasks.objectives.views import EdgeDropout, NodeDropout, RandomWalk, Views

WEIGHT = 0.1


def sgl(
    graph: HeteroData,
    rate: float = 0.1,
    temperature: float = 0.2,
    objective: ViewObjective = "info_nce",
) -> Contrast:
    """Contrast two graphs with dropped edges (SGL-ED).

    Math:    A' = A ⊙ M',  A'' = A ⊙ M'',  each pair of neighbours kept with probability 1 − ρ,
             Â' = D'^-1/2 A' D'^-1/2,  z' = (E + Â'E + … + Â'ᴸE) / (L + 1),  z'' likewise;
             ℓ_u = −ln [exp(cos(z'_u, z''_u)/τ) / Σ_v exp(cos(z'_u, z''_v)/τ)] over the users v of
             the batch, and likewise for items.
    Source:  Wu et al. 2021 (SGL), edge dropout and Eq. of L_ssl; weight 0.1, ρ 0.1, τ 0.2.

    Differs from the published code: two graphs are drawn in each step, not in each epoch, thinned
    out of the encoder's graph, which may hold social links; and the negatives are those of the
    batch, as in SELFRec, where the paper's sum runs over all users.

    Args:
        graph: the training graph.
        rate: ρ, the share that is dropped.
        temperature: τ; the lower, the more the hardest negatives count.
        objective: what is asked of the two views; SGL asks InfoNCE.
    """
    return _named("sgl", graph, EdgeDropout(rate), temperature, objective)


def sgl_ranking(graph: HeteroData, rate: float = 0.1, temperature: float = 0.2) -> Contrast:
    """Rank a node's other view before those of other nodes: SGL's views without InfoNCE.

    Math:    ℓ_u = mean_{v ≠ u} −ln σ((cos(z'_u, z''_u) − cos(z'_u, z''_v)) / τ),  z', z'' of `sgl`
    Source:  ours, a control: SGL's views (Wu et al. 2021) under BPR (Rendle et al. 2009).

    What `sgl` is compared with to tell the views from the objective.

    Args:
        graph: the training graph.
        rate: ρ, the share that is dropped.
        temperature: τ; the lower, the more the hardest negatives count.
    """
    views = EdgeDropout(rate)
    return Contrast("sgl_ranking", graph, views, temperature, objective="ranking")


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
    return _named("sgl_node_dropout", graph, NodeDropout(rate), temperature, objective)


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
    return _named("sgl_random_walk", graph, RandomWalk(rate), temperature, objective)


def _named(
    name: str, graph: HeteroData, views: Views, temperature: float, objective: ViewObjective
) -> Contrast:
    return Contrast(name, graph, views, temperature, objective=objective, paper_weight=WEIGHT)
