from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from torch_geometric.data import HeteroData

from ausrec.data import load_dataset
from ausrec.runs.prepare import prepare
from ausrec.runs.recipe import Recipe
from ausrec.runs.trained import Trained, run
from ausrec.tasks import OBJECTIVES
from ausrec.training import TrainConfig

WEIGHTS = {
    "social_triangle": 0.76,
    "joint_triangle": 0.84,
    "social_link": 0.71,
    "two_hop": 0.24,
    "three_hop": 0.13,
    "metapath_uiu": 0.50,
    "metapath_uuiu": 0.22,
}


def draw_history(epochs: int = 6, lift: float = 1.0, tasks: bool = True) -> pd.DataFrame:
    """A run whose every number is a simple function of the epoch."""
    rows: list[tuple[int, str, str, float]] = []
    for epoch in range(1, epochs + 1):
        rows.append((epoch, "loss", "main", 0.7 / epoch))
        # Rises to epoch 4 and falls again.
        rows.append((epoch, "val/ndcg@10", "", lift * (0.2 - 0.01 * (epoch - 4) ** 2)))
        if not tasks:
            continue
        share = epoch / epochs
        for task, weight in WEIGHTS.items():
            rows.append((epoch, "weight", task, 0.5 + (weight - 0.5) * share))
            rows.append((epoch, "loss", task, 0.7 / epoch + weight / 10))
            rows.append((epoch, "cosine", task, weight - 0.3))
            rows.append((epoch, "hypergradient_norm", task, 10.0 ** -(epoch + weight)))
        rows.append((epoch, "entropy", "", 1.9 - 0.1 * share))
    return pd.DataFrame(rows, columns=["epoch", "quantity", "task", "value"])


@pytest.fixture(scope="session")
def make_history() -> Callable[..., pd.DataFrame]:
    return draw_history


def many_tasks(number: int) -> pd.DataFrame:
    """A run of many tasks: the seven, all objectives, and some of one's own."""
    own = ["metapath_user_item_genre_item_user", "metapath_iui", "noise"]
    names = [*OBJECTIVES, *WEIGHTS, *own][:number]
    rows: list[tuple[int, str, str, float]] = []
    for epoch in (1, 2, 3):
        rows.append((epoch, "loss", "main", 0.7 / epoch))
        rows.append((epoch, "val/ndcg@10", "", 0.2))
        for place, name in enumerate(names):
            # Their ends lie close to one another and in the upper part of the axes.
            value = 0.5 + 0.1 * epoch + 0.002 * place
            for quantity in ("weight", "loss", "cosine", "hypergradient_norm"):
                rows.append((epoch, quantity, name, value))
    return pd.DataFrame(rows, columns=["epoch", "quantity", "task", "value"])


@pytest.fixture(scope="session")
def many_history() -> Callable[[int], pd.DataFrame]:
    return many_tasks


@pytest.fixture
def history() -> pd.DataFrame:
    return draw_history()


@pytest.fixture(scope="session")
def weights() -> dict[str, float]:
    return dict(WEIGHTS)


@pytest.fixture(scope="session")
def club() -> HeteroData:
    return load_dataset("club")


@pytest.fixture(scope="session")
def short() -> Recipe:
    """A run on the listening club that takes a fraction of a second."""
    return Recipe(
        "club",
        model="lightgcn(dim=8)",
        train=TrainConfig(epochs=2, batch_size=2048, task_batch_size=64, learning_rate=0.01),
    )


@pytest.fixture(scope="session")
def trained(club: HeteroData, short: Recipe) -> Trained:
    """Three epochs with learned weights."""
    recipe = replace(short, train=replace(short.train, epochs=3))
    return run(recipe, prepared=prepare(recipe, graph=club, show=False), show_progress=False)
