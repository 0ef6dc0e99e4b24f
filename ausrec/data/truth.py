"""How much a relation tells about taste, where the tastes are known."""

from jaxtyping import Float, Int
from torch import Tensor

from ausrec.errors import AusrecError


def informativeness(taste: Float[Tensor, "users genres"], pairs: Int[Tensor, "2 pairs"]) -> float:
    """Measure the lift in taste similarity of related pairs over all pairs of users.

    Math:
        lift = mean_{(u, v) in pairs, u ≠ v} cos(t_u, t_v) / mean_{u ≠ v} cos(t_u, t_v)

    1 says nothing about taste, more than 1 brings together users of like taste, less than 1 keeps
    them apart. Tastes are not negative, so both means are positive. The mean over all pairs is
    exact (a sum of squares), nothing is sampled.

    Args:
        taste: not negative, no row all zero, not all rows at right angles.
        pairs: related users; pairs of a user with the same user are left out.

    Raises:
        AusrecError: when no pair of two users is given, an id is out of range, or the tastes give
            no lift.
    """
    num_users = taste.size(0)
    if pairs.numel() and (int(pairs.min()) < 0 or int(pairs.max()) >= num_users):
        raise AusrecError(f"pairs: an id is out of range; there are {num_users} users")
    different = pairs[:, pairs[0] != pairs[1]]
    if different.size(1) == 0:
        raise AusrecError("pairs: no pair of two different users; the relation is empty")
    norm = taste.double().norm(dim=1, keepdim=True)
    if bool((taste < 0).any()) or bool((norm == 0).any()):
        raise AusrecError("taste: a value is negative or a row is all zero; no lift is defined")
    direction = taste.double() / norm
    related = (direction[different[0]] * direction[different[1]]).sum(dim=1).mean()
    of_all = (direction.sum(dim=0).square().sum() - num_users) / (num_users * (num_users - 1))
    if float(of_all) <= 0:
        raise AusrecError("taste: no two users have anything in common; no lift is defined")
    return float(related / of_all)
