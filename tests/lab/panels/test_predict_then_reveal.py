from dataclasses import replace

import pandas as pd
import pytest
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.lab import PredictThenReveal
from ausrec.lab.figure import words_of
from ausrec.lab.panels.predict_then_reveal import draw_reveal
from ausrec.training import TrainConfig
from ausrec.training.recipe import Recipe

NAMES = ("social_link", "three_hop", "metapath_uiu")


@pytest.fixture
def recipe(short: Recipe) -> Recipe:
    return replace(short, tasks=NAMES)


def test_weights_are_hidden_until_they_are_committed(club: HeteroData, recipe: Recipe) -> None:
    panel = PredictThenReveal(club, recipe=recipe)
    _ = panel.view
    assert "stay hidden" in panel.results.value and panel.again.disabled
    panel.sliders["three_hop"].value = 0.1
    panel.button.click()
    assert panel.wait(60.0)
    assert list(panel.table["task"]) == list(NAMES)
    assert list(panel.table["predicted"]) == [0.5, 0.1, 0.5]
    assert list(panel.metrics["run"]) == ["Your weights", "Learned weights"]
    assert panel.results.value.count("<table") == 2 and "Regret" in panel.results.value
    assert all(slider.disabled for slider in panel.sliders.values())
    # A second click tells the learner to try again.
    panel.start()
    assert panel.wait(60.0)
    assert "press Try again" in panel.message.value


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
    panel.again.click()
    assert panel.table.empty and panel.text().endswith("not revealed yet")
    assert not any(slider.disabled for slider in panel.sliders.values())
    assert panel.commit().equals(first)


def test_stopping_reveals_nothing(club: HeteroData, recipe: Recipe) -> None:
    panel = PredictThenReveal(club, recipe=recipe)
    panel.bar.observe(lambda _: panel.stop_button.click(), "value")
    panel.start()
    assert panel.wait(60.0)
    assert "Stopped; nothing was kept." in panel.message.value
    assert panel.table.empty and "stay hidden" in panel.results_html()
    assert not any(slider.disabled for slider in panel.sliders.values())


def test_without_tasks_there_is_nothing_to_predict() -> None:
    recipe = Recipe(tasks="none", train=TrainConfig(epochs=1))
    with pytest.raises(AusrecError, match="nothing to predict"):
        PredictThenReveal(recipe=recipe)


@pytest.fixture
def table() -> pd.DataFrame:
    rows = [("two_hop", 0.9, 0.2, 0.7, 0.004), ("social_link", 0.5, 0.7, -0.2, -0.001)]
    rows.append(("three_hop", 0.1, 0.1, 0.0, 0.0))
    return pd.DataFrame(rows, columns=["task", "predicted", "learned", "difference", "regret"])


def test_both_weights_and_the_regret_are_drawn_in_the_order_of_the_learned(
    table: pd.DataFrame,
) -> None:
    figure = draw_reveal(table, "NDCG@10")
    alt = words_of(figure)
    weights, regret = figure.axes
    labels = [label.get_text() for label in weights.get_yticklabels()]
    assert labels == ["Three hops", "Two hops", "Social link"]
    yours, learned = (points.get_offsets()[:, 0].tolist() for points in weights.collections[1:])
    assert yours == [0.1, 0.9, 0.5] and learned == [0.1, 0.2, 0.7]
    assert [bar.get_width() for bar in regret.patches] == [0.0, 0.004, -0.001]
    assert "your weight of Social link 0.5, Two hops 0.9, Three hops 0.1;" in alt
    assert "learned weight of Social link 0.7, Two hops 0.2, Three hops 0.1." in alt
    assert "Gain in NDCG@10. Social link -0.001; Two hops 0.004; Three hops 0." in alt


def test_without_regret_there_is_one_chart(table: pd.DataFrame) -> None:
    figure = draw_reveal(table.drop(columns="regret"), "NDCG@10")
    assert len(figure.axes) == 1 and "Gain" not in words_of(figure)


def test_long_names_are_whole(table: pd.DataFrame) -> None:
    table = table.replace({"two_hop": "generator_discriminator"})
    figure = draw_reveal(table, "NDCG@10")
    figure.draw_without_rendering()
    assert all(label.get_window_extent().x0 >= 0 for label in figure.axes[0].get_yticklabels())
