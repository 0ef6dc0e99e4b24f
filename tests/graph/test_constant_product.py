"""The sparse product against a dense one, with its derivatives."""

import numpy as np
import torch
from scipy.sparse import random_array
from torch.autograd import gradcheck, gradgradcheck
from torch.func import jvp

from ausrec.graph.constant_product import SparseMatrix


def problem() -> tuple[SparseMatrix, torch.Tensor, torch.Tensor]:
    sparse = random_array((6, 4), density=0.4, rng=np.random.default_rng(0), format="csr")
    x = torch.randn(4, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    return SparseMatrix(sparse), torch.from_numpy(sparse.toarray()), x


def test_it_is_the_dense_product() -> None:
    sparse, dense, x = problem()
    torch.testing.assert_close(sparse.multiply(x), dense @ x)


def test_it_takes_the_precision_of_what_it_multiplies() -> None:
    sparse, dense, x = problem()
    torch.testing.assert_close(sparse.multiply(x.float()), (dense @ x).float())
    assert sparse.multiply(x.float()).dtype == torch.float32


def test_first_and_second_derivatives_in_both_modes() -> None:
    sparse, dense, x = problem()
    x = x.requires_grad_()
    assert gradcheck(lambda t: sparse.multiply(t).sin(), (x,))
    assert gradgradcheck(lambda t: sparse.multiply(t).sin(), (x,))
    along = torch.ones_like(x)
    torch.testing.assert_close(jvp(sparse.multiply, (x,), (along,))[1], dense @ along)
