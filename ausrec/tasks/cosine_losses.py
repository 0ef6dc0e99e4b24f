"""Main losses over cosines, each of a whole batch: BSL, PSL, SL@K, DirectAU and CCL.

Each ranks a user's positive among the negatives of all samples of the batch, or uses none. So it
does not change with the length of any embedding. The published codes draw negatives of their own
for every sample; these here are shared, and one of them may be an item that the user has.

What is trained by cosines also ranks by them, as in the code of PSL and SL@K; in BSL's this is a
switch (`by_cosine`). DirectAU's code ranks by inner products.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import log
from typing import ClassVar, Literal, TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.errors import SettingError, check_above_zero, check_not_negative
from ausrec.models.encoder import unit_rows
from ausrec.tasks.losses import OverCosines, Rows

Losses = Float[Tensor, " batch"]
Candidates = Float[Tensor, "candidates dim"]
Surrogate: TypeAlias = Literal["tanh", "relu", "atan"]
_SMALLEST = 1e-6
SURROGATES: Mapping[Surrogate, Callable[[Tensor], Tensor]] = {
    "tanh": lambda gap: gap.tanh() + 1,
    "relu": lambda gap: (gap + 1).clamp(min=_SMALLEST),
    "atan": lambda gap: gap.atan() + 1,
}
"""What takes the place of the exponential function in `PairwiseSoftmax`."""


def batch_cosines(
    user: Rows, pos: Rows, neg: Candidates
) -> tuple[Losses, Float[Tensor, "batch candidates"]]:
    """Return each user's cosine with their positive, and with the negatives of all samples."""
    user = unit_rows(user)
    return torch.linalg.vecdot(user, unit_rows(pos)), user @ unit_rows(neg).T


@dataclass(frozen=True)
class BilateralSoftmax(OverCosines):
    """Softmax with a temperature of its own for positives (Wu et al. 2024, BSL).

    Math:    ℓ_i = −cos(u_i, p_i)/τ₁ + (τ₂/τ₁) ln mean_j e^(cos(u_i, n_j)/τ₂)
    Source:  Wu et al. 2024 (BSL), Eq. of L_BSL, one positive a sample. A τ₁ below τ₂ counts
             negatives more, one above it less.

    Differs from the published code: negatives are those of the batch; that code sets τ₂ and the
    factor τ₂/τ₁.
    """

    temperature: float = 0.15
    """τ₂, of the negatives."""

    positive_temperature: float = 0.134
    """τ₁, of the positive."""

    title: ClassVar[str] = "BSL"

    def __post_init__(self) -> None:
        """Refuse temperatures that are not above 0."""
        check_above_zero(
            temperature=self.temperature, positive_temperature=self.positive_temperature
        )

    def __call__(self, user: Rows, pos: Rows, neg: Candidates) -> Losses:
        """Return the loss of each sample."""
        of_pos, of_neg = batch_cosines(user, pos, neg)
        spread = (of_neg / self.temperature).logsumexp(1) - log(len(neg))
        losses: Tensor = (self.temperature * spread - of_pos) / self.positive_temperature
        return losses


@dataclass(frozen=True)
class PairwiseSoftmax(OverCosines):
    """Softmax with a tamer function than the exponential in each pair (Yang et al. 2024, PSL).

    Math:    d_ij = (cos(u_i, n_j) − cos(u_i, p_i)) / 2,   ℓ_i = ln Σ_j σ(d_ij)^(1/τ),
             σ(d) one of tanh(d) + 1, max(0, d + 1), arctan(d) + 1
    Source:  Yang et al. 2024 (PSL), Eq. of L_PSL. With σ = exp it is a softmax of temperature 2τ.

    Differs from the published code: negatives are those of the batch; and max(0, d + 1) is 10⁻⁶ at
    least, so that its logarithm exists.
    """

    temperature: float = 0.075
    """τ; the lower, the more the hardest negatives count."""

    surrogate: Surrogate = "relu"
    """σ."""

    title: ClassVar[str] = "PSL"

    def __post_init__(self) -> None:
        """Refuse a temperature that is not above 0."""
        check_above_zero(temperature=self.temperature)

    def __call__(self, user: Rows, pos: Rows, neg: Candidates) -> Losses:
        """Return the loss of each sample."""
        of_pos, of_neg = batch_cosines(user, pos, neg)
        surrogates = SURROGATES[self.surrogate]((of_neg - of_pos[:, None]) / 2)
        losses: Tensor = (surrogates.log() / self.temperature).logsumexp(1)
        return losses


