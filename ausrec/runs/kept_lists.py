"""What a run keeps so that it can recommend without its tables: embeddings, ids and known items."""

import json
from pathlib import Path
from typing import NamedTuple

import safetensors
import safetensors.torch
import torch
from torch_geometric.data import HeteroData

from ausrec.data import RATES
from ausrec.models.encoder import Embeddings
from ausrec.runs.trained import Trained

NODES = "nodes"


class Lists(NamedTuple):
    """What recommending needs.

    Attributes:
        graph: ids and names of users and items, and what each user knows as its interactions.
        embeddings: the trained ones.
    """

    graph: HeteroData
    embeddings: Embeddings


def pack_lists(trained: Trained) -> bytes:
    """Return the file of a run."""
    graph, test = trained.prepared.graph, trained.prepared.splits.test
    with torch.no_grad():
        final = trained.model.embed(test).final
    nodes = {n: {"raw_id": graph[n].raw_id, "name": graph[n].name} for n in ("user", "item")}
    known = test[RATES].known_index
    tensors = {"final": final.cpu().contiguous(), "known": known.contiguous()}
    # One entry only: safetensors writes several in any order.
    return safetensors.torch.save(tensors, {NODES: json.dumps(nodes)})


def unpack_lists(path: Path) -> Lists:
    """Read the file of a run."""
    graph = HeteroData()
    with safetensors.safe_open(path, "pt") as stored:
        nodes = json.loads(stored.metadata()[NODES])
        final, graph[RATES].edge_index = stored.get_tensor("final"), stored.get_tensor("known")
    for node, columns in nodes.items():
        graph[node].num_nodes = len(columns["raw_id"])
        graph[node].raw_id, graph[node].name = columns["raw_id"], columns["name"]
    return Lists(graph, Embeddings(final, final, graph["user"].num_nodes))
