"""One training step of AusRec as it was published, written plainly: the yardstick and the oracle.

Nothing here is fast on purpose. Every task propagates by itself with its own dropped graph, the
products are COO, and the virtual step is differentiated twice. The package's step is timed against
it (`benchmarks/step.py`) and, under one shared mask, compared with it number by number.

With W the layer-0 embeddings, phi the weighting network, lambda_i a sample's weight, N the number
of costs in the sum (AusRec, arXiv 2412.18735):

    l(W, lambda) = [sum of main costs + sum of auxiliary costs * lambda / 7] / N
    W'           = W - 0.001 * grad_W l(W, lambda(phi))      main: the first 70 % of the batch
    phi         <- Adam(1e-4) on grad_phi L_meta(W'(phi))    the other 30 % of the batch
    W           <- Adam(1e-3) on grad_W l(W, lambda(phi))    100 % of the batch
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn.functional import one_hot, softplus

VIRTUAL_RATE = 1e-3
NETWORK_RATE = 1e-4
ENCODER_RATE = 1e-3
L2_STRENGTH = 1e-4
TRAIN_SHARE = 0.7
HIDDEN_UNITS = 1000


class Triples(NamedTuple):
    """Rows of (user, positive, negative) ids, each [rows]; users all three in auxiliary tasks."""

    user: Int[Tensor, " rows"]
    pos: Int[Tensor, " rows"]
    neg: Int[Tensor, " rows"]

    def rows(self, start: int, stop: int) -> "Triples":
        """Return the rows `start <= row < stop`."""
        return Triples(self.user[start:stop], self.pos[start:stop], self.neg[start:stop])


class Batch(NamedTuple):
    """What one step trains on: (user, item, item) rows and, per task, (user, user, user) rows."""

    main: Triples
    tasks: tuple[Triples, ...]


class Embeddings(NamedTuple):
    """One table for users [users, dim], one for items [items, dim]; at layer 0 the parameters."""

    user: Float[Tensor, "users dim"]
    item: Float[Tensor, "items dim"]


class Costs(NamedTuple):
    """Costs per sample, unreduced: of the main rows, and of every task's rows."""

    main: Float[Tensor, " rows"]
    tasks: tuple[Tensor, ...]

    def total(self) -> int:
        """Return N, the number of all costs."""
        return len(self.main) + sum(len(costs) for costs in self.tasks)


@dataclass(frozen=True)
class StepResult:
    """Everything that one step computed, detached.

    Attributes:
        before: encoder parameters W before the step.
        virtual_costs: costs of the virtual step (main: the first 70 % of the rows).
        weights: weight of every auxiliary sample in the virtual step, [rows] per task.
        virtual_loss: l(W, weights).
        virtual_gradient: its gradient with respect to W.
        virtual: W', the parameters after the virtual step.
        meta_loss: L_meta(W').
        hypergradient: derivative of the meta loss with respect to every weight, [rows] per task.
        network_gradient: derivative of the meta loss by the name of the network's parameter.
        costs: costs of the real step (main: all rows).
        new_weights: weights of the real step, from the network after its update.
        loss: l(W, new_weights) of the real step.
        gradient: its gradient with respect to W.
        after: encoder parameters after the step.
    """

    before: Embeddings
    virtual_costs: Costs
    weights: tuple[Tensor, ...]
    virtual_loss: Tensor
    virtual_gradient: Embeddings
    virtual: Embeddings
    meta_loss: Tensor
    hypergradient: tuple[Tensor, ...]
    network_gradient: dict[str, Tensor]
    costs: Costs
    new_weights: tuple[Tensor, ...]
    loss: Tensor
    gradient: Embeddings
    after: Embeddings


