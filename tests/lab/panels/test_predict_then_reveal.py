from dataclasses import replace

import pytest
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.lab import PredictThenReveal
from ausrec.runs.recipe import Recipe
from ausrec.training import TrainConfig

NAMES = ("social_link", "three_hop", "metapath_uiu")


@pytest.fixture
def recipe(short: Recipe) -> Recipe:
    return replace(short, tasks=NAMES)


def test_weights_are_hidden_until_they_are_committed(club: HeteroData, recipe: Recipe) -> None:
    panel = PredictThenReveal(club, recipe=recipe)
    _ = panel.view
    assert "stay hidden" in panel.view.results
    panel.view.state = panel.state | {"three_hop": 0.1}
    panel.received({"do": "Commit and reveal"})
    assert panel.wait(60.0)
    assert list(panel.table["task"]) == list(NAMES)
    assert list(panel.table["predicted"]) == [0.5, 0.1, 0.5]
    assert list(panel.metrics["run"]) == ["Your weights", "Learned weights"]
    assert panel.view.results.count("<table") == 2 and "Regret" in panel.view.results
    assert panel.view.state["committed"]
    # A second click tells the learner to try again.
    panel.start()
    assert panel.wait(60.0)
    assert "press Try again" in panel.job["said"]


def test_regret_is_the_gain_of_the_learned_weight_alone(club: HeteroData, recipe: Recipe) -> None:
    panel = PredictThenReveal(club, recipe=recipe)
    table = panel.commit({"social_link": 0.0, "three_hop": 1.0}).set_index("task")
    mine = dict(table["predicted"])
    assert mine == {"social_link": 0.0, "three_hop": 1.0, "metapath_uiu": 0.5}

    def ndcg(weights: dict[str, float]) -> float:
        chosen = panel.variant("manual", weights, replace(recipe.train, diagnose_every=2))
        history = panel.train_recipe(chosen).history
        return history.at(history.best_epoch, "val/ndcg@10")[""]

    assert panel.metrics["ndcg@10"].iloc[0] == ndcg(mine)
    swapped = {**mine, "three_hop": float(table.loc["three_hop", "learned"])}  # type: ignore[arg-type]
    assert table.loc["three_hop", "regret"] == ndcg(swapped) - ndcg(mine)
    assert table.loc["three_hop", "difference"] == 1.0 - swapped["three_hop"]


def test_trying_again_hides_and_frees(club: HeteroData, recipe: Recipe) -> None:
    panel = PredictThenReveal(club, recipe=recipe, regret=False)
    first = panel.commit()
    assert "regret" not in first and "Regret" not in panel.html()
    assert panel.text().endswith("revealed") and "not revealed" not in panel.text()
    panel.received({"do": "Try again"})
    assert panel.table.empty and panel.text().endswith("not revealed yet")
    assert not panel.state["committed"]
    assert panel.commit().equals(first)


def test_stopping_reveals_nothing(club: HeteroData, recipe: Recipe) -> None:
    panel = PredictThenReveal(club, recipe=recipe)
    panel.view.observe(lambda _: panel.received({"do": "Stop"}), "job")
    panel.start()
    assert panel.wait(60.0)
    assert "Stopped; nothing was kept." in panel.job["said"]
    assert panel.table.empty and "stay hidden" in panel.results_html()
    assert not panel.state["committed"]


def test_without_tasks_there_is_nothing_to_predict() -> None:
    recipe = Recipe(tasks="none", train=TrainConfig(epochs=1))
    with pytest.raises(AusrecError, match="nothing to predict"):
        PredictThenReveal(recipe=recipe)
