import numpy as np
import pandas as pd
import pytest

from ausrec.lab.readable_tables import best_model, make_table


def test_headings_are_those_that_people_read() -> None:
    table = make_table(pd.DataFrame({"model": ["a"], "ndcg@10": [0.1], "seconds": [3.0]}))
    assert [cell.text for cell in table.header] == ["Model", "NDCG@10", "Seconds"]


def test_an_empty_table_keeps_its_header() -> None:
    table = make_table(pd.DataFrame({"name": [], "score": []}))
    assert len(table.header) == 2
    assert table.rows == ()


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
def test_the_best_model(values: list[float], sentence: str) -> None:
    frame = pd.DataFrame(
        {"model": ["LightGCN", "AusRec"], "recall@10": [0.5, 0.4], "ndcg@10": values}
    )
    assert best_model(frame) == sentence


def test_no_verdict_on_one_model_or_without_metrics() -> None:
    assert best_model(pd.DataFrame({"model": ["a"], "ndcg@10": [1.0]})) == ""
    assert best_model(pd.DataFrame({"model": ["a", "b"], "seconds": [1.0, 2.0]})) == ""
