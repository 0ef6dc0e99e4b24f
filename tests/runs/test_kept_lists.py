from pathlib import Path

import pytest
import torch
from torch_geometric.data import HeteroData

from ausrec.evaluation import recommend
from ausrec.runs import Recipe, prepare, run
from ausrec.runs.kept_lists import pack_lists, unpack_lists
from ausrec.training import TrainConfig
from tests.graphs import random_graph
from tests.sequences import ordered_graph

TRAIN = TrainConfig(epochs=1, threads=1, ks=(5,), select="ndcg@5")


@pytest.mark.parametrize(
    ("graph", "recipe"),
    [
        (random_graph(), Recipe(model="lightgcn(dim=4)", train=TRAIN)),
        # Users are encoded by what they did up to the test part, not up to validation.
        (
            ordered_graph(),
            Recipe(train=TRAIN).set_all({"model": "sasrec(dim=4)", "model.longest": 3}),
        ),
    ],
)
def test_a_run_recommends_from_what_it_keeps(
    tmp_path: Path, graph: HeteroData, recipe: Recipe
) -> None:
    prepared = prepare(recipe.without_tasks(), graph=graph, show=False)
    trained = run(recipe.without_tasks(), prepared=prepared, show_progress=False)
    packed = pack_lists(trained)
    assert packed == pack_lists(trained)
    path = tmp_path / "lists"
    path.write_bytes(packed)
    kept, embeddings = unpack_lists(path)
    assert kept["item"].name == prepared.graph["item"].name
    test = prepared.splits.test
    for user in range(5):
        expected = recommend(trained.scores(test), test, user, 7)
        assert recommend(embeddings.scores, kept, user, 7).equals(expected)
    assert torch.equal(embeddings.item, trained.embeddings.item)