def normalised_adjacency(
    interactions: Int[Tensor, "2 edges"],
    social: Int[Tensor, "2 links"],
    num_users: int,
    num_items: int,
    dtype: torch.dtype = torch.float32,
) -> Float[Tensor, "nodes nodes"]:
    """Build D^-1/2 A D^-1/2 of the joint graph A = [[S, R], [R^T, 0]] as a coalesced COO tensor.

    D holds the row sums on both sides, so the result is not symmetric where S is directed. A node
    without an outgoing edge has a factor of zero, not of infinity.
    """
    user, item = interactions[0], interactions[1] + num_users
    index = torch.cat([social, torch.stack([user, item]), torch.stack([item, user])], dim=1)
    num_nodes = num_users + num_items
    ones = torch.ones(index.shape[1], dtype=dtype)
    shape = (num_nodes, num_nodes)
    index = torch.sparse_coo_tensor(index, ones, shape, check_invariants=True).coalesce().indices()
    degree = torch.bincount(index[0], minlength=num_nodes).to(dtype)
    factor = torch.where(degree > 0, degree.clamp(min=1).rsqrt(), 0)
    value = factor[index[0]] * factor[index[1]]
    return torch.sparse_coo_tensor(index, value, shape, is_coalesced=True, check_invariants=True)


def weighting_network(
    num_tasks: int, generator: torch.Generator, dtype: torch.dtype = torch.float32
) -> nn.Sequential:
    """Build Linear(tasks + 1, 1000), BatchNorm1d, ReLU, Linear(1000, 1), sigmoid.

    The linear layers start as PyTorch's own do, uniform within +-1/sqrt(inputs), only drawn from
    `generator` instead of the global one.
    """
    network = nn.Sequential(
        nn.Linear(num_tasks + 1, HIDDEN_UNITS, dtype=dtype),
        nn.BatchNorm1d(HIDDEN_UNITS, dtype=dtype),
        nn.ReLU(),
        nn.Linear(HIDDEN_UNITS, 1, dtype=dtype),
        nn.Sigmoid(),
    )
    for layer in network:
        if isinstance(layer, nn.Linear):
            bound = layer.in_features**-0.5
            nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
            nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
    return network


