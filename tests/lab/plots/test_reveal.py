import pandas as pd
import pytest

from ausrec.lab.figure import words_of
from ausrec.lab.plots.reveal import draw_reveal


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
