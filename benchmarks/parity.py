"""Compare objectives with their authors' code: losses, gradients and, if asked, trained models.

    python -m benchmarks.parity [--train --data-root DATA] [--models SGL XSimGCL] [--seeds 1]

`parity.json` holds a small graph with embeddings, samples, dropped edges, noise and permutations,
and what functions of SELFRec, RecBole-GNN and SSLRec make of it. Each entry names the repository,
its commit and the functions. None of their code is here.

`--train` trains models on the LastFM split of AusRec, with SELFRec's settings: the validation part
is the first tenth of a permutation of the training pairs. SELFRec's figures there are those of one
seed; gaps below .003 are noise.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import RATES, TRUSTS, Edges, build_graph, with_held_out
from ausrec.data.tables.neighbour_lists import read_adjacency
from ausrec.evaluation import evaluate
from ausrec.graph import split_interactions
from ausrec.graph.propagation import View
from ausrec.graph.thinning import Thinning
from ausrec.models import MF, Encoder, LightGCN
from ausrec.tasks import OBJECTIVES, Batch, Encoding, Recommendation, Task, Triplets
from ausrec.tasks.objectives.contrast import Anchors, Contrasted
from ausrec.tasks.objectives.mhcn import Corruptions, MotifInfomax
from ausrec.tasks.objectives.sgl import sgl
from ausrec.tasks.objectives.simgcl import xsimgcl
from ausrec.training import TrainConfig, fit
from ausrec.weighting import Equal
from benchmarks.timing import print_tables

RECORDED = Path(__file__).with_suffix(".json")
TRAINED: dict[str, tuple[str, float, dict[str, Any]]] = {
    "LightGCN": ("", 0.0, {}),
    "SGL": ("sgl", 0.1, {}),
    "XSimGCL": ("xsimgcl", 0.2, {"layer_zero": False}),
}
"""What is trained: the objective, its weight, and settings of the encoder."""


class Case(NamedTuple):
    """A loss of this package on the recorded inputs.

    Attributes:
        encoder: it holds the recorded embeddings.
        task: what has the loss.
        batch: the recorded samples.
        view: how the step sees the graph; None for the whole graph without noise.
        own: the task's own parameters, where it has some.
        reduction: how the published loss adds up the samples.
    """

    encoder: Encoder
    task: Task
    batch: Batch
    view: View | None = None
    own: dict[str, Tensor] | None = None
    reduction: str = "mean"

    def value(self) -> tuple[float, Tensor]:
        """Return the loss, and its gradient in the embeddings."""
        encoding = Encoding(self.encoder(self.view), self.encoder, self.view, self.own)
        loss: Tensor = getattr(self.task.loss(encoding, self.batch), self.reduction)()
        (table,) = self.encoder.parameters()
        (gradient,) = torch.autograd.grad(loss, table)
        return float(loss.detach()), gradient


def cases(given: dict[str, Any]) -> dict[tuple[str, str], Case]:
    """Return the losses of this package by model and quantity.

    Args:
        given: the recorded inputs.
    """
    graph = HeteroData()
    graph["user"].num_nodes, graph["item"].num_nodes = given["num_users"], given["num_items"]
    graph[RATES].edge_index = torch.tensor(given["rates"]).T
    graph[TRUSTS].edge_index = torch.tensor(given["trusts"]).T
    lightgcn = LightGCN(graph, dim=4, layers=2, social=False)
    without_zero = LightGCN(graph, dim=4, layers=2, social=False, layer_zero=False)
    mf = MF(graph, dim=4)
    with torch.no_grad():
        for encoder in (lightgcn, without_zero, mf):
            encoder.table.copy_(torch.tensor(given["table"]))
    triplets = Triplets(*(torch.tensor(given[name]) for name in ("user", "pos", "neg")))
    anchors = Anchors(triplets.user.unique(), triplets.pos.unique())
    ranking, generator = Recommendation(graph), torch.Generator().manual_seed(0)

    contrast = sgl(graph, 0.2, 0.2)
    contrast.start(lightgcn, generator)
    users, items = torch.tensor(given["rates"]).T
    kept = torch.tensor(given["kept"]).bool()
    pairs = Thinning(lightgcn.adjacency).pairs(users, items + given["num_users"])
    masks = torch.zeros_like(kept).index_copy(1, pairs, kept)

    noisy = xsimgcl(graph, 0.2, 0.15)
    noisy.start(without_zero, generator)
    noise = Contrasted(anchors, torch.tensor([given["noise"]]))
    view = noisy.step_view(without_zero, None, noise)

    infomax = MotifInfomax(graph)
    infomax.start(mf, generator)
    names = list(infomax.channels)
    own = {f"{name}_gate": torch.tensor(given["gates"][name]) for name in names}
    own |= {f"{name}_bias": torch.tensor(given["biases"][name]) for name in names}
    drawn = zip(*(given["permutations"][name] for name in names), strict=True)
    corruptions = Corruptions(*(torch.tensor(channels) for channels in drawn))
    return {
        ("LightGCN", "ranking"): Case(lightgcn, ranking, triplets),
        ("SGL", "contrast"): Case(lightgcn, contrast, Contrasted(anchors, masks)),
        ("XSimGCL", "ranking"): Case(without_zero, ranking, triplets, view),
        ("XSimGCL", "contrast"): Case(without_zero, noisy, noise, view),
        ("MHCN", "infomax"): Case(mf, infomax, corruptions, None, own, "sum"),
    }


def compared() -> Iterator[dict[str, Any]]:
    """Yield a row for each recorded function: its loss, ours, and how far the gradients differ."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    ours = cases(recorded["inputs"])
    for peer in recorded["recorded"]:
        loss, gradient = ours[peer["model"], peer["quantity"]].value()
        published = torch.tensor(peer["gradient"])
        repository, commit = peer["source"].split()
        yield {
            "model": peer["model"],
            "loss": peer["quantity"],
            "authors' code": f"{repository.split('/')[1]} {commit[:7]}",
            "theirs": peer["loss"],
            "ours": loss,
            "relative gap": abs(loss / peer["loss"] - 1),
            "gap of the gradient": float((gradient[: len(published)] - published).norm())
            / float(published.norm()),
        }


