"""XSimGCL: one noisy pass, whose mean is compared with one of its layers (Yu et al. 2023)."""

from torch_geometric.data import HeteroData

from ausrec.tasks.objectives.contrast import Contrast
from ausrec.tasks.objectives.noisy_views import NoisyLayers
from ausrec.tasks.objectives.view_objectives import ViewObjective


def xsimgcl(
    graph: HeteroData,
    noise: float = 0.2,
    temperature: float = 0.15,
    layer: int = 1,
    objective: ViewObjective = "info_nce",
) -> Contrast:
    """Contrast the mean of a noisy pass with its layer l* (XSimGCL).

    Math:    e'⁽⁰⁾ = E,  e'⁽ˡ⁾ = Â e'⁽ˡ⁻¹⁾ + ε sign(Â e'⁽ˡ⁻¹⁾) ⊙ u/‖u‖,
             u ~ U(0, 1)^dim anew for every node and layer,
             z' = (e'⁽¹⁾ + … + e'⁽ᴸ⁾) / L,  z'' = e'⁽ˡ*⁾ of the same pass;
             ℓ_u = −ln [exp(cos(z'_u, z''_u)/τ) / Σ_v exp(cos(z'_u, z''_v)/τ)] over the users v of
             the batch, and likewise for items.
    Source:  Yu et al. 2023 (XSimGCL), Eq. of the cross-layer L_cl; weight 0.2, ε 0.2, τ 0.15, l* 1.

    Differs from the published code: recommendation is trained on the shared encoding, without
    noise and with layer 0 in its mean, where XSimGCL trains it on the noisy pass, without layer
    0 (`LightGCN(layer_zero=False)` leaves it out). That costs one pass more, and leaves the other
    tasks of a mix undisturbed. Layer 0 matters much (`docs/paradigms.md`).

    Args:
        graph: the training graph.
        noise: ε.
        temperature: τ.
        layer: l*.
        objective: what is asked of the two views; XSimGCL asks InfoNCE.
    """
    views = NoisyLayers(noise, layer)
    return Contrast("xsimgcl", graph, views, temperature, objective=objective, published_weight=0.2)
