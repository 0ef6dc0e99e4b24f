"""SimGCL and XSimGCL: noise instead of dropped edges (Yu et al. 2022 and 2023)."""

from torch_geometric.data import HeteroData

from ausrec.tasks.losses import ViewObjective
from ausrec.tasks.objectives.contrast import Contrast
from ausrec.tasks.objectives.views import Noise, NoisyLayers


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
        noise: ε, the length of the noise.
        temperature: τ; the lower, the more the hardest negatives count.
        objective: what is asked of the two views; SimGCL asks InfoNCE.
    """
    views = Noise(noise)
    return Contrast("simgcl", graph, views, temperature, objective=objective, paper_weight=0.5)


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
        noise: ε, the length of the noise.
        temperature: τ; the lower, the more the hardest negatives count.
        layer: l*, the layer that the mean is compared with, from 1.
        objective: what is asked of the two views; XSimGCL asks InfoNCE.
    """
    views = NoisyLayers(noise, layer)
    return Contrast("xsimgcl", graph, views, temperature, objective=objective, paper_weight=0.2)
