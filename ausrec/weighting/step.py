"""One training step as a weighting sees it: losses of samples, and derivatives on demand.

All derivatives of the step come from one encoding of the graph: the losses hang on the
embeddings, the embeddings on the parameters W. Objectives that encode further do so from layer 0
of that encoding. Parameters of a task's own are part of W; the meta loss, which is that of
recommendation, does not know them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from functools import cache

import torch
from torch import Tensor
from torch.func import jvp

from ausrec.errors import SettingError
from ausrec.graph.propagation import View
from ausrec.models.encoder import Embeddings, Encoder, Parameters
from ausrec.tasks.check_task import check_embeddings, check_loss
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.losses import SampledSoftmax
from ausrec.tasks.recommendation import triplet_rows
from ausrec.tasks.task import Batch, Task, Triplets
from ausrec.weighting.directions import own_name, owned
from ausrec.weighting.reduction import MAIN, Weights


class Step:
    """The samples of one step, their losses, and how these change with the parameters.

    Attributes:
        tasks: the tasks by name, the main task (`"main"`) first.
        batches: the samples drawn for each.
        meta: samples of the main task on which weights are judged; None where there are none.
        num_meta_rows: how many of the last main samples are those of `meta`; 0 where the meta
            samples were drawn apart.
        meta_softmax: the temperature of the softmax loss that judges; None for the main loss.
        losses: loss of each sample, [samples] a task, connected to the parameters.
        penalties: L2 penalty of each sample, before its coefficient.
        l2: L2 coefficient of the configuration.
        own: the tasks' own parameters, as `task.<task>.<parameter>`.
        parameters: W, those of the encoder and those of the tasks.
    """

    def __init__(
        self,
        model: Encoder,
        tasks: Mapping[str, Task],
        batches: Mapping[str, Batch],
        *,
        meta: Batch | None = None,
        num_meta_rows: int = 0,
        meta_softmax: float | None = None,
        view: View | None = None,
        l2: float = 1e-4,
        own: Parameters | None = None,
    ) -> None:
        """Keep the samples, and compute all losses."""
        self.model, self.tasks, self.batches, self.l2 = model, tasks, batches, l2
        self.meta, self.num_meta_rows, self.view = meta, num_meta_rows, view
        self.meta_softmax, self.own = meta_softmax, own or {}
        for name, task in tasks.items():
            self.view = task.step_view(model, self.view, batches[name])
        self.encoder_parameters: Parameters = dict(model.named_parameters())
        self.parameters: Parameters = self.encoder_parameters | self.own
        self.families = self._families()
        self._encode()

    def _encode(self) -> None:
        """Encode the graph at the parameters as they are, and compute the loss of every sample."""
        self.embeddings: Embeddings = check_embeddings(self.model, self.model(self.view))
        self.losses, self.penalties = self.losses_of(self.embeddings, self.parameters)

    def again(self, meta: Batch) -> "Step":
        """Return the same step at the parameters as they are now, judged by other samples."""
        fresh = copy(self)
        fresh.meta = meta
        fresh._encode()
        return fresh

    @property
    def auxiliary(self) -> list[str]:
        """Names of the auxiliary tasks."""
        return [name for name in self.tasks if name != MAIN]

    @property
    def ascending(self) -> list[str]:
        """Names in W of the tasks' own parameters that ascend the loss."""
        return [
            own_name(name, parameter)
            for name, task in self.tasks.items()
            if task.ascends
            for parameter in owned(self.own, name)
        ]

    @property
    def sizes(self) -> dict[str, int]:
        """Number of samples of each task."""
        return {name: len(loss) for name, loss in self.losses.items()}

    def rows(self, *, with_meta: bool) -> tuple[dict[str, int], Tensor]:
        """Return which samples a loss counts: with the meta rows, or without them.

        Args:
            with_meta: whether the main samples that are meta rows count too.

        Returns:
            The number of samples of each task, and for each main sample 1 where it counts and 0
            where it does not, as `Reduction.coefficients` takes both.
        """
        counts, sizes = torch.ones_like(self.losses[MAIN]).detach(), self.sizes
        if not with_meta and self.num_meta_rows:
            sizes[MAIN] -= self.num_meta_rows
            counts[sizes[MAIN] :] = 0
        return sizes, counts

    @property
    def device(self) -> torch.device:
        """Where the losses live."""
        return self.losses[MAIN].device

    def _families(self) -> list[tuple[list[str], Task, Batch]]:
        """Join the samples of tasks that share a loss: names, one task, their joint batch."""
        members: dict[str, list[str]] = {}
        for name, task in self.tasks.items():
            members.setdefault(task.family or f"only {name}", []).append(name)
        families = []
        for names in members.values():
            batches = [self.batches[name] for name in names]
            joint = batches[0]
            if len(names) > 1:
                joint = type(joint)(*(torch.cat(parts) for parts in zip(*batches, strict=True)))
            families.append((names, self.tasks[names[0]], joint))
        return families

    def losses_of(
        self, embeddings: Embeddings, beside: Parameters, wanted: Collection[str] | None = None
    ) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Return losses and penalties at some embeddings, of the families of the wanted tasks."""
        shared = self.model.shared(beside)
        # Once for all tasks: its backward pass makes a table.
        halves = cache(lambda: embeddings.half_squares)
        losses, penalties = dict[str, Tensor](), dict[str, Tensor]()
        for names, task, batch in self.families:
            if wanted is not None and not set(names) & set(wanted):
                continue
            own = owned(beside, names[0])
            encoding = Encoding(embeddings, self.model, self.view, own, shared, halves)
            loss = check_loss(task, task.loss(encoding, batch))
            penalty = task.penalty(encoding, batch)
            if penalty is None:
                penalty = torch.zeros_like(loss)
            is_joint = len(names) > 1
            sizes = [len(self.batches[n][0]) for n in names] if is_joint else [len(loss)]
            losses |= dict(zip(names, loss.split(sizes), strict=True))
            penalties |= dict(zip(names, penalty.split(sizes), strict=True))
        names = [name for name in self.tasks if name in losses]
        return {n: losses[n] for n in names}, {n: penalties[n] for n in names}

    def costs(self, l2: Mapping[str, float]) -> dict[str, Tensor]:
        """Return loss + l2 · penalty of each sample.

        Args:
            l2: the penalty's factor for each task, from `Reduction.l2`.
        """
        return {name: self.losses[name] + l2[name] * self.penalties[name] for name in self.losses}

    def gradient(
        self,
        coefficients: Weights,
        l2: Mapping[str, float],
        *,
        last: bool = False,
        create_graph: bool = False,
    ) -> Parameters:
        """Return ∇_W Σ_t Σ_i c_ti cost_ti.

        Args:
            coefficients: c, [samples] a task; tasks without one take no part.
            l2: factor of the L2 penalty within each task's cost.
            last: no further gradient of this step is needed, so its memory may go.
            create_graph: keep the gradient differentiable, for products with the Hessian.
        """
        outputs, weights = [], []
        for name, coefficient in coefficients.items():
            outputs += [self.losses[name], self.penalties[name]]
            weights += [coefficient, coefficient * l2[name]]
        # A task without a penalty, or with a constant loss, hangs on no parameter.
        connected = [place for place, output in enumerate(outputs) if output.requires_grad]
        if not connected:
            return {name: torch.zeros_like(value) for name, value in self.parameters.items()}
        gradients = torch.autograd.grad(
            [outputs[place] for place in connected],
            list(self.parameters.values()),
            grad_outputs=[weights[place].to(outputs[place].dtype) for place in connected],
            retain_graph=not last,
            create_graph=create_graph,
            allow_unused=True,
            materialize_grads=True,
        )
        return dict(zip(self.parameters, gradients, strict=True))

    def task_gradients(self, l2: Mapping[str, float]) -> Iterator[tuple[str, Parameters]]:
        """Yield the gradient of each task's mean cost, the main task's first.

        Math:    g_t = ∇_W mean_i cost_ti(W): one backward pass a task, one at a time, so that
                 nobody who needs one after the other has to hold all of them.

        Args:
            l2: factor of the L2 penalty within each task's cost.
        """
        for name, size in self.sizes.items():
            mean = torch.full_like(self.losses[name], 1 / size).detach()
            yield name, self.gradient({name: mean}, l2)

    def derivatives(
        self, along: Parameters, l2: Mapping[str, float], wanted: Collection[str] | None = None
    ) -> dict[str, Tensor]:
        """Return the derivative of each sample's cost along a direction v of parameter space.

        Math:    ⟨∇_W cost_ti(W), v⟩ for all samples of all tasks: one forward-mode derivative
                 (JVP), which costs one propagation of v, and for tasks that encode further as
                 much again as their loss.

        Args:
            along: v, by the names of the parameters.
            l2: factor of the L2 penalty within each task's cost.
            wanted: the tasks that are needed; families without one are left out. None for all.
        """
        shared = self.encoder_parameters
        with torch.no_grad():
            tangent = self.model.tangent(
                {name: value.detach() for name, value in shared.items()},
                {name: along[name] for name in shared},
                self.view,
            )
        beside = self.own | self.model.shared(shared)
        beside = {name: value.detach() for name, value in beside.items()}
        primal = self.embeddings.final.detach(), self.embeddings.base.detach(), beside
        tangents = tangent.final, tangent.base, {name: along[name] for name in beside}

        def costs(final: Tensor, base: Tensor, beside: Parameters) -> Sequence[Parameters]:
            embeddings = Embeddings(final, base, self.embeddings.num_users)
            return self.losses_of(embeddings, beside, wanted)

        # A sum of two parts within `jvp` would cost as much as the losses.
        losses, penalties = jvp(costs, primal, tangents)[1]
        return {name: losses[name] + l2[name] * penalties[name] for name in losses}

    def meta_loss(self, embeddings: Embeddings, parameters: Parameters) -> Tensor:
        """Return L_meta of some embeddings, and of parameters that losses read beside them.

        Math:    L_meta = mean_i [ℓ_i + l2 · penalty_i] over the meta samples of the main task,
                 or the mean of their softmax losses over cosines, which have no length to punish.
                 It reads the encoder's parameters only: the gradient is zero for the others.
        """
        if self.meta_softmax is not None:
            if not isinstance(self.meta, Triplets):
                raise SettingError("weighting.meta_softmax", "needs triplets: leave it null here")
            among_all = SampledSoftmax(self.meta_softmax)
            return among_all(*triplet_rows(embeddings, self.meta)).mean()
        main = self.tasks[MAIN]
        encoding = Encoding(embeddings, self.model, self.view, shared=self.model.shared(parameters))
        loss = main.loss(encoding, self.meta).mean()
        penalty = main.penalty(encoding, self.meta)
        return loss if penalty is None else loss + self.l2 * penalty.mean()

    def meta_gradient(self, parameters: Parameters | None = None) -> tuple[Tensor, Parameters]:
        """Return L_meta and ∇L_meta at other parameters.

        Args:
            parameters: where; None for W itself, which needs no further encoding.
        """
        names = self.encoder_parameters
        if parameters is None:
            leaves, embeddings = dict(names), self.embeddings
        else:
            leaves = {n: parameters[n].detach().requires_grad_() for n in names}
            embeddings = self.model.encode(leaves, self.view)
        loss = self.meta_loss(embeddings, leaves)
        gradients = torch.autograd.grad(
            loss,
            list(leaves.values()),
            retain_graph=parameters is None,
            allow_unused=True,
            materialize_grads=True,
        )
        zeros = {name: torch.zeros_like(value) for name, value in self.own.items()}
        return loss.detach(), dict(zip(leaves, gradients, strict=True)) | zeros
