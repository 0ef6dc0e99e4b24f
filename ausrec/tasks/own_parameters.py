"""How tasks initialise parameters of their own."""

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.models.encoder import Encoder, Parameters


def dimension(encoder: Encoder) -> int:
    """Return the number of dimensions of an encoder's embeddings."""
    with torch.no_grad():
        return int(encoder().base.shape[1])


def uniform_matrix(
    num_inputs: int, num_outputs: int, generator: torch.Generator
) -> Float[Tensor, "inputs outputs"]:
    """Draw a matrix from U(−a, a), a = √(6 / (inputs + outputs)) (Glorot and Bengio 2010)."""
    bound = (6 / (num_inputs + num_outputs)) ** 0.5
    return torch.empty(num_inputs, num_outputs).uniform_(-bound, bound, generator=generator)


def pair_network(dim: int, generator: torch.Generator) -> Parameters:
    """Draw a network of one hidden layer that gives a pair of embeddings a number."""
    return {
        "hidden": uniform_matrix(2 * dim, dim, generator),
        "hidden_bias": torch.zeros(dim),
        "score": uniform_matrix(dim, 1, generator),
        "score_bias": torch.zeros(1),
    }
