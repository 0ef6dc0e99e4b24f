"""The product with a constant matrix, differentiable any number of times in both modes."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from scipy.sparse import csr_array
from torch import Tensor

Operator = Callable[[Tensor], Tensor]


class SparseMatrix:
    """A sparse matrix M that is never learned, ready for M x and its derivatives.

    PyTorch's own sparse product has no forward-mode derivative; a linear operator needs no more
    than itself and its transpose.
    """

    def __init__(self, matrix: "csr_array") -> None:
        """Keep M and Mᵀ, [rows, columns], in its own precision."""
        self.forward, self.back = csr_tensor(csr_array(matrix)), csr_tensor(csr_array(matrix.T))

    def multiply(self, x: Float[Tensor, "columns dim"]) -> Float[Tensor, "rows dim"]:
        """Return M x; differentiable in x."""
        if self.forward.dtype != x.dtype or self.forward.device != x.device:
            self.forward, self.back = (
                m.to(device=x.device, dtype=x.dtype) for m in (self.forward, self.back)
            )
        return linear(
            x, lambda t: self.forward @ t.contiguous(), lambda t: self.back @ t.contiguous()
        )


def csr_tensor(matrix: "csr_array") -> Tensor:
    """Return a SciPy matrix as a CSR tensor."""
    matrix.sort_indices()
    values = torch.from_numpy(np.asarray(matrix.data))
    parts = (torch.from_numpy(np.asarray(p, np.int64)) for p in (matrix.indptr, matrix.indices))
    starts, columns = parts
    return sparse_csr(starts, columns, values, matrix.shape)


def sparse_csr(starts: Tensor, columns: Tensor, values: Tensor, size: tuple[int, int]) -> Tensor:
    """Return a CSR tensor without PyTorch's notice that the layout is in beta.

    The product is checked against a dense one in the tests; the notice would greet every user.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparse CSR tensor support", UserWarning)
        return torch.sparse_csr_tensor(starts, columns, values, size, check_invariants=False)


def linear(x: Tensor, forward: Operator, back: Operator) -> Tensor:
    """Apply a linear operator, differentiable in x any number of times.

    Math:    M x. The backward pass is Mᵀ, the forward-mode derivative along v is M v.

    Args:
        x: [columns, dim].
        forward: returns M x. It is called within the operation, since no CSR tensor can be made
            while `torch.func.jvp` follows the calculation.
        back: returns Mᵀ x.
    """
    result: Tensor = _Linear.apply(x, forward, back)  # type: ignore[no-untyped-call]
    return result


class _Linear(torch.autograd.Function):
    @staticmethod
    def forward(x: Tensor, forward: Operator, back: Operator) -> Tensor:
        return forward(x)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        _, ctx.apply_forward, ctx.apply_back = inputs

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        # Applied as a function again, so that a second derivative exists.
        return linear(grad, ctx.apply_back, ctx.apply_forward), None, None

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor, *_: None) -> Tensor:
        return linear(tangent, ctx.apply_forward, ctx.apply_back)
