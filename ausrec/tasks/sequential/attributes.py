"""Attributes of items (genres, categories), and how a state is asked for them."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import softplus
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError, SettingError
from ausrec.models.encoder import Parameters, normal_table
from ausrec.models.sequence import SequenceEncoder
from ausrec.tasks.task import uniform_matrix


def attributes_of(graph: HeteroData, kind: str = "") -> Bool[Tensor, "items attributes"]:
    """Return which attributes each item has.

    Args:
        graph: a graph with edges from items to nodes of further types.
        kind: the node type that counts, as genre; "" for all of them, one behind the other.

    Raises:
        AusrecError: when the items have no attributes, or none of that kind.
    """
    edges = {
        target: graph[source, name, target].edge_index
        for source, name, target in graph.edge_types
        if source == "item" and target not in ("user", "item")
    }
    if not edges:
        raise AusrecError(
            "the items have no attributes: choose data with some, or give a table of them by "
            "--link item-has-genre=TABLE"
        )
    if kind and kind not in edges:
        raise SettingError("kind", f"is '{kind}', but the items have {', '.join(edges)}")
    tables = []
    for target in [kind] if kind else edges:
        table = torch.zeros(graph["item"].num_nodes, graph[target].num_nodes, dtype=torch.bool)
        table[edges[target][0], edges[target][1]] = True
        tables.append(table)
    return torch.cat(tables, 1)


def attribute_parameters(
    encoder: SequenceEncoder, number: int, generator: torch.Generator
) -> Parameters:
    """Draw the matrix W between items and attributes, and the attributes' embeddings."""
    seed = int(torch.randint(2**31, (), generator=generator))
    return {
        "match": uniform_matrix(encoder.dim, encoder.dim, generator),
        "attributes": normal_table(number, encoder.dim, 0.02, seed).detach(),
    }


def attribute_loss(
    states: Float[Tensor, "places dim"], right: Bool[Tensor, "places attributes"], own: Parameters
) -> Float[Tensor, " places"]:
    """Return how badly each state tells the attributes of an item.

    Math:    ℓ = Σ_a softplus(s_a) − y_a s_a,  s_a = hᵀ W a,  y_a = 1 where the item has a

    Args:
        states: h.
        right: y.
        own: `match`, W, and `attributes`, the embeddings a.
    """
    scores = states @ own["match"] @ own["attributes"].T
    return (softplus(scores) - scores * right.to(scores.dtype)).sum(1)
