"""Gradient reversal: one backward pass for two players (Ganin and Lempitsky 2015)."""

from typing import Any

import torch
from torch import Tensor


def reverse(x: Tensor) -> Tensor:
    """Return x, whose gradient arrives with the other sign.

    Math:    R(x) = x,  dR/dx = −I
    """
    result: Tensor = _Reverse.apply(x)  # type: ignore[no-untyped-call]
    return result


class _Reverse(torch.autograd.Function):
    """x forwards, −1 times everything that comes back; forward mode agrees with that."""

    @staticmethod
    def forward(x: Tensor) -> Tensor:
        return x.view_as(x)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        return -grad

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor) -> Tensor:
        return -tangent
