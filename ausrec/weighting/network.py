"""AusRec's weighting network: from a sample's loss and task to its weight."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from ausrec.weighting.reduction import MAIN, Weights


class WeightingNetwork(nn.Module):
    """Turn the cost of a row and its task into a weight (AusRec, weighting network).

    Math:    λ = sigmoid(w₂ᵀ relu(W₁ [cost, one-hot of the task] + b₁) + b₂)
    Source:  AusRec (arXiv 2412.18735), its weighting network; w₂ = 0 and b₂ = 0 at the start, so
             that all weights begin at ½, are ours.

    A row is one sample, or one task with its mean cost. The cost is a constant here: no gradient
    flows back into the encoder.
    """

    def __init__(self, names: Sequence[str], hidden: int, generator: torch.Generator) -> None:
        """Build an MLP with one hidden layer, its last layer zero, so that all weights are ½.

        Args:
            names: the auxiliary tasks.
            hidden: width of the hidden layer.
            generator: draws the first layer's parameters.
        """
        super().__init__()
        self.names = tuple(names)
        self.layers = nn.Sequential(
            linear(len(names) + 1, hidden, generator), nn.ReLU(), linear(hidden, 1, generator)
        )
        with torch.no_grad():
            for parameter in self.layers[-1].parameters():
                parameter.zero_()

    def forward(self, costs: Mapping[str, Tensor]) -> Weights:
        """Return the weight of each row, [rows] a task, given the rows' costs, [rows] a task."""
        rows = [self.features(name, cost) for name, cost in costs.items()]
        weights = self.layers(torch.cat(rows)).squeeze(1).sigmoid()
        parts = weights.split([len(cost) for cost in costs.values()])
        named = zip(costs, parts, strict=True)
        return {name: part for name, part in named if name != MAIN}

    def features(self, name: str, cost: Tensor) -> Tensor:
        """Return [cost, one-hot] of some rows, [rows, tasks + 1]; main rows have no bit set."""
        hot = torch.zeros(len(cost), len(self.names), dtype=cost.dtype, device=cost.device)
        if name != MAIN:
            hot[:, self.names.index(name)] = 1
        return torch.cat([cost.detach()[:, None], hot], dim=1)


class PublishedNetwork(WeightingNetwork):
    """The network of the published code, with batch normalisation over all rows of the step.

    Math:    λ = sigmoid(w₂ᵀ relu(BN(W₁ [cost, one-hot of the task] + b₁)) + b₂),  1000 wide
    Source:  the code published with AusRec (arXiv 2412.18735).

    BN is always in training mode, so a row's weight depends on the other rows of the step, the
    main ones included.
    """

    def __init__(self, names: Sequence[str], generator: torch.Generator) -> None:
        """Build the network with PyTorch's usual initial ranges."""
        nn.Module.__init__(self)
        self.names = tuple(names)
        self.layers = nn.Sequential(
            linear(len(names) + 1, 1000, generator),
            nn.BatchNorm1d(1000, track_running_stats=False),
            nn.ReLU(),
            linear(1000, 1, generator),
        )


def linear(num_inputs: int, num_outputs: int, generator: torch.Generator) -> nn.Linear:
    """Return a linear layer drawn from U(−1/√inputs, 1/√inputs), PyTorch's default range."""
    # Its own initial values would be drawn from the global generator.
    layer: nn.Linear = nn.utils.skip_init(nn.Linear, num_inputs, num_outputs)
    bound = num_inputs**-0.5
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.uniform_(-bound, bound, generator=generator)
    return layer
