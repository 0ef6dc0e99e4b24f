"""AusRec's weighting: a network that learns the weights by bi-level optimisation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import torch
from torch import Tensor

from ausrec.errors import (
    AusrecError,
    SettingError,
    check_above_zero,
    check_decay,
    check_not_negative,
)
from ausrec.tasks.task import Task
from ausrec.weighting.estimators import Estimator, Hypergradient, StepProblem, make_estimator
from ausrec.weighting.hypergradient import Unrolled
from ausrec.weighting.network import OwnLevels, WeightingNetwork
from ausrec.weighting.reduction import MAIN, Reduction, TaskMean, Weights
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import JudgedWeighting, Weighed, check_named, check_weights

Per = Literal["sample", "task"]


@dataclass(eq=False)
class AusRec(JudgedWeighting):
    """Learn the weights with a network and the exact hypergradient of one virtual step.

    Math:    λ_ti = σ(s_t) q_ti n_t,  q_ti = softmax over i of network_φ(cost_ti, t),
             W' = W − α ∇_W L(W, λ),   min_{s,φ} L_meta(W'),
             ∂L_meta(W')/∂c_ti = −α h_ti,   h_ti = ⟨∇cost_ti(W), ∇L_meta(W')⟩,  c the factors of L
    Source:  AusRec (arXiv 2412.18735), bi-level optimisation; the inner product in the place of a
             second derivative is ours (`docs/method.md`). Differs: s_t, the level of a task, is
             its own; in the paper the network, which all tasks share, sets it (`shared`).

    Each step, for sample i of task t and n_t samples:

    1. weigh the samples, λ = network(costs), and take a virtual step W' = W − α ∇L(W, λ);
    2. find how the meta loss L_meta(W') changes with each λ (`ausrec.weighting.hypergradient`);
    3. divide the derivative by everything that only sets its scale,
       g_ti = −h_ti / (n_t r_t),  r_t² = running mean of (mean_i h_ti)²,
       move each level along it, s_t ← s_t − level_rate (Σ_i n_t q_ti g_ti + doubt/√n) in step n,
       and take an Adam step on the network. So a task gains weight when its own gradient agrees
       with the meta gradient more clearly than by chance, and at the same pace whatever α, the
       number of samples and tasks, and the size of the gradients are;
    4. weigh the samples again; with these weights the loop takes the real step.
    """

    per: Per = "sample"
    """One weight a sample, or one a task (its level; a shared network then sees mean costs)."""

    shared: bool = False
    """Let the network alone set the weights, λ_ti = σ(network(cost_ti, t)), as in the paper. All
    tasks then share a hidden layer and a bias, so that helpful tasks lift a harmful one."""

    level_rate: float = 0.03
    """How far the logit of a task's level goes in a step of usual size."""

    doubt: float | None = None
    """doubt/√n is taken off the derivative in step n, so that agreement by chance is not enough.
    Null for 2, and for 0 where tasks compete anyway (`fixed_length`)."""

    hidden: int = 64
    """Width of the weighting network."""

    learning_rate: float = 1e-3
    """Of Adam on the weighting network."""

    virtual_rate: float | None = None
    """α, the learning rate of the virtual step; null for 1. Another estimator has its own."""

    scale: float = 1.0
    """s, how much all auxiliary tasks together count."""

    decay: float = 0.9
    """Of the running mean in r_t."""

    hypergradient: str | Estimator = "unrolled"
    """How the derivative of the meta loss is estimated."""

    fixed: dict[str, float] = field(default_factory=dict)
    """Tasks whose weights are given in full and not learned, as {sgl: 0.1}: w times the mean loss
    counts, however many tasks there are. They train the encoder, in the virtual step too."""

    title: ClassVar[str] = "AusRec"
    saves: ClassVar[tuple[str, ...]] = ("network", "optimizer", "mean_square")
    usual_rate: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            SettingError: on a number that cannot be, an unknown estimator, or a virtual rate
                beside an estimator that has its own.
        """
        super().__post_init__()
        if self.per not in ("sample", "task"):
            raise SettingError("per", f"is '{self.per}', but must be sample or task")
        check_above_zero(hidden=self.hidden, virtual_rate=self.virtual_rate)
        check_not_negative(level_rate=self.level_rate, learning_rate=self.learning_rate)
        check_not_negative(doubt=self.doubt)
        check_decay(self.decay)
        check_weights(fixed=self.fixed)
        self.reduction: Reduction = TaskMean(self.scale)
        if self.hypergradient == "unrolled":
            self.estimator: Estimator = Unrolled(self.virtual_rate or self.usual_rate)
        elif self.virtual_rate is None:
            self.estimator = make_estimator(self.hypergradient)
        else:
            raise SettingError(
                "virtual_rate", "belongs to 'unrolled': give the rate to the estimator itself"
            )
        self.taken_off = self.estimator.doubt if self.doubt is None else self.doubt

    def check(self, tasks: Iterable[Task]) -> None:
        """Raise `AusrecError` when the hypergradient of one of these tasks cannot be estimated."""
        self.estimator.check(tasks)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Draw the network's parameters.

        Raises:
            AusrecError: when there is no task, or a weight is fixed of one that is not there, or
                those of all.
        """
        super().start(names, generator, device)
        check_named(self.fixed, names)
        self.learned = tuple(name for name in names if name not in self.fixed)
        if not names:
            raise AusrecError(
                "there are no auxiliary tasks to weigh: name at least one, or choose weighting "
                "'none'"
            )
        if not self.learned:
            raise AusrecError(
                "the weights of all tasks are fixed, so that none is left to learn: leave one out, "
                "or choose weighting 'manual'"
            )
        self.network = self.build_network(generator).to(device)
        self.optimizer = torch.optim.Adam(self.network.layers.parameters(), lr=self.learning_rate)
        self.mean_square = dict.fromkeys(self.learned, 0.0)

    def build_network(self, generator: torch.Generator) -> WeightingNetwork:
        """Return a new network for the tasks whose weights are learned."""
        kind = WeightingNetwork if self.shared else OwnLevels
        return kind(self.learned, self.hidden, generator)

    def weigh(self, step: Step) -> Weighed:
        """Take steps 1 to 4 above (of the real step, its weights), or 4 alone between updates."""
        if step.meta is None:
            return Weighed(self.present_weights(step), {})
        sizes, counts = step.rows(with_meta=False)
        l2 = self.reduction.l2(step.l2, sizes)
        costs = {name: cost.detach() for name, cost in step.costs(l2).items()}
        weights = self.network_weights(costs | {MAIN: costs[MAIN][: sizes[MAIN]]})

        inner = {name: weight.detach() for name, weight in weights.items()}
        inner |= self.fixed_weights(step, sizes)
        coefficients = self.reduction.coefficients(inner, sizes, counts)
        problem = StepProblem(step, coefficients, l2, self.learned)
        hypergradient = self.estimator.estimate(problem)

        derivatives = self.derivatives(hypergradient, sizes)
        self.step_network(weights, derivatives)
        health = self.health(hypergradient, derivatives, weights)
        return Weighed(self.present_weights(step), health)

    def present_weights(self, step: Step) -> Weights:
        """Return what the network, as it is, gives the samples of a step."""
        costs = step.costs(self.reduction.l2(step.l2, step.sizes))
        with torch.no_grad():
            weights = self.network_weights({n: cost.detach() for n, cost in costs.items()})
        weights |= self.fixed_weights(step, step.sizes)
        return {name: weights[name] for name in self.names}

    def fixed_weights(self, step: Step, sizes: dict[str, int]) -> Weights:
        """Return λ of the tasks whose weights are fixed: w over what the reduction makes of 1."""
        factors = self.reduction.factors(sizes)
        return {
            name: torch.tensor(weight / (sizes[name] * factors[name]), device=step.device)
            for name, weight in self.fixed.items()
        }

    def network_weights(self, costs: Mapping[str, Tensor]) -> Weights:
        """Return λ from the costs of all tasks, the main task's included."""
        costs = {name: cost for name, cost in costs.items() if name in self.network_inputs()}
        if self.per == "task":
            costs = {name: cost.mean().reshape(1) for name, cost in costs.items()}
        weights: Weights = self.network(costs)
        return weights

    def network_inputs(self) -> Sequence[str]:
        """Return the tasks whose costs the network sees: those whose weights it learns."""
        return self.learned

    def derivatives(self, hypergradient: Hypergradient, sizes: dict[str, int]) -> Weights:
        """Return ∂L_meta/∂λ of each auxiliary sample, without its scale: g of step 3."""
        derivatives = {}
        for name in self.learned:
            alignment = hypergradient.alignment[name]
            square = float(alignment.mean()) ** 2
            before = self.mean_square[name] or square
            self.mean_square[name] = self.decay * before + (1 - self.decay) * square
            scale = max(self.mean_square[name] ** 0.5, torch.finfo(alignment.dtype).tiny)
            derivatives[name] = -alignment / (len(alignment) * scale)
        return derivatives

    def step_network(self, weights: Weights, derivatives: Weights) -> None:
        """Take an Adam step along Σ_ti ∂L_meta/∂λ_ti ∇_φ λ_ti."""
        if self.per == "task":
            derivatives = {name: d.sum().reshape(1) for name, d in derivatives.items()}
        self.network.zero_grad()
        torch.autograd.backward(
            [weights[name] for name in self.learned], [derivatives[name] for name in self.learned]
        )
        self.optimizer.step()
        if isinstance(self.network, OwnLevels):
            self.network.move(self.level_rate, self.taken_off)

    def health(
        self, hypergradient: Hypergradient, derivatives: Weights, weights: Weights
    ) -> dict[tuple[str, str], float]:
        """Return what is recorded of an update.

        The alignment of a task is that of its weighted loss, Σ_i λ_ti h_ti / Σ_i λ_ti.
        """
        health = {("meta_loss", ""): float(hypergradient.meta_loss)}
        health["meta_gradient_norm", ""] = float(hypergradient.meta_gradient_norm())
        gradients = [p.grad for p in self.network.parameters() if p.grad is not None]
        health["hypergradient_norm", ""] = float(torch.nn.utils.get_total_norm(gradients))
        for name in self.learned:
            weight = weights[name].detach()
            alignment = weight / weight.mean() * hypergradient.alignment[name]
            health["alignment", name] = float(alignment.mean())
            health["hypergradient_norm", name] = float(derivatives[name].norm())
        return health

    def parameters(self) -> list[Tensor]:
        """Return the network's parameters, the levels among them."""
        return list(self.network.parameters())