def read_lastfm(folder: Path) -> HeteroData:
    """Read the published LastFM split, its validation part drawn as the peers' figures have it."""
    user, item = read_adjacency(folder / "train.txt")
    order = np.random.default_rng(0).permutation(len(user))
    held, kept = np.split(order, [len(order) // 10])
    rates = with_held_out(
        Edges(user[kept], item[kept]),
        val=Edges(user[held], item[held]),
        test=Edges(*read_adjacency(folder / "test.txt")),
    )
    return build_graph({RATES: rates, TRUSTS: Edges(*read_adjacency(folder / "social.txt"))})


def train_peer(graph: HeteroData, model: str, seed: int, epochs: int = 200) -> dict[str, Any]:
    """Train a model with SELFRec's settings; return a row of the table.

    SELFRec's L2 term is a norm, not its square. It is so small next to the ranking loss that it is
    left out here.

    Args:
        graph: the data with its given parts.
        model: one of `TRAINED`.
        seed: of the initial embeddings and of all samples.
        epochs: most epochs.
    """
    name, weight, settings = TRAINED[model]
    train, val, test = split_interactions(graph)
    encoder = LightGCN(train, layers=2, social=False, seed=seed, **settings)
    sides = [encoder.num_users, len(encoder.table) - encoder.num_users]
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for rows in encoder.table.split(sides):
            nn.init.xavier_uniform_(rows, generator=generator)
    config = TrainConfig(
        epochs=epochs,
        learning_rate=1e-3,
        l2=0.0,
        ks=(10,),
        diagnose_every=epochs + 1,
        seed=seed,
        threads=1,
        device="cpu",
    )
    tasks = [OBJECTIVES[name](train)] if name else []
    history = fit(encoder, train, val, tasks, Equal(weight), config, show_progress=False)
    with torch.no_grad():
        found = evaluate(encoder().scores, test, ks=(10,)).metrics
    peer = next(
        each
        for each in json.loads(RECORDED.read_text(encoding="utf-8"))["training"]
        if each["model"] == model
    )
    row: dict[str, Any] = {"model": model, "seed": seed, "best epoch": history.best_epoch}
    for metric in ("recall@10", "ndcg@10"):
        row |= {f"{metric}, SELFRec": peer[metric], f"{metric}, ours": found[metric]}
        row[f"{metric}, gap"] = found[metric] / peer[metric] - 1
    return row | {"seconds an epoch": float(history.of("seconds").to_numpy().mean())}


def main() -> None:
    """Read the command line, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", action="store_true", help="train models on LastFM, too")
    parser.add_argument("--data-root", type=Path, help="holds ausrec/lastfm/")
    parser.add_argument("--models", nargs="+", choices=TRAINED, default=list(TRAINED))
    parser.add_argument("--seeds", type=int, default=1, help="seeds 0, 1, ... (default 1)")
    parser.add_argument("--out", type=Path, help="write the rows as JSON")
    arguments = parser.parse_args()
    tables = {"Losses and gradients next to the authors' code": list(compared())}
    if arguments.train:
        if arguments.data_root is None:
            parser.error("--train needs --data-root")
        graph = read_lastfm(arguments.data_root / "ausrec" / "lastfm")
        tables["Trained on LastFM with SELFRec's settings"] = [
            train_peer(graph, model, seed)
            for model in arguments.models
            for seed in range(arguments.seeds)
        ]
    print_tables(tables, arguments.out)


if __name__ == "__main__":
    main()
