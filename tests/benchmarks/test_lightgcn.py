"""PyG's LightGCN and the package's compute the same, so that their times compare."""

import torch
from torch_geometric.data import HeteroData

from benchmarks.lightgcn import NUM_LAYERS, PyGStep
from benchmarks.package import PackageStep
from benchmarks.reference import Batch, Triples


def test_both_sides_propagate_alike_and_learn() -> None:
    generator = torch.Generator().manual_seed(0)
    graph = HeteroData()
    graph["user"].num_nodes, graph["item"].num_nodes = 8, 6
    edges = (torch.rand(8, 6, generator=generator) < 0.4).nonzero().T.contiguous()
    graph["user", "rates", "item"].edge_index = edges
    pyg = PyGStep(graph, dim=4)
    own = PackageStep(graph, None, dim=4, num_layers=NUM_LAYERS, social=False, keep_edges=1.0)
    with torch.no_grad():
        pyg.model.embedding.weight.copy_(own.model.table)
        embeddings = own.model()
        torch.testing.assert_close(
            pyg.model.get_embedding(pyg.edge_index), torch.cat([embeddings.user, embeddings.item])
        )

    before = own.model.table.detach().clone()
    neg = torch.randint(6, (edges.shape[1],), generator=generator)
    batch = Batch(Triples(edges[0], edges[1], neg), ())
    pyg.step(batch)
    own.step(batch)
    # Adam's first step moves every parameter by the learning rate in its gradient's direction;
    # the two differ in the strength of their L2 term only.
    agree = (own.model.table - before).sign() == (pyg.model.embedding.weight - before).sign()
    assert agree.float().mean().item() > 0.95
    torch.testing.assert_close(
        (own.model.table - before).abs().max().item(), 1e-3, rtol=1e-3, atol=0
    )
