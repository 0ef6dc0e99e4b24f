"""A small step in float64, and plain double backward over the weights as its oracle."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ausrec.graph import add_relations
from ausrec.graph.adjacency import NormalizedAdjacency, joint_adjacency
from ausrec.models import LightGCN
from ausrec.tasks import Recommendation, Task, relation_tasks
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
):
    """Return a step with a main task and three auxiliary tasks; the seed draws the samples."""
    graph = add_relations(random_graph(25, 20, 3), names)
    model = LightGCN(graph, dim=5, layers=2, keep_edges=keep_edges, init_std=1.0).double()
    # From the start in float64: converted, the edges' weights would carry float32 rounding.
    model.adjacency = NormalizedAdjacency(joint_adjacency(graph).astype(np.float64))
    tasks: dict[str, Task] = {"main": Recommendation(graph)}
    tasks |= {task.name: task for task in relation_tasks(graph, names)}
    rng = np.random.default_rng(seed)
    batches = {name: task.draw(size - 3 * k, rng) for k, (name, task) in enumerate(tasks.items())}
    meta = type(batches["main"])(*(column[size - meta_rows :] for column in batches["main"]))
    view = model.view(torch.Generator().manual_seed(0))
    return Step(model, tasks, batches, meta=meta, num_meta_rows=meta_rows, view=view, l2=l2)


def meta_loss_after_virtual_step(
    step: Step, coefficients: dict[str, Tensor], l2: dict[str, float], rate: float
) -> Tensor:
    """Take the virtual step with a second-order graph, differentiable in the coefficients."""
    table = step.model.table.detach().clone().requires_grad_()
    embeddings = step.model.encode({"table": table}, step.view)
    loss = torch.zeros((), dtype=table.dtype)
    for name, task in step.tasks.items():
        cost = task.loss(embeddings, step.batches[name])
        cost = cost + l2[name] * task.penalty(embeddings, step.batches[name])
        loss = loss + (coefficients[name] * cost).sum()
    (gradient,) = torch.autograd.grad(loss, table, create_graph=True)
    ahead = step.model.encode({"table": table - rate * gradient}, step.view)
    main = step.tasks["main"]
    return (main.loss(ahead, step.meta) + step.l2 * main.penalty(ahead, step.meta)).mean()
