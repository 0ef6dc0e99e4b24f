import numpy as np
import pandas as pd
import pytest

from ausrec.lab.cells import cell_text, describe_tasks, make_table, verdict, weights_table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1052, "1,052"),
        (np.int64(7), "7"),
        (12.3, "12.30"),
        (np.float32(0.5), "0.5000"),
        (123456.7, "123,457"),
        (float("nan"), "–"),
        (None, "–"),
        (pd.NA, "–"),
        (True, "yes"),
        ("<b>", "<b>"),
    ],
)
def test_values(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_tables_mark_the_best_of_every_metric() -> None:
    frame = pd.DataFrame(
        {"model": ["a", "b", "c"], "ndcg@10": [0.1, 0.3, np.nan], "seconds": [3.0, 9.0, 1.0]}
    )
    table = make_table(frame, mark_best=True)
    assert [cell.text for cell in table.header] == ["Model", "NDCG@10", "Seconds"]
    assert [cell.text for cell in table.rows[2]] == ["c", "–", "1.000"]
    assert [[cell.best for cell in row] for row in table.rows] == [
        [False, False, False],
        [False, True, False],
        [False, False, False],
    ]
    assert not any(cell.best for row in make_table(frame).rows for cell in row)


def test_an_empty_table_keeps_its_header() -> None:
    table = make_table(pd.DataFrame({"name": [], "score": []}))
    assert len(table.header) == 2
    assert table.rows == ()


def test_weights_from_high_to_low() -> None:
    table = weights_table({"three_hop": 0.1, "same_genre": 0.9}, {"three_hop": 1.5})
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Same genre", "–", "0.900", "–"],
        ["Three hops", "users three social links apart and no fewer", "0.100", "1.50"],
    ]


def test_every_task_says_what_it_does() -> None:
    weights = {"sgl": 0.9, "two_hop": 0.5, "own_path": 0.3, "unknown": 0.1}
    table = weights_table(weights, own={"own_path": "users joined by a path"})
    assert [cell.text for cell in table.header] == ["Task", "What it does", "Weight"]
    assert [row[1].text for row in table.rows] == [
        "finds each node again when other edges of the graph are dropped",
        "brings together users two social links apart who are not friends",
        "brings together users joined by a path",
        "–",
    ]
    assert weights_table({"two_hop": 0.5}).header[1].text == "Brings together"


@pytest.mark.parametrize(
    ("tasks", "words"),
    [
        (["two_hop", "own_path"], "each takes pairs of users from the graph"),
        (["metapath_uiu", "metapath_iui"], "each takes pairs of users, or of items, from"),
        (["two_hop", "sgl"], "some take pairs of users from the graph and ask that they be alike,"),
        (["apr", "masked_edges"], "each has an objective of its own"),
        (["unknown"], "each has an objective of its own"),
    ],
)
def test_tasks_are_told_as_what_they_are(tasks: list[str], words: str) -> None:
    assert describe_tasks(tasks, ["own_path"]).startswith(words)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([0.2, 0.25], "By NDCG@10, AusRec is best with 0.2500, 25.0 % above LightGCN (0.2000)."),
        ([0.2, 0.1], "By NDCG@10, nothing here beats LightGCN (0.2000)."),
        ([0.2, 0.2], "By NDCG@10, nothing here beats LightGCN (0.2000)."),
        ([0.0, 0.1], "By NDCG@10, AusRec is best with 0.1000, above LightGCN (0.0000)."),
        ([0.2, np.nan], "By NDCG@10, nothing here beats LightGCN (0.2000)."),
        ([np.nan, 0.2], ""),
    ],
)
def test_verdict(values: list[float], sentence: str) -> None:
    frame = pd.DataFrame(
        {"model": ["LightGCN", "AusRec"], "recall@10": [0.5, 0.4], "ndcg@10": values}
    )
    assert verdict(frame) == sentence


def test_no_verdict_on_one_model_or_without_metrics() -> None:
    assert verdict(pd.DataFrame({"model": ["a"], "ndcg@10": [1.0]})) == ""
    assert verdict(pd.DataFrame({"model": ["a", "b"], "seconds": [1.0, 2.0]})) == ""
