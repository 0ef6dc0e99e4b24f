"""Hand-made sequences with attributes and friends, and a step over them in float64."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import HAS_GENRE, RATES, TRUSTS, Edges, build_graph
from ausrec.graph import add_relations, split_interactions
from ausrec.models import ENCODERS, SequenceEncoder
from ausrec.tasks import SEQUENCE_TASKS, main_task, relation_tasks
from ausrec.tasks.sequential.sequence_losses import CrossEntropy, SequenceLoss
from ausrec.weighting.directions import own_name
from ausrec.weighting.step import Step

# Users 0 to 5, the items of each in order.
HISTORIES = [
    [0, 1, 2, 3, 4, 5],
    [3, 4, 5, 6, 7],
    [1, 2, 3, 8],
    [5, 6, 7, 0, 1, 2, 3],
    [8, 7, 6, 5],
    [2, 4, 6, 8, 0],
]
GENRES = [0, 1, 2, 0, 1, 2, 0, 1, 2]


def ordered_graph(histories: list[list[int]] = HISTORIES) -> HeteroData:
    """Return a graph of users who trust the next one, and items with genres."""
    user = np.repeat(np.arange(len(histories)), [len(each) for each in histories])
    item = np.concatenate(histories)
    everybody = np.arange(len(histories))
    return build_graph(
        {
            RATES: Edges(user, item, time=np.arange(len(user))),
            TRUSTS: Edges(everybody, np.roll(everybody, 1)),
            HAS_GENRE: Edges(np.arange(len(GENRES)), np.array(GENRES)),
        }
    )


def parts():
    """Split the graph: the last item of each for testing, the one before for validation."""
    return split_interactions(ordered_graph(), how="leave_one_out")


def encoder_of(graph: HeteroData, name: str = "sasrec", **settings: Any) -> SequenceEncoder:
    """Return a small encoder in float64, whose parameters are large enough to matter."""
    usual: dict[str, Any] = {"dim": 4, "layers": 2, "longest": 5, "init_std": 0.5}
    model = ENCODERS[name](graph, **usual | settings)
    assert isinstance(model, SequenceEncoder)
    return model.double()


def sequence_step(
    *tasks: str,
    encoder: str = "sasrec",
    loss: SequenceLoss | None = None,
    relations: tuple[str, ...] = (),
    settings: Mapping[str, Any] | None = None,
    meta_rows: int = 4,
    size: int = 12,
) -> Step:
    """Return a step of the main task and others, with dropout."""
    graph = add_relations(ordered_graph(), relations)
    model = encoder_of(graph, encoder, **settings or {})
    rng, generator = np.random.default_rng(0), torch.Generator().manual_seed(0)
    made = {"main": main_task(model, graph, "interactions", loss or CrossEntropy())}
    made |= {name: SEQUENCE_TASKS[name](graph) for name in tasks}
    made |= {task.name: task for task in relation_tasks(graph, relations)}
    own = {
        own_name(name, parameter): value.double().requires_grad_()
        for name, task in made.items()
        for parameter, value in task.start(model, generator).items()
    }
    batches = {name: task.draw(size, rng) for name, task in made.items()}
    meta = type(batches["main"])(*(column[size - meta_rows :] for column in batches["main"]))
    view = model.view(torch.Generator().manual_seed(1))
    return Step(
        model, made, batches, meta=meta, num_meta_rows=meta_rows, view=view, l2=0.0, own=own
    )
