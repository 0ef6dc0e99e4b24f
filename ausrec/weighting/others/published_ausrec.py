"""AusRec as the published code has it: its scaling, its network, its sums over samples."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import nn

from ausrec.weighting.ausrec import AusRec
from ausrec.weighting.estimators import Estimator, Hypergradient
from ausrec.weighting.network import WeightingNetwork, linear
from ausrec.weighting.reduction import MAIN, Reduction, Weights


class SampleMean(Reduction):
    """Add everything up and divide by the number of samples, as the published code does.

    Math:    L = [Σ_i ℓ_main,i + (1/7) Σ_t Σ_i λ_ti ℓ_ti] / N,   N = number of all samples
    The L2 penalty within a sample's loss is divided by the number of main samples, and for all
    auxiliary tasks by that of the first of them. Together with 1/N it is thousands of times
    weaker, relative to BPR, than in LightGCN.
    """

    def __init__(self, num_tasks: int = 7) -> None:
        """Keep the number that auxiliary weights are divided by."""
        self.num_tasks = num_tasks

    def factors(self, sizes: dict[str, int]) -> dict[str, float]:
        """Return 1/N for main samples and 1/(7N) for auxiliary ones."""
        total = sum(sizes.values())
        return {name: 1 / total if name == MAIN else 1 / (self.num_tasks * total) for name in sizes}

    def l2(self, coefficient: float, sizes: dict[str, int]) -> dict[str, float]:
        """Return coefficient/n_main, and for auxiliary tasks coefficient/n of the first."""
        auxiliary = [size for name, size in sizes.items() if name != MAIN]
        return {
            name: coefficient / (size if name == MAIN else auxiliary[0])
            for name, size in sizes.items()
        }


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


@dataclass(eq=False)
class PublishedAusRec(AusRec):
    """Learn the weights as the code published with AusRec does, with its scaling and network.

    Math:    ∂L_meta/∂λ_ti = −α h_ti / (7 N),  α = 0.001, N = all samples of the step
    Source:  the code published with AusRec (arXiv 2412.18735).

    The derivative is about 1e-8 times h_ti, below Adam's ε, so that the network hardly moves.
    Its samples are those of `ausrec.tasks.published_tasks`.
    """

    meta_in_graph: bool = field(default=True, kw_only=True)
    """Leave the edges of the rows that judge in the step's graph."""

    shared: bool = field(default=True, init=False)
    level_rate: float = field(default=0.0, init=False)
    doubt: float | None = field(default=None, init=False)
    hidden: int = field(default=1000, init=False)
    learning_rate: float = field(default=1e-4, init=False)
    virtual_rate: float | None = None
    """α, the learning rate of the virtual step; null for 0.001."""

    scale: float = field(default=1.0, init=False)
    decay: float = field(default=0.9, init=False)
    hypergradient: str | Estimator = field(default="unrolled", init=False)
    fixed: dict[str, float] = field(default_factory=dict, init=False)

    title: ClassVar[str] = "AusRec (published code)"
    usual_rate: ClassVar[float] = 1e-3

    def __post_init__(self) -> None:
        """Add losses up as the published code does."""
        super().__post_init__()
        self.reduction = SampleMean()

    def build_network(self, generator: torch.Generator) -> WeightingNetwork:
        """Return a new network of the published code."""
        return PublishedNetwork(self.learned, generator)

    def network_inputs(self) -> Sequence[str]:
        """Return the tasks whose costs the network sees: all, the main task first."""
        return (MAIN, *self.learned)

    def derivatives(self, hypergradient: Hypergradient, sizes: dict[str, int]) -> Weights:
        """Return ∂L_meta/∂λ of each auxiliary sample, as it is."""
        factors = self.reduction.factors(sizes)
        return {
            name: -hypergradient.rate * factors[name] * hypergradient.alignment[name]
            for name in self.learned
        }
