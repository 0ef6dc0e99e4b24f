"""SimGCL and XSimGCL: noise instead of dropped edges (Yu et al. 2022 and 2023)."""

from torch_geometric.data import HeteroData

from ausrec.tasks.losses import ViewObjective
from ausrec.tasks.objectives.contrast import Anchoring, Contrast
from ausrec.tasks.objectives.views import Noise, NoisyLayers


def simgcl(
    graph: HeteroData,
    noise: float = 0.1,
    temperature: float = 0.2,
    objective: ViewObjective = "info_nce",
    *,
    anchors: Anchoring = "main",
) -> Contrast:
    """Contrast two noisy encodings (SimGCL).

    Math:    e'⁽⁰⁾ = E,  e'⁽ˡ⁾ = Â e'⁽ˡ⁻¹⁾ + ε sign(Â e'⁽ˡ⁻¹⁾) ⊙ u/‖u‖,
             u ~ U(0, 1)^dim for every node and layer,
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
        anchors: the users and items of the main task's samples, or of samples of its own.
    """
    views = Noise(noise)
    return Contrast(
        "simgcl", graph, views, temperature, objective=objective, anchors=anchors, paper_weight=0.5
    )


def xsimgcl(
    graph: HeteroData,
    noise: float = 0.2,
    temperature: float = 0.15,
    layer: int = 1,
    objective: ViewObjective = "info_nce",
    *,
    shared: bool = True,
    anchors: Anchoring = "main",
) -> Contrast:
    """Contrast the mean of a noisy pass with its layer l* (XSimGCL).

    Math:    e'⁽⁰⁾ = E,  e'⁽ˡ⁾ = Â e'⁽ˡ⁻¹⁾ + ε sign(Â e'⁽ˡ⁻¹⁾) ⊙ u/‖u‖,
             u ~ U(0, 1)^dim for every node and layer,
             z' = (e'⁽¹⁾ + … + e'⁽ᴸ⁾) / L,  z'' = e'⁽ˡ*⁾ of the same pass;
             ℓ_u = −ln [exp(cos(z'_u, z''_u)/τ) / Σ_v exp(cos(z'_u, z''_v)/τ)] over the users v of
             the batch, and likewise for items.
    Source:  Yu et al. 2023 (XSimGCL), Eq. of the cross-layer L_cl; weight 0.2, ε 0.2, τ 0.15, l* 1.

    The noisy pass is also the one that recommendation and all other tasks of the step learn from,
    and weights are judged by; rankings are evaluated without noise. With `shared=False` the noisy
    pass is the task's alone, which costs one pass more and leaves the other tasks undisturbed.
    Without layer 0 it makes validation fall for many epochs (`docs/paradigms.md`).

    Differs from the published code: the encoder that recommends counts layer 0, unless
    `LightGCN(layer_zero=False)` leaves it out; z' does not in any case.

    Args:
        graph: the training graph.
        noise: ε, the length of the noise.
        temperature: τ; the lower, the more the hardest negatives count.
        layer: l*, the layer that the mean is compared with, from 1.
        objective: what is asked of the two views; XSimGCL asks InfoNCE.
        shared: recommend from the noisy pass, too; false makes it the task's alone.
        anchors: the users and items of the main task's samples, or of samples of its own.
    """
    views = NoisyLayers(noise, layer, shared=shared)
    return Contrast(
        "xsimgcl",
        graph,
        views,
        temperature,
        objective=objective,
        anchors=anchors,
        paper_weight=0.2,
    )
