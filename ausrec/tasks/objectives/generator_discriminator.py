"""A generator proposes items, a discriminator tells them from real ones (as in IRGAN and CFGAN)."""

from typing import Any, NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import leaky_relu, softplus
from torch_geometric.data import HeteroData

from ausrec.errors import check_above_zero
from ausrec.graph.pairs import StoredPairs
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.task import Task, dimension, pair_network


class Proposals(NamedTuple):
    """Samples of the game.

    Attributes:
        user: ids of users, [batch].
        real: an item of each, [batch].
        candidates: items that the generator may propose, [candidates], for all users alike.
        gumbel: noise that makes its choice random, [batch, candidates].
    """

    user: Int[Tensor, " batch"]
    real: Int[Tensor, " batch"]
    candidates: Int[Tensor, " candidates"]
    gumbel: Float[Tensor, "batch candidates"]


class GeneratorDiscriminator(Task):
    """The encoder as generator of pairs, against a discriminator with parameters of its own.

    Math:    the generator's item for user u is the relaxed choice (Gumbel softmax)
             ĩ_u = Σ_j π_uj e_j,  π_u = softmax_j((⟨e_u, e_j⟩ + gumbel_uj) / τ);
             the discriminator scores a pair, D(u, i) = ⟨a, LeakyReLU(B [sg(e_u), i] + b)⟩ + c;
             V_u = ln σ(D(u, sg(e_i))) + ln σ(−D(u, ĩ_u)) for a real item i of u;
             the encoder descends ℓ_u = V_u, the discriminator ascends it.
    Source:  Wang et al. 2017 (IRGAN), the minimax game of its Eq. 1; Jang et al. 2017 (Gumbel
             softmax); Ganin and Lempitsky 2015 (gradient reversal). The composition is ours.

    Both players share one backward pass: the discriminator's parameters enter through a
    gradient reversal, so that `loss` descends V in the encoder and ascends it in D. Weighted by
    λ, both gradients are: D learns slowly where the task counts little (Adam forgives the
    scale). sg stops the gradient: the encoder acts by its proposals only.

    The game's value depends on how far both players have got, so that the loss need not fall.
    The task is an instance of the paradigm and no published method: IRGAN trains its generator
    by policy gradient, CFGAN proposes whole rows of the interaction matrix.
    """

    name = "generator_discriminator"
    stops_gradients = True
    ascends = True

    def __init__(
        self, graph: HeteroData, num_candidates: int = 64, temperature: float = 0.5
    ) -> None:
        """Read the training interactions.

        Args:
            graph: the training graph.
            num_candidates: number of items that may be proposed in a step.
            temperature: τ.

        Raises:
            AusrecError: on a number that cannot be, and without interactions.
        """
        self.pairs = StoredPairs.of_interactions(graph)
        check_above_zero(temperature=temperature, num_candidates=num_candidates)
        self.num_candidates = min(num_candidates, self.pairs.num_columns)
        self.temperature = temperature

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Draw the discriminator."""
        return pair_network(dimension(encoder), generator)

    def draw(self, size: int, generator: np.random.Generator) -> Proposals:
        """Draw real pairs, candidates and the noise of the choice."""
        user, real = self.pairs.draw(size, generator)
        candidates = generator.choice(self.pairs.num_columns, self.num_candidates, replace=False)
        gumbel = generator.gumbel(size=(size, self.num_candidates)).astype(np.float32)
        return Proposals(*(torch.from_numpy(part) for part in (user, real, candidates, gumbel)))

    def loss(self, encoding: Encoding, batch: Proposals) -> Float[Tensor, " batch"]:
        """Return V of each user."""
        user, real = encoding.user[batch.user], encoding.item[batch.real].detach()
        items = encoding.item[batch.candidates]
        choice = ((user @ items.T + batch.gumbel) / self.temperature).softmax(1)
        proposed = choice.to(items.dtype) @ items
        own = {name: reverse(parameter) for name, parameter in encoding.own.items()}
        scores = [discriminate(own, user.detach(), item) for item in (real, proposed)]
        return -softplus(-scores[0]) - softplus(scores[1])


def discriminate(
    own: Parameters, user: Float[Tensor, "batch dim"], item: Float[Tensor, "batch dim"]
) -> Float[Tensor, " batch"]:
    """Return D(u, i) of each pair, before the sigmoid: high for pairs that look real."""
    hidden = torch.cat([user, item], dim=1) @ own["hidden"] + own["hidden_bias"]
    return (leaky_relu(hidden, 0.2) @ own["score"] + own["score_bias"]).squeeze(1)


def reverse(x: Tensor) -> Tensor:
    """Return x, whose gradient arrives with the other sign (Ganin and Lempitsky 2015).

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
