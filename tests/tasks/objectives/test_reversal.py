"""Reversal: the same forwards, the other sign backwards, once more the first sign."""

import torch
from torch.func import jvp

from ausrec.tasks.objectives.generator_discriminator import reverse


def test_the_sign_turns_in_both_modes_and_twice_is_once_more_the_first() -> None:
    x = torch.tensor([0.3, -1.2], dtype=torch.float64, requires_grad=True)
    assert torch.equal(reverse(x), x)
    (gradient,) = torch.autograd.grad(reverse(x).square().sum(), x)
    torch.testing.assert_close(gradient, -2 * x)
    along = torch.tensor([1.0, 2.0], dtype=torch.float64)
    torch.testing.assert_close(jvp(reverse, (x,), (along,))[1], -along)
    (gradient,) = torch.autograd.grad(reverse(reverse(x)).square().sum(), x)
    torch.testing.assert_close(gradient, 2 * x)
