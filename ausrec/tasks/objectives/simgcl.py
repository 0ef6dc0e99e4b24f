"""SimGCL: noise instead of dropped edges (Yu et al. 2022)."""

from torch_geometric.data import HeteroData

from ausrec.tasks.objectives.contrast import Contrast
from ausrec.tasks.objectives.noisy_views import Noise
from ausrec.tasks.objectives.view_objectives import ViewObjective


def simgcl(
    graph: HeteroData,
    noise: float = 0.1,
    temperature: float = 0.2,
    objective: ViewObjective = "info_nce",
) -> Contrast:
    """Contrast two noisy encodings (SimGCL).

    Math:    e'⁽⁰⁾ = E,  e'⁽ˡ⁾ = Â e'⁽ˡ⁻¹⁾ + ε sign(Â e'⁽ˡ⁻¹⁾) ⊙ u/‖u‖,
             u ~ U(0, 1)^dim anew for every node and layer,
             z' = (e'⁽¹⁾ + … + e'⁽ᴸ⁾) / L,  z'' likewise with noise of its own;
             ℓ_u = −ln [exp(cos(z'_u, z''_u)/τ) / Σ_v exp(cos(z'_u, z''_v)/τ)] over the users v of
             the batch, and likewise for items.
    Source:  Yu et al. 2022 (SimGCL), Eq. of the noise and of L_cl; weight 0.5, ε 0.1, τ 0.2.

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
