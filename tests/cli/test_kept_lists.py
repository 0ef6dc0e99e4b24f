from pathlib import Path

import torch

from ausrec.cli.kept_lists import pack_lists, unpack_lists
from ausrec.evaluation import recommend
from ausrec.training import Recipe, TrainConfig, prepare, run
from tests.graphs import random_graph


def test_a_run_recommends_from_what_it_keeps(tmp_path: Path) -> None:
    recipe = Recipe(model="lightgcn(dim=4)", train=TrainConfig(epochs=1, threads=1)).without_tasks()
    prepared = prepare(recipe, graph=random_graph(), show=False)
    trained = run(recipe, prepared=prepared, show_progress=False)
    packed = pack_lists(trained)
    assert packed == pack_lists(trained)
    path = tmp_path / "lists"
    path.write_bytes(packed)
    graph, embeddings = unpack_lists(path)
    assert graph["item"].name == prepared.graph["item"].name
    for user in range(5):
        expected = recommend(trained.embeddings.scores, prepared.splits.test, user, 7)
        assert recommend(embeddings.scores, graph, user, 7).equals(expected)
    assert torch.equal(embeddings.item, trained.embeddings.item)
