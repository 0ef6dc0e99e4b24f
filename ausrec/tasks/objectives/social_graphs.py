"""Graphs among users that social self-supervision is made of, as constant sparse operators.

Sₛ = S ∨ Sᵀ is the social adjacency, R that of the interactions.
"""

import numpy as np
from scipy.sparse import csr_array, diags_array, eye_array
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import TRUSTS, edge_matrix
from ausrec.errors import AusrecError


def social_adjacency(graph: HeteroData) -> "csr_array":
    """Return Sₛ without self-links, [users, users].

    Args:
        graph: the training graph.

    Raises:
        AusrecError: when there are no social links.
    """
    trusts = edge_matrix(graph, TRUSTS, np.float32)
    matrix = csr_array(trusts + trusts.T - diags_array(2 * trusts.diagonal()))
    matrix.eliminate_zeros()
    if not matrix.nnz:
        raise AusrecError("social links are needed, and this data has none: leave the task out")
    matrix.data[:] = 1
    return matrix


def shared_items(graph: HeteroData) -> "csr_array":
    """Return R Rᵀ without its diagonal: how many items two users share, [users, users]."""
    counts = items_in_common(graph)
    counts.setdiag(0)
    counts.eliminate_zeros()
    return counts


def items_in_common(graph: HeteroData) -> "csr_array":
    """Return R Rᵀ, with each user's number of items on the diagonal, [users, users]."""
    rates = edge_matrix(graph, dtype=np.float32)
    return csr_array(rates @ rates.T)


def motif_adjacencies(graph: HeteroData, above: int = 1) -> dict[str, "csr_array"]:
    """Return MHCN's three motif-induced adjacencies, rows summing to one (Yu et al. 2021).

    Math:    social    (Sₛ Sₛ) ⊙ Sₛ:     common friends of linked users (motifs M1 to M7)
             joint     (R Rᵀ) ⊙ Sₛ:      common items of linked users (M8, M9)
             purchase  (R Rᵀ) ⊙ (1 − Sₛ), entries above 1: of users who are not linked (M10)

    A pair of linked users is in as many triangles, whatever the links' directions, as it has
    common friends: the sum of the seven social motifs. Nobody is linked to themselves, so the
    purchase channel holds the diagonal of R Rᵀ.

    Args:
        graph: the training graph.
        above: what an entry of the purchase channel must exceed.

    Raises:
        AusrecError: without social links, and when all three are empty.
    """
    linked, shared = social_adjacency(graph), items_in_common(graph)
    joint = csr_array(shared.multiply(linked))
    purchase = csr_array(shared - joint)
    purchase.data[purchase.data <= above] = 0
    found = {
        "social": csr_array((linked @ linked).multiply(linked)),
        "joint": joint,
        "purchase": purchase,
    }
    if not any(matrix.count_nonzero() for matrix in found.values()):
        raise AusrecError(
            "users who have common friends or share items are needed, and this data has none: "
            "leave the task out"
        )
    return {name: row_normalised(matrix) for name, matrix in found.items()}


def row_normalised(matrix: "csr_array") -> "csr_array":
    """Return D⁻¹ A; rows without an entry stay empty."""
    matrix = csr_array(matrix)
    matrix.eliminate_zeros()
    sums = matrix.sum(axis=1)
    scale = np.divide(1, sums, out=np.zeros_like(sums), where=sums > 0)
    return csr_array(diags_array(scale) @ matrix)


def with_self_links(matrix: "csr_array") -> "csr_array":
    """Return D^-1/2 (A + I) D^-1/2, D the row sums of A + I."""
    matrix = csr_array(matrix + eye_array(matrix.shape[0], dtype=matrix.dtype))
    scale = diags_array(matrix.sum(axis=1) ** -0.5)
    return csr_array(scale @ matrix @ scale)
