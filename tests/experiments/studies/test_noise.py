"""A task of random pairs, on the embedded data: who judges tasks turns it down, others do not."""

import pandas as pd
import pytest

import ausrec
from ausrec.experiments import Grid, SerialEngine, compare
from ausrec.runs.recipe import Recipe
from ausrec.training import TrainConfig

LAST = 3  # epochs
EPOCHS = 30
GRID = Grid(
    "equal,gradnorm,free_logits,ausrec",
    tasks="social_link+joint_triangle+noise",
    seeds=2,
    datasets="club",
    base=Recipe(train=TrainConfig(epochs=EPOCHS, patience=0, threads=1, diagnose_every=100)),
)


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> "pd.Series[float]":
    """By strategy and seed: the weight of noise by the least of the others', at the end."""
    results = compare(GRID, tmp_path_factory.mktemp("noise"), engine=SerialEngine(), show=False)
    assert results.failures.empty
    weights = results.histories[results.histories["quantity"] == "weight"]
    last = weights[weights["epoch"] > EPOCHS - LAST]
    by_task = last.pivot_table(index=["strategy", "seed"], columns="task", values="value")
    assert list(by_task.columns) == ["joint_triangle", "noise", "social_link"]
    return by_task["noise"] / by_task.drop(columns="noise").min(axis=1)


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["ausrec", "free_logits"])
def test_who_judges_tasks_gives_noise_the_least_weight(
    share: "pd.Series[float]", strategy: str
) -> None:
    # Here 0.64 to 0.76; it falls as training goes on.
    assert len(share[strategy]) == 2 and (share[strategy] < 0.9).all()


@pytest.mark.slow
def test_who_judges_nothing_does_not(share: "pd.Series[float]") -> None:
    assert (share["equal"] == 1).all()
    # It gives weight to what is learned slowly, as noise is.
    assert (share["gradnorm"] > 1.1).all()


@pytest.mark.slow
@pytest.mark.parametrize("weighting", ["ausrec", "ausrec(hypergradient=fixed_length)"])
def test_noise_among_the_seven_falls_below_a_fifth(weighting: str) -> None:
    """Here 0.13 and 0.08."""
    settings = {"train.epochs": EPOCHS, "train.patience": 0, "train.diagnose_every": 100}
    recipe = Recipe("club", tasks="all+noise", weighting=weighting).set_all(settings)
    weights = ausrec.run(recipe, show_progress=False).history.at(EPOCHS, "weight")
    assert weights["noise"] < 0.2
    assert min(weights[name] for name in ("social_triangle", "joint_triangle")) > 0.6
