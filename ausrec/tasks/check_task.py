"""What a task and an encoder of one's own must return, told in one line where they do not."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.models.encoder import Embeddings, Encoder
from ausrec.tasks.relation import relation_tasks
from ausrec.tasks.task import Batch, Task


def wrong(owner: object, method: str, given: object, expected: str) -> AusrecError:
    """Return the error that names class and method, what it returned, and what was expected."""
    what = f"a {type(given).__name__}"
    if isinstance(given, Tensor):
        what = f"a tensor of shape {list(given.shape)} and {given.dtype}"
    return AusrecError(
        f"{type(owner).__name__}.{method} returned {what}, but must return {expected}"
    )


def check_name(task: object) -> str:
    """Return the name of a task.

    Raises:
        AusrecError: when it is no task, or has no name.
    """
    if isinstance(task, type):
        raise AusrecError(f"{task.__name__} is a class: give an object, as {task.__name__}()")
    if not isinstance(task, Task):
        raise AusrecError(f"{task!r} is no task: give the name of one, or a Task")
    name: Any = getattr(task, "name", None)
    if not isinstance(name, str) or not name:
        kind = type(task).__name__
        raise AusrecError(f"{kind} has no name: set its attribute, as name = 'my_task'")
    return name


def check_batch(task: Task, batch: Batch) -> Batch:
    """Return what a task drew.

    Raises:
        AusrecError: when it is neither a tensor nor a tuple of tensors, or of such tuples.
    """
    parts = batch if isinstance(batch, tuple) else (batch,)
    if not all(isinstance(part, Tensor | tuple) for part in parts):
        raise wrong(task, "draw", batch, "a named tuple of tensors, as Triplets(user, pos, neg)")
    return batch


def check_loss(task: Task, loss: object) -> Tensor:
    """Return the losses of a task.

    Raises:
        AusrecError: when they are not one number for each sample.
    """
    if not isinstance(loss, Tensor) or loss.dim() != 1 or not loss.is_floating_point():
        expected = "a loss for each sample, a tensor of floats of shape [batch]; do not reduce it"
        raise wrong(task, "loss", loss, expected)
    return loss


def check_embeddings(encoder: Encoder, embeddings: object) -> Embeddings:
    """Return the embeddings of an encoder.

    Raises:
        AusrecError: when they are no `Embeddings` of users and items.
    """
    if not isinstance(embeddings, Embeddings):
        raise wrong(encoder, "forward", embeddings, "Embeddings(final, base, num_users)")
    parts: tuple[Any, ...] = embeddings[:2]
    for part in parts:
        if not isinstance(part, torch.Tensor) or part.dim() != 2 or not part.is_floating_point():
            raise wrong(encoder, "forward", part, "tables of floats in Embeddings, [nodes, dim]")
    return embeddings


def tasks_by_name(main: Task, tasks: Sequence[str | Task], train: HeteroData) -> dict[str, Task]:
    """Return the main task and the auxiliary ones, names turned into relation tasks.

    Raises:
        AusrecError: on a name that is no relation of `train`, or that is given twice, and on what
            is no task or has no name.
    """
    found: dict[str, Task] = {main.name: main}
    for task in tasks:
        given = relation_tasks(train, [task])[0] if isinstance(task, str) else task
        name = check_name(given)
        if name in found:
            raise AusrecError(f"two tasks have the name '{name}': give each task once")
        found[name] = given
    return found
