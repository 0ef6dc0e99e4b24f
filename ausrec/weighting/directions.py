"""Directions of parameter space: names and inner products of gradients."""

import torch
from torch import Tensor

from ausrec.models.encoder import Parameters


def owned(own: Parameters, task: str) -> Parameters:
    """Return the parameters of one task, by its own names."""
    prefix = own_name(task, "")
    return {n.removeprefix(prefix): p for n, p in own.items() if n.startswith(prefix)}


def own_name(task: str, parameter: str) -> str:
    """Return the name in W of a task's own parameter."""
    return f"task.{task}.{parameter}"


def inner(left: Parameters, right: Parameters) -> Tensor:
    """Return the inner product of two directions of parameter space."""
    return torch.stack([torch.dot(left[n].flatten(), right[n].flatten()) for n in left]).sum()
