"""AusRec's weighting: a network that learns the weights by bi-level optimisation."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

import torch
from torch import Tensor

from ausrec.errors import AusrecError, check_above_zero, check_decay, check_not_negative
from ausrec.tasks.task import Task
from ausrec.weighting.estimators import Estimator, Hypergradient, StepProblem, Unrolled
from ausrec.weighting.network import PublishedNetwork, WeightingNetwork
from ausrec.weighting.reduction import MAIN, Reduction, SampleMean, TaskMean, Weights
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import (
    MetaRows,
    Weighed,
    Weighting,
    check_named,
    check_weights,
)

Mode = Literal["scale_free", "published"]
Per = Literal["sample", "task"]


def check_mode(mode: str, per: str) -> None:
    """Raise `AusrecError` unless there is such a mode."""
    if mode not in get_args(Mode) or per not in get_args(Per):
        raise AusrecError(
            f"weighting mode '{mode}' per '{per}': the modes are scale_free and published, "
            "per sample or per task"
        )


class MetaWeighting(Weighting):
    """Learn the weights with a network and the exact hypergradient of one virtual step.

    Math:    λ_ti = network_φ(cost_ti, t),   W' = W − α ∇_W L(W, λ),   min_φ L_meta(W'),
             ∂L_meta(W')/∂c_ti = −α h_ti,   h_ti = ⟨∇cost_ti(W), ∇L_meta(W')⟩,  c the factors of L
    Source:  AusRec (arXiv 2412.18735), bi-level optimisation; the inner product in the place of a
             second derivative is ours (`docs/method.md`).

    Each step:

    1. weigh the samples, λ = network(costs), and take a virtual step W' = W − α ∇L(W, λ);
    2. find how the meta loss L_meta(W') changes with each λ (`ausrec.weighting.estimators`);
    3. take an Adam step on the network along that derivative;
    4. weigh the samples anew; with these weights the loop takes the real step.

    Two modes, for sample i of task t, n_t samples, T tasks:

    `published`   ∂L_meta/∂λ_ti = −α h_ti / (7 N),  α = 0.001, N = all samples of the step. This
                  is about 1e-8 times h_ti, below Adam's ε, so that the network hardly moves; its
                  input passes batch normalisation over all rows of the step.
    `scale_free`  the derivative is divided by everything that only sets its scale:
                  g_ti = −h_ti / (n_t r_t),  r_t² = running mean of (mean_i h_ti)², decay 0.9,
                  so a task whose gradient agrees with the meta gradient time and again gains
                  weight at the same pace whatever α, N, T and the size of the gradients are. The
                  network sees a sample's own cost only, never its batch-mates.
    """

    def __init__(
        self,
        mode: Mode = "scale_free",
        per: Per = "sample",
        *,
        hidden: int = 64,
        learning_rate: float = 1e-3,
        virtual_rate: float | None = None,
        scale: float = 1.0,
        decay: float = 0.9,
        meta: MetaRows | None = None,
        hypergradient: Estimator | None = None,
        fixed: Mapping[str, float] | None = None,
    ) -> None:
        """Choose the mode.

        Args:
            mode: `"scale_free"` or `"published"`, as described above.
            per: one weight a `"sample"`, or one a `"task"` (the network then sees mean costs).
            hidden: width of the network; `published` has 1000.
            learning_rate: of Adam on the network; `published` has 1e-4.
            virtual_rate: α; `published` has 0.001, `scale_free` 1.
            scale: s, how much all auxiliary tasks together count; `published` has 1.
            decay: of the running mean in r_t.
            meta: which main samples are meta rows; `published` leaves their edges in the graph.
            hypergradient: how the derivative of the meta loss is estimated; None for the exact
                one of a virtual step, `Unrolled(virtual_rate)`.
            fixed: tasks whose weights are given and not learned, in full: w, so that w times the
                mean loss of the task counts, however many tasks there are. They train the encoder,
                in the virtual step too, and no derivative is spent on them.

        Raises:
            AusrecError: on an unknown mode, a number that cannot be, or a virtual rate beside an
                estimator, which has its own.
        """
        check_mode(mode, per)
        check_above_zero(hidden=hidden, virtual_rate=virtual_rate)
        check_not_negative(learning_rate=learning_rate)
        check_decay(decay)
        check_weights(fixed or {})
        published = mode == "published"
        self.mode, self.per, self.hidden, self.decay = mode, per, hidden, decay
        self.learning_rate = 1e-4 if published else learning_rate
        if hypergradient is not None and virtual_rate is not None:
            raise AusrecError(
                "virtual_rate is given beside an estimator: give the rate to the estimator itself"
            )
        self.virtual_rate = virtual_rate or (1e-3 if published else 1.0)
        self.hypergradient: Estimator = hypergradient or Unrolled(self.virtual_rate)
        self.reduction: Reduction = SampleMean() if published else TaskMean(scale)
        self.meta = meta or MetaRows(in_graph=published)
        self.fixed = dict(fixed or {})

    def check(self, tasks: Iterable[Task]) -> None:
        """Raise `AusrecError` when the hypergradient of one of these tasks cannot be estimated."""
        self.hypergradient.check(tasks)

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
        if self.mode == "published":
            self.network: WeightingNetwork = PublishedNetwork(self.learned, generator)
        else:
            self.network = WeightingNetwork(self.learned, self.hidden, generator)
        self.network.to(device)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=self.learning_rate)
        self.mean_square = dict.fromkeys(self.learned, 0.0)

    def weigh(self, step: Step) -> Weighed:
        """Take steps 1 to 4 above (of the real step, its weights), or 4 alone between updates."""
        if step.meta is None:
            return Weighed(self._present_weights(step), {})
        num_train = len(step.losses[MAIN]) - step.num_meta_rows
        sizes = step.sizes | {MAIN: num_train}
        l2 = self.reduction.l2(step.l2, sizes)
        costs = {name: cost.detach() for name, cost in step.costs(l2).items()}
        costs[MAIN] = costs[MAIN][:num_train]

        weights = self._network_weights(costs)
        takes_part = torch.zeros_like(step.losses[MAIN])
        takes_part[:num_train] = 1
        detached = {name: weight.detach() for name, weight in weights.items()}
        inner = detached | self._fixed_weights(step, sizes)
        coefficients = self.reduction.coefficients(inner, sizes, takes_part)
        problem = StepProblem(step, coefficients, l2, self.learned if self.fixed else None)
        found = self.hypergradient.estimate(problem)

        derivatives = self._derivatives(found, sizes)
        self._step_network(weights, derivatives)
        return Weighed(self._present_weights(step), self._health(found, derivatives))

    def _present_weights(self, step: Step) -> Weights:
        """Return what the network, as it is, gives the samples of a step."""
        costs = step.costs(self.reduction.l2(step.l2, step.sizes))
        with torch.no_grad():
            weights = self._network_weights({n: cost.detach() for n, cost in costs.items()})
        found = weights | self._fixed_weights(step, step.sizes)
        return {name: found[name] for name in self.names}

    def _fixed_weights(self, step: Step, sizes: dict[str, int]) -> Weights:
        """Return λ of the tasks whose weights are fixed: w over what the reduction makes of 1."""
        factors = self.reduction.factors(sizes)
        return {
            name: torch.tensor(weight / (sizes[name] * factors[name]), device=step.device)
            for name, weight in self.fixed.items()
        }

    def _network_weights(self, costs: dict[str, Tensor]) -> Weights:
        costs = {name: cost for name, cost in costs.items() if name not in self.fixed}
        if self.mode == "scale_free":
            costs = {name: cost for name, cost in costs.items() if name != MAIN}
        if self.per == "task":
            costs = {name: cost.mean().reshape(1) for name, cost in costs.items()}
        weights: Weights = self.network(costs)
        return weights

    def _derivatives(self, found: Hypergradient, sizes: dict[str, int]) -> Weights:
        """Return ∂L_meta/∂λ of each auxiliary sample, in the mode's scale."""
        if self.mode == "published":
            factors = self.reduction.factors(sizes)
            return {
                name: -found.rate * factors[name] * found.alignment[name] for name in self.learned
            }
        derivatives = {}
        for name in self.learned:
            alignment = found.alignment[name]
            square = float(alignment.mean()) ** 2
            before = self.mean_square[name] or square
            self.mean_square[name] = self.decay * before + (1 - self.decay) * square
            scale = max(self.mean_square[name] ** 0.5, torch.finfo(alignment.dtype).tiny)
            derivatives[name] = -alignment / (len(alignment) * scale)
        return derivatives

    def _step_network(self, weights: Weights, derivatives: Weights) -> None:
        """Take an Adam step along Σ_ti ∂L_meta/∂λ_ti ∇_φ λ_ti."""
        if self.per == "task":
            derivatives = {name: d.sum().reshape(1) for name, d in derivatives.items()}
        self.optimizer.zero_grad()
        torch.autograd.backward(
            [weights[name] for name in self.learned], [derivatives[name] for name in self.learned]
        )
        self.optimizer.step()

    def _health(self, found: Hypergradient, derivatives: Weights) -> dict[tuple[str, str], float]:
        health = {("meta_loss", ""): float(found.meta_loss)}
        health["meta_gradient_norm", ""] = float(found.meta_gradient_norm())
        gradients = [p.grad for p in self.network.parameters() if p.grad is not None]
        health["hypergradient_norm", ""] = float(torch.nn.utils.get_total_norm(gradients))
        for name in self.learned:
            health["alignment", name] = float(found.alignment[name].mean())
            health["hypergradient_norm", name] = float(derivatives[name].norm())
        return health

    def parameters(self) -> list[Tensor]:
        """Return the network's parameters."""
        return list(self.network.parameters())

    def state_dict(self) -> dict[str, Any]:
        """Return the network, its optimiser and the running means."""
        return {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "mean_square": dict(self.mean_square),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a saved state; `start` must have been called."""
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.mean_square = dict(state["mean_square"])
