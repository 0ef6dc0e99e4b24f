"""Feature-based views: embeddings with noise (SimGCL, Yu et al. 2022; XSimGCL, Yu et al. 2023).

Math: e' = e + ε sign(e) ⊙ u/‖u‖,  u ~ U(0, 1)^dim, after every propagation.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize

from ausrec.errors import AusrecError, check_above_zero
from ausrec.models.encoder import Encoder
from ausrec.models.graph_encoder import GraphEncoder
from ausrec.tasks.encoding import Encoding, graph_encoder
from ausrec.tasks.objectives.views import Table, Views


def perturb(embeddings: Table, uniform: Table, size: float) -> Table:
    """Return e + ε sign(e) ⊙ u/‖u‖ of each row.

    Args:
        embeddings: e.
        uniform: u, drawn from [0, 1).
        size: ε.
    """
    return embeddings + size * embeddings.sign() * normalize(uniform.to(embeddings.dtype), dim=1)


class Noise(Views):
    """Two passes with independent noise (SimGCL).

    Layer 0 does not count in the mean, as in SimGCL. An encoder without a graph gets the noise
    on its tables.
    """

    num_passes = 2

    def __init__(self, size: float = 0.1) -> None:
        """Keep the length ε of the noise."""
        check_above_zero(noise=size)
        self.size = size

    def start(self, encoder: Encoder) -> None:
        """Find out how much noise is needed.

        Raises:
            AusrecError: when the encoder has a graph, and no layer that propagates over it.
        """
        with torch.no_grad():
            table = encoder().base
        layers = graph_encoder(encoder).num_layers if isinstance(encoder, GraphEncoder) else 1
        self.shape = (self.num_passes, layers, *table.shape)

    def draw(self, generator: np.random.Generator) -> Float[Tensor, "passes layers nodes dim"]:
        """Draw u for every pass and layer."""
        return torch.from_numpy(generator.random(self.shape, dtype=np.float32))

    def pair(self, encoding: Encoding, drawn: Tensor) -> tuple[Table, Table]:
        """Return the means of the noisy layers of both passes."""
        first, second = (self.noisy_layers(encoding, uniform) for uniform in drawn)
        return torch.stack(first).mean(0), torch.stack(second).mean(0)

    def noisy_layers(
        self, encoding: Encoding, uniform: Float[Tensor, "layers nodes dim"]
    ) -> list[Table]:
        """Return layers 1 to L, noise added after each propagation and propagated on."""
        if not isinstance(encoding.encoder, GraphEncoder):
            return [perturb(encoding.base, uniform[0], self.size)]
        layer, layers = encoding.base, []
        for noise in uniform:
            layer = encoding.encoder.adjacency.product(layer, encoding.view)
            layer = perturb(layer, noise, self.size)
            layers.append(layer)
        return layers


class NoisyLayers(Noise):
    """One noisy pass: its mean, and one of its layers (XSimGCL)."""

    num_passes = 1

    def __init__(self, size: float = 0.2, layer: int = 1) -> None:
        """Choose the views.

        Args:
            size: ε.
            layer: the layer l* that the mean is compared with, from 1.
        """
        super().__init__(size)
        check_above_zero(layer=layer)
        self.layer = layer

    def start(self, encoder: Encoder) -> None:
        """Check that there is such a layer, and another one."""
        # With a single layer, the mean is that layer.
        number = graph_encoder(encoder, layers=2).num_layers
        if self.layer > number:
            raise AusrecError(
                f"layer is {self.layer}, but the encoder has {number} layers: lower it, or set "
                f"--layers {self.layer}"
            )
        super().start(encoder)

    def pair(self, encoding: Encoding, drawn: Tensor) -> tuple[Table, Table]:
        """Return the mean of the noisy layers, and layer l*."""
        layers = self.noisy_layers(encoding, drawn[0])
        return torch.stack(layers).mean(0), layers[self.layer - 1]
