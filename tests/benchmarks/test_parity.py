"""The objectives give the recorded losses and gradients of their authors' functions."""

import json
import re

import pytest

from benchmarks.parity import RECORDED, TRAINED, compared, train_peer
from tests.graphs import random_graph

# SELFRec adds 1e-5 within the logarithm of the ranking loss.
TOLERANCE = {"ranking": 1e-4}


def test_losses_and_gradients_are_those_of_the_authors() -> None:
    rows = list(compared())
    assert {row["model"] for row in rows} == {"LightGCN", "SGL", "XSimGCL", "MHCN"}
    for row in rows:
        most = TOLERANCE.get(row["loss"], 1e-6)
        assert row["relative gap"] < most and row["gap of the gradient"] < most, row


def test_every_record_names_its_repository_and_commit() -> None:
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    for entry in (*recorded["recorded"], *recorded["training"]):
        assert re.fullmatch(r"[\w.-]+/[\w.-]+ [0-9a-f]{40}", entry["source"])


@pytest.mark.parametrize("model", TRAINED)
def test_a_model_is_trained_and_set_next_to_its_peer(model: str) -> None:
    row = train_peer(random_graph(), model, seed=0, epochs=1)
    assert row["model"] == model and 0 <= row["recall@10, ours"] <= 1
    assert row["ndcg@10, gap"] == pytest.approx(row["ndcg@10, ours"] / row["ndcg@10, SELFRec"] - 1)
