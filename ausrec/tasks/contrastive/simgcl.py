"""SimGCL: noise instead of dropped edges (Yu et al. 2022)."""

from torch_geometric.data import HeteroData

from ausrec.tasks.contrastive.contrast import Contrast
from ausrec.tasks.contrastive.view_objectives import ViewObjective
from ausrec.tasks.views.noise import Noise


def simgcl(
    graph: HeteroData,
    noise: float = 0.1,
    temperature: float = 0.2,
    objective: ViewObjective = "info_nce",
) -> Contrast:
    """Contrast two noisy encodings (SimGCL).

    Differs from the published code: recommendation is trained on the shared encoding, with
    layer 0 in its mean; SimGCL has no layer 0 there either (`LightGCN(layer_zero=False)`).

    Args:
        graph: the training graph.
        noise: ε.
        temperature: τ.
        objective: what is asked of the two views; SimGCL asks InfoNCE.
    """
    views = Noise(noise)
    return Contrast("simgcl", graph, views, temperature, objective=objective, published_weight=0.5)