class PublishedStep:
    """Train AusRec step by step as the published code does.

    Args:
        adjacency: [users + items, users + items], coalesced COO, see `normalised_adjacency`.
        num_users: how many of its nodes are users (they come first).
        num_tasks: number of auxiliary tasks.
        dim: embedding size; embeddings start as N(0, 0.1).
        num_layers: number of propagation layers; the output is the mean of layers 0..num_layers.
        keep_edges: share of the edges that every propagation keeps; 1.0 switches dropout off.
        shared_mask: [entries of adjacency], True where an entry is kept. Given, it serves every
            propagation of every step in place of masks drawn anew; kept entries are divided by
            `keep_edges` all the same.
        virtual_rate: learning rate of the virtual step.
        whole_backward: whether the meta loss is differentiated with respect to W too, as a plain
            `meta_loss.backward()` does it. Our reading is that it was; no number depends on it.
        generator: draws the initial parameters, then the masks.
        dtype: float32 as published, or float64 for comparisons; the adjacency must have it too.

    Attributes:
        parameters: the encoder's parameters, leaves that require a gradient.
        network: the weighting network, in train mode for ever.
    """

    def __init__(
        self,
        adjacency: Float[Tensor, "nodes nodes"],
        num_users: int,
        *,
        generator: torch.Generator,
        num_tasks: int = 7,
        dim: int = 192,
        num_layers: int = 3,
        keep_edges: float = 0.6,
        shared_mask: Bool[Tensor, " entries"] | None = None,
        virtual_rate: float = VIRTUAL_RATE,
        whole_backward: bool = True,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.adjacency = adjacency
        self.num_users = num_users
        self.num_tasks = num_tasks
        self.num_layers = num_layers
        self.keep_edges = keep_edges
        self.shared_mask = shared_mask
        self.virtual_rate = virtual_rate
        self.whole_backward = whole_backward
        self.generator = generator

        table = torch.empty(adjacency.shape[0], dim, dtype=dtype)
        table.normal_(0, 0.1, generator=generator)
        user, item = table[:num_users].clone(), table[num_users:].clone()
        self.parameters = Embeddings(user.requires_grad_(), item.requires_grad_())
        self.network = weighting_network(num_tasks, generator, dtype)
        self.encoder_optimiser = torch.optim.Adam(self.parameters, lr=ENCODER_RATE)
        self.network_optimiser = torch.optim.Adam(self.network.parameters(), lr=NETWORK_RATE)

    def draw_graph(self) -> Float[Tensor, "nodes nodes"]:
        """Keep a share of the adjacency's entries, divided by that share.

        An edge's two directions are two entries and are kept or dropped independently.
        """
        mask = self.shared_mask
        if mask is None:
            if self.keep_edges == 1:
                return self.adjacency
            draw = torch.rand(self.adjacency.values().shape, generator=self.generator)
            mask = draw < self.keep_edges
        index = self.adjacency.indices()[:, mask]
        value = self.adjacency.values()[mask] / self.keep_edges
        # A subset of sorted, unique entries is sorted and unique. Telling so, and skipping the
        # check, favours the reference.
        return torch.sparse_coo_tensor(
            index, value, self.adjacency.shape, is_coalesced=True, check_invariants=False
        )

    def propagate(self, parameters: Embeddings) -> Embeddings:
        """Return the mean of layers 0..num_layers over a graph dropped anew (LightGCN)."""
        graph = self.draw_graph()
        layers = [torch.cat(parameters)]
        for _ in range(self.num_layers):
            layers.append(torch.sparse.mm(graph, layers[-1]))
        final = torch.stack(layers, dim=1).mean(dim=1)
        return Embeddings(final[: self.num_users], final[self.num_users :])

    def costs(self, parameters: Embeddings, main: Triples, tasks: Sequence[Triples]) -> Costs:
        """Return the cost of every row; the main rows and every task propagate by themselves.

        Math: c_i = softplus(s_neg - s_pos) + 1e-4 * (|u|^2 + |p|^2 + |n|^2) / (2 n),
        the norms at layer 0. Our reading of n: the number of main rows in this sum for the main
        rows, and the first task's number of rows for the rows of all auxiliary tasks. So every
        sample carries an L2 term that is already a mean, and the division by N divides it again.
        """
        user, item = self.propagate(parameters)
        penalty = l2(parameters.user, parameters.item, main) / len(main.user)
        main_costs = bpr(user, item, main) + penalty
        task_costs = []
        for rows in tasks:
            user, _ = self.propagate(parameters)
            penalty = l2(parameters.user, parameters.user, rows) / len(tasks[0].user)
            task_costs.append(bpr(user, user, rows) + penalty)
        return Costs(main_costs, tuple(task_costs))

    def weigh(self, costs: Costs) -> tuple[Tensor, ...]:
        """Return the weight of every auxiliary sample, [rows] per task, each in (0, 1).

        The main rows pass through the network too, with a one-hot of zeros. Their weights are
        ignored (they count 1), but they take part in the batch normalisation.
        """
        features = [nn.functional.pad(costs.main[:, None], (0, self.num_tasks))]
        for task, cost in enumerate(costs.tasks):
            label = one_hot(torch.full(cost.shape, task), self.num_tasks).to(cost.dtype)
            features.append(torch.cat([cost[:, None], label], dim=1))
        weights = self.network(torch.cat(features).detach()).squeeze(1)
        sizes = [len(costs.main), *(len(cost) for cost in costs.tasks)]
        return tuple(torch.split(weights, sizes)[1:])

    def loss(self, costs: Costs, weights: Sequence[Tensor]) -> Float[Tensor, ""]:
        """Return [sum of main costs + sum of auxiliary costs * weight / tasks] / N."""
        total = costs.main.sum()
        for cost, weight in zip(costs.tasks, weights, strict=True):
            total = total + (cost * weight).sum() / self.num_tasks
        return total / costs.total()

    def virtual_step(self, gradient: Embeddings) -> Embeddings:
        """Return W' = W - rate * gradient as functional parameters; W itself stays."""
        user = self.parameters.user - self.virtual_rate * gradient.user
        item = self.parameters.item - self.virtual_rate * gradient.item
        return Embeddings(user, item)

    def meta_loss(self, parameters: Embeddings, rows: Triples) -> Float[Tensor, ""]:
        """Return mean BPR + 1e-4 * mean L2, as LightGCN has it (not divided by N a second time)."""
        user, item = self.propagate(parameters)
        penalty = l2(parameters.user, parameters.item, rows)
        return bpr(user, item, rows).mean() + penalty.mean()

    def step(self, batch: Batch) -> StepResult:
        """Take one training step: virtual step, network's step, real step."""
        # Our reading: 70 % rounded to whole rows; N of the virtual step counts those rows alone.
        num_train = round(TRAIN_SHARE * len(batch.main.user))
        train = batch.main.rows(0, num_train)
        meta = batch.main.rows(num_train, len(batch.main.user))
        before = detach(self.parameters)

        virtual_costs = self.costs(self.parameters, train, batch.tasks)
        weights = self.weigh(virtual_costs)
        virtual_loss = self.loss(virtual_costs, weights)
        virtual_gradient = Embeddings(
            *torch.autograd.grad(virtual_loss, self.parameters, create_graph=True)
        )
        virtual = self.virtual_step(virtual_gradient)
        meta_loss = self.meta_loss(virtual, meta)

        # A plain `backward()` goes on to the derivative with respect to W, which nobody uses.
        names = [name for name, _ in self.network.named_parameters()]
        wanted = [*weights, *self.network.parameters()]
        unused = self.parameters if self.whole_backward else ()
        derivatives = torch.autograd.grad(meta_loss, [*wanted, *unused])
        hypergradient = derivatives[: self.num_tasks]
        network_gradient = dict(zip(names, derivatives[self.num_tasks :], strict=False))
        for name, parameter in self.network.named_parameters():
            parameter.grad = network_gradient[name]
        self.network_optimiser.step()

        costs = self.costs(self.parameters, batch.main, batch.tasks)
        with torch.no_grad():
            new_weights = self.weigh(costs)
        loss = self.loss(costs, new_weights)
        gradient = Embeddings(*torch.autograd.grad(loss, self.parameters))
        self.parameters.user.grad, self.parameters.item.grad = gradient
        self.encoder_optimiser.step()

        return StepResult(
            before=before,
            virtual_costs=detach_costs(virtual_costs),
            weights=tuple(weight.detach() for weight in weights),
            virtual_loss=virtual_loss.detach(),
            virtual_gradient=detach(virtual_gradient),
            virtual=detach(virtual),
            meta_loss=meta_loss.detach(),
            hypergradient=hypergradient,
            network_gradient=network_gradient,
            costs=detach_costs(costs),
            new_weights=new_weights,
            loss=loss.detach(),
            gradient=gradient,
            after=detach(self.parameters),
        )


def bpr(user: Tensor, other: Tensor, rows: Triples) -> Float[Tensor, " rows"]:
    """Return softplus(s_neg - s_pos) of every row, the scores being inner products."""
    pos_score = (user[rows.user] * other[rows.pos]).sum(dim=1)
    neg_score = (user[rows.user] * other[rows.neg]).sum(dim=1)
    return softplus(neg_score - pos_score)


def l2(user: Tensor, other: Tensor, rows: Triples) -> Float[Tensor, " rows"]:
    """Return 1e-4 * (|u|^2 + |p|^2 + |n|^2) / 2 of every row."""
    u, p, n = user[rows.user], other[rows.pos], other[rows.neg]
    return L2_STRENGTH * 0.5 * (u.square() + p.square() + n.square()).sum(dim=1)


def detach(embeddings: Embeddings) -> Embeddings:
    """Copy the two tables out of the autograd graph."""
    return Embeddings(embeddings.user.detach().clone(), embeddings.item.detach().clone())


def detach_costs(costs: Costs) -> Costs:
    """Take costs out of the autograd graph."""
    return Costs(costs.main.detach(), tuple(cost.detach() for cost in costs.tasks))
