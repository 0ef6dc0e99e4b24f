"""The one protocol under which the models of `truth.py` are trained.

The seed splits the data and seeds training. The epoch is chosen by NDCG@10 on validation, and the
test part is read once, after training. All models share one `TrainConfig`.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from torch_geometric.data import HeteroData

from ausrec.graph import STRUCTURAL_TASKS, Splits, add_relations, split_interactions
from ausrec.models import Encoder, LightGCN
from ausrec.tasks import RelationTask, published_tasks, relation_tasks
from ausrec.training import History, TrainConfig, fit
from ausrec.weighting import AusRec, PublishedAusRec, Weighting
from ausrec.weighting.estimators import FixedLength

WEIGHTINGS: dict[str, Callable[[], Weighting]] = {
    "ausrec": AusRec,
    "shared": lambda: AusRec(shared=True),
    "fixed_length": lambda: AusRec(hypergradient=FixedLength()),
    "published": PublishedAusRec,
}


class Trained(NamedTuple):
    """A trained model with the data that it was trained on."""

    model: Encoder
    history: History
    splits: Splits


def make_tasks(model: str, train: HeteroData, seed: int) -> list[RelationTask]:
    """Return the auxiliary tasks of a model, drawn from the training graph."""
    if model == "published":
        return published_tasks(train, np.random.default_rng(seed))
    return relation_tasks(add_relations(train, STRUCTURAL_TASKS), STRUCTURAL_TASKS)


def train_model(
    graph: HeteroData, model: str, *, social: bool, dim: int, config: TrainConfig
) -> Trained:
    """Train one model under the protocol.

    Args:
        graph: all of the data.
        model: one of `WEIGHTINGS`.
        social: let the encoder see social links.
        dim: embedding dimension.
        config: of the training loop; its seed splits the data too.
    """
    splits = split_interactions(graph, seed=config.seed)
    encoder = LightGCN(splits.train, dim, social=social, seed=config.seed)
    history = fit(
        encoder,
        splits.train,
        splits.val,
        make_tasks(model, splits.train, config.seed),
        WEIGHTINGS[model](),
        config,
        show_progress=False,
    )
    return Trained(encoder, history, splits)


def run_config(epochs: int, seed: int) -> TrainConfig:
    """Return the configuration that all models share: the defaults, on one CPU thread."""
    return replace(TrainConfig(), epochs=epochs, seed=seed, device="cpu", threads=1)


def settings(model: str, social: str, dim: int, config: TrainConfig) -> dict[str, Any]:
    """Return everything that decides about a run, as JSON can hold it.

    The defaults of the weighting are spelled out, so that a run with other defaults is another run.
    """
    train = asdict(config) | {"loss": str(config.loss)}
    return {
        "model": model,
        "social": social,
        "seed": train.pop("seed"),
        "dim": dim,
        "train": plain(train),
        "weighting": plain(WEIGHTINGS[model]()),
    }


def plain(value: Any) -> Any:
    """Turn an object into dictionaries, lists, numbers and texts, leaving out what is hidden."""
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    inside = asdict(value) if is_dataclass(value) and not isinstance(value, type) else vars(value)
    shown = {name: each for name, each in inside.items() if not name.startswith("_")}
    return {"class": type(value).__name__, **plain(shown)}