@dataclass(frozen=True)
class SoftmaxAtK(OverCosines):
    """Softmax in which the samples near the first K count more (Yang et al. 2025, SL@K).

    Math:    ℓ_i = σ((cos(u_i, p_i) − β_i)/τ_w) · ln Σ_j e^((cos(u_i, n_j) − cos(u_i, p_i))/τ),
             β_i the K-th largest cosine of u_i with p_i and all n_j, held constant
    Source:  Yang et al. 2025 (SL@K), Eqs. of the loss and of the quantile β.

    Differs from the published code: negatives are those of the batch; β is estimated in each step
    and from one positive, there every few epochs and from all of a user's positives.
    """

    temperature: float = 0.15
    """τ; the lower, the more the hardest negatives count."""

    k: int = 20
    """K, the length of the list that counts."""

    weight_temperature: float = 1.0
    """τ_w; the lower, the less samples count that are far from the first K."""

    title: ClassVar[str] = "SL@K"
    stops_gradients: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Refuse numbers that are not above 0."""
        check_above_zero(
            temperature=self.temperature, k=self.k, weight_temperature=self.weight_temperature
        )

    def __call__(self, user: Rows, pos: Rows, neg: Candidates) -> Losses:
        """Return the loss of each sample."""
        of_pos, of_neg = batch_cosines(user, pos, neg)
        every = torch.cat([of_pos[:, None], of_neg], dim=1).detach()
        quantile = every.topk(min(self.k, every.shape[1]), dim=1).values[:, -1]
        weights = ((of_pos - quantile) / self.weight_temperature).sigmoid()
        losses: Tensor = weights * ((of_neg - of_pos[:, None]) / self.temperature).logsumexp(1)
        return losses


@dataclass(frozen=True)
class CosineContrast(OverCosines):
    """Pull positives near, push negatives below a margin (Mao et al. 2021, SimpleX: CCL).

    Math:    ℓ_i = 1 − cos(u_i, p_i) + w mean_j max(0, cos(u_i, n_j) − m)
    Source:  Mao et al. 2021 (SimpleX), Eq. of L_CCL. Its m and w are tuned for each data set;
             the defaults are ours.

    Differs from the published code: negatives are those of the batch.
    """

    margin: float = 0.4
    """m, the cosine from which on a negative is too near."""

    weight: float = 150.0
    """w, how much the negatives count."""

    title: ClassVar[str] = "CCL"

    def __post_init__(self) -> None:
        """Refuse a margin that is no cosine, and a negative weight."""
        check_not_negative(weight=self.weight)
        if not -1 <= self.margin < 1:
            raise SettingError("margin", f"is {self.margin}, but must be from -1 to below 1")

    def __call__(self, user: Rows, pos: Rows, neg: Candidates) -> Losses:
        """Return the loss of each sample."""
        of_pos, of_neg = batch_cosines(user, pos, neg)
        return 1 - of_pos + self.weight * (of_neg - self.margin).relu().mean(1)


@dataclass(frozen=True)
class DirectAU(OverCosines):
    """Users near to their items, users apart and items apart (Wang et al. 2022, DirectAU).

    Math:    ℓ_i = ‖û_i − p̂_i‖² + γ/2 (L_uni(û) + L_uni(p̂)),   x̂ = x/‖x‖,
             L_uni(x) = ln mean_{i < j} e^(−2 ‖x_i − x_j‖²) over the samples of the batch
    Source:  Wang et al. 2022 (DirectAU), Eqs. of alignment and uniformity.

    Uniformity belongs to the batch, not to a sample, so each sample's loss holds all of it, and
    the mean is the published loss. There are no negatives.
    """

    uniformity: float = 1.0
    """γ, how much uniformity counts."""

    by_cosine: bool = field(default=False, kw_only=True)

    title: ClassVar[str] = "DirectAU"

    def __post_init__(self) -> None:
        """Refuse a negative weight."""
        check_not_negative(uniformity=self.uniformity)

    def __call__(self, user: Rows, pos: Rows, neg: Candidates) -> Losses:
        """Return the loss of each sample."""
        user, pos = unit_rows(user), unit_rows(pos)
        together = (user - pos).square().sum(1)
        return together + self.uniformity / 2 * (log_uniformity(user) + log_uniformity(pos))


def log_uniformity(rows: Rows) -> Float[Tensor, ""]:
    """Return ln mean_{i < j} e^(−2 ‖x_i − x_j‖²); 0 of a single row.

    Args:
        rows: x.
    """
    number = len(rows)
    if number < 2:
        return rows.new_zeros(())
    squares = torch.linalg.vecdot(rows, rows)
    distances = squares[:, None] + squares - 2 * rows @ rows.T
    itself = torch.eye(number, dtype=torch.bool, device=rows.device)
    total: Tensor = (-2 * distances).masked_fill(itself, -torch.inf).flatten().logsumexp(0)
    return total - log(number * (number - 1))
