"""Further encodings against the encoder's own."""

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.models import MF, Embeddings, LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.encoding import graph_encoder
from tests.graphs import random_graph

GRAPH = random_graph()


def test_it_is_embeddings_and_more() -> None:
    model, own = LightGCN(GRAPH, dim=4), {"w": torch.ones(1)}
    encoding = Encoding.of(model, own)
    assert isinstance(encoding, Embeddings)
    assert torch.equal(encoding.user, model().user)
    assert encoding.own is own and encoding.encoder is model and encoding.view is None


def test_the_mean_of_the_layers_is_the_final_embedding() -> None:
    model = LightGCN(GRAPH, dim=4, layers=3, keep_edges=0.6)
    view = model.view(torch.Generator().manual_seed(0))
    encoding = Encoding(model(view), model, view)
    layers = encoding.layers()
    assert len(layers) == 4 and torch.equal(layers[0], model.table)
    torch.testing.assert_close(model.combine(layers), encoding.final)
    whole = model.adjacency.full()
    torch.testing.assert_close(encoding.propagate(whole), model().final)
    torch.testing.assert_close(model.combine(encoding.layers(whole)), model().final)


def test_encoders_without_enough_graph_are_named() -> None:
    with pytest.raises(AusrecError, match="over a graph is needed, and MF does not"):
        graph_encoder(MF(GRAPH))
    with pytest.raises(AusrecError, match="2 layers or more are needed, and the encoder has 1"):
        graph_encoder(LightGCN(GRAPH, layers=1), layers=2)
