"""The training half; see below."""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch_geometric.data import HeteroData

from ausrec.data.adjacency import read_adjacency
from ausrec.data.build_graph import RATES, TRUSTS, Edges, build_graph, with_held_out
from ausrec.evaluation import evaluate
from ausrec.graph import split_interactions
from ausrec.models import LightGCN
from ausrec.tasks import OBJECTIVES
from ausrec.training import TrainConfig, fit
from ausrec.weighting import Equal


def lastfm(folder: Path) -> HeteroData:
    user, item = read_adjacency(folder / "train.txt")
    order = np.random.default_rng(0).permutation(len(user))
    held, kept = np.split(order, [len(order) // 10])
    rates = with_held_out(
        Edges(user[kept], item[kept]),
        val=Edges(user[held], item[held]),
        test=Edges(*read_adjacency(folder / "test.txt")),
    )
    return build_graph({RATES: rates, TRUSTS: Edges(*read_adjacency(folder / "social.txt"))})


def train(graph, name, settings, weight, seed, patience=20, epochs=200, layer_zero=True, l2=0.0):
    train, val, test = split_interactions(graph)
    encoder = LightGCN(train, layers=2, social=False, layer_zero=layer_zero, seed=seed)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for rows in encoder.table.split(
            [encoder.num_users, len(encoder.table) - encoder.num_users]
        ):
            nn.init.xavier_uniform_(rows, generator=generator)
    config = TrainConfig(
        epochs=epochs,
        learning_rate=1e-3,
        l2=l2,
        patience=patience,
        seed=seed,
        threads=1,
        device="cpu",
        diagnose_every=1000,
    )
    tasks = [OBJECTIVES[name](train, **settings)] if name else []
    history = fit(encoder, train, val, tasks, Equal(weight), config, show_progress=False)
    with torch.no_grad():
        ranking = evaluate(encoder().scores, test, ks=(10,))
    vals = history.of("val/ndcg@10")
    print(
        name,
        settings,
        "val",
        float(np.nanmax(vals.to_numpy())),
        "best",
        history.best_epoch,
        ranking.metrics["recall@10"],
        ranking.metrics["ndcg@10"],
        "s/epoch",
        float(history.of("seconds").to_numpy().mean()),
        flush=True,
    )
    return history


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="+")
    parser.add_argument("--data-root", type=Path)
    a = parser.parse_args()
    torch.set_num_threads(1)
    graph = lastfm(a.data_root / "ausrec" / "lastfm")
    runs = {
        "x": lambda: train(graph, "xsimgcl", {}, 0.2, 0, layer_zero=False),
        "s": lambda: train(graph, "sgl", {}, 0.1, 0),
        "s-step": lambda: train(graph, "sgl", {"redraw": "step"}, 0.1, 0),
        "s-own": lambda: train(graph, "sgl", {"anchors": "own"}, 0.1, 0),
        "s1": lambda: train(graph, "sgl", {}, 0.1, 1),
        "x1": lambda: train(graph, "xsimgcl", {}, 0.2, 1, layer_zero=False),
        "l": lambda: train(graph, "", {}, 0.1, 0),
    }
    for w in a.what:
        runs[w]()
