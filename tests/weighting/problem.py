"""A small step in float64, and plain double backward over the weights as its oracle."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, cross_entropy

from ausrec.graph import add_relations
from ausrec.graph.propagation import NormalizedAdjacency, joint_adjacency
from ausrec.models import LightGCN
from ausrec.models.encoder import Embeddings
from ausrec.tasks import OBJECTIVES, Encoding, Recommendation, Task, relation_tasks
from ausrec.tasks.losses import BPR, MainLoss
from ausrec.tasks.task import Triplets
from ausrec.weighting.directions import own_name, owned
from ausrec.weighting.step import Step
from tests.graphs import random_graph

NAMES = ("social_link", "two_hop", "metapath_uiu")


def make_step(
    *,
    size: int = 20,
    meta_rows: int = 6,
    keep_edges: float = 0.7,
    l2: float = 1e-2,
    seed: int = 0,
    names: Sequence[str] = NAMES,
    objectives: Sequence[str] = (),
    warm: int = 1,
    meta_softmax: float | None = None,
    idle: int = 0,
    encoder: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
    main_loss: MainLoss = BPR(),
):
    """Return a step with a main task, structural ones, and further objectives by name.

    `encoder` holds further settings of LightGCN, `settings` those of the objectives.

    The seed draws the samples; `warm` is the epoch that the objectives take it for. `idle` items
    have no edges, and embeddings of zeros where layer 0 is left out, as it then is.
    """
    graph = random_graph(25, 20, 3)
    graph["item"].num_nodes += idle
    graph = add_relations(graph, names)
    how = {"keep_edges": keep_edges, "init_std": 1.0, "layer_zero": not idle}
    model = LightGCN(graph, dim=5, layers=2, **how | dict(encoder or {})).double()
    # From the start in float64: converted, the edges' weights would carry float32 rounding.
    exponents = model.adjacency.exponents
    model.adjacency = NormalizedAdjacency(joint_adjacency(graph).astype(np.float64), exponents)
    tasks: dict[str, Task] = {"main": Recommendation(graph, loss=main_loss)}
    tasks |= {task.name: task for task in relation_tasks(graph, names)}
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(5)
    batches = {name: task.draw(size - 3 * k, rng) for k, (name, task) in enumerate(tasks.items())}
    tasks |= {name: OBJECTIVES[name](graph, **settings or {}) for name in objectives}
    own = {}
    for name in objectives:
        for parameter, value in tasks[name].start(model, generator).items():
            # Not zero, so that every parameter has a gradient.
            value = value + 0.1 * torch.randn(value.shape, generator=generator)
            own[own_name(name, parameter)] = value.double().requires_grad_()
        tasks[name].begin_epoch(warm, model, rng)
        batches[name] = in_float64(tasks[name].draw(size, rng))
    meta = type(batches["main"])(*(column[size - meta_rows :] for column in batches["main"]))
    view = model.view(torch.Generator().manual_seed(0))
    return Step(
        model,
        tasks,
        batches,
        meta=meta,
        num_meta_rows=meta_rows,
        meta_softmax=meta_softmax,
        view=view,
        l2=l2,
        own=own,
    )


def in_float64(batch):
    """Return a batch with its floating numbers in float64."""
    if isinstance(batch, Tensor):
        return batch.double() if batch.is_floating_point() else batch
    return type(batch)(*(in_float64(part) for part in batch))


def meta_loss_after_virtual_step(
    step: Step, coefficients: dict[str, Tensor], l2: dict[str, float], rate: float
) -> Tensor:
    """Take the virtual step with a second-order graph, differentiable in the coefficients."""
    table = step.model.table.detach().clone().requires_grad_()
    embeddings = step.model.encode({"table": table}, step.view)
    loss = torch.zeros((), dtype=table.dtype)
    for name, task in step.tasks.items():
        encoding = Encoding(embeddings, step.model, step.view, owned(step.own, name))
        cost = task.loss(encoding, step.batches[name])
        penalty = task.penalty(encoding, step.batches[name])
        if penalty is not None:
            cost = cost + l2[name] * penalty
        loss = loss + (coefficients[name] * cost).sum()
    (gradient,) = torch.autograd.grad(loss, table, create_graph=True)
    ahead = step.model.encode({"table": table - rate * gradient}, step.view)
    if step.meta_softmax is not None:
        return softmax_over_cosines(ahead, step.meta, step.meta_softmax)
    main = step.tasks["main"]
    return (main.loss(ahead, step.meta) + step.l2 * main.penalty(ahead, step.meta)).mean()


def softmax_over_cosines(embeddings: Embeddings, batch: Triplets, temperature: float) -> Tensor:
    """Return the mean cross-entropy of each positive among the negatives of all samples."""
    losses = []
    for user, pos in zip(batch.user, batch.pos, strict=True):
        items = torch.cat([pos[None], batch.neg])
        cosines = cosine_similarity(embeddings.user[user][None], embeddings.item[items])
        losses.append(cross_entropy(cosines[None] / temperature, torch.tensor([0])))
    return torch.stack(losses).mean()
