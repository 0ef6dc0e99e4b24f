"""Attributes of items (genres, categories), and how a state is asked for them."""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.functional import softplus
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError, SettingError
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.sequential.hidden_items import matching


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


def named(task: str, kind: str) -> str:
    """Return the name of a task over one kind of attributes, so that several may train together."""
    return f"{task}_{kind}" if kind else task


def attribute_parameters(
    encoder: Encoder, attributes: Bool[Tensor, "items attributes"], generator: torch.Generator
) -> Parameters:
    """Draw the matrix W between items and attributes, and the attributes' embeddings."""
    own = matching(encoder, generator)
    shape = attributes.shape[1], len(own["match"])
    return own | {"attributes": 0.02 * torch.randn(shape, generator=generator)}


def attribute_loss(
    states: Float[Tensor, "places dim"],
    items: Int[Tensor, " places"],
    attributes: Bool[Tensor, "items attributes"],
    own: Parameters,
) -> Float[Tensor, " places"]:
    """Return how badly each state tells the attributes of an item.

    Math:    ℓ = Σ_a softplus(s_a) − y_a s_a,  s_a = hᵀ W a,  y_a = 1 where the item has a

    Args:
        states: h.
        items: the item of each.
        attributes: y of all items.
        own: `match`, W, and `attributes`, the embeddings a.
    """
    scores = states @ own["match"] @ own["attributes"].T
    right = attributes[items.to(attributes.device)].to(scores.device, scores.dtype)
    return (softplus(scores) - scores * right).sum(1)
