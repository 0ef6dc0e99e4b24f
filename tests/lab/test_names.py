import pytest

from ausrec.evaluation.metrics import METRICS, Metric
from ausrec.graph import STRUCTURAL_RELATIONS
from ausrec.lab.names import (
    MAIN,
    OBJECTIVE_AIMS,
    TASK_LABELS,
    TASK_MEANINGS,
    metric_label,
    task_label,
)
from ausrec.tasks import OBJECTIVES


def test_every_task_has_a_meaning_or_an_aim() -> None:
    own = set(STRUCTURAL_RELATIONS) | {"metapath_iui"}
    assert set(TASK_LABELS) < own | {MAIN} | set(OBJECTIVES)
    assert set(TASK_MEANINGS) == own | {"noise", "noise_2", "noise_3"}
    assert set(OBJECTIVE_AIMS) == set(OBJECTIVES)


def test_labels() -> None:
    assert task_label("social_triangle") == "Social triangle"
    assert task_label("same_genre") == "Same genre"
    assert (task_label("xsimgcl"), task_label("masked_edges")) == ("XSimGCL", "Masked edges")
    assert metric_label("val/ndcg@10") == "NDCG@10 (validation)"
    assert metric_label("hit_rate@5") == "Hit rate@5"
    assert metric_label("seconds") == "Seconds"
    assert metric_label("ID in the data") == "ID in the data"


def test_a_metric_brings_its_own_label(monkeypatch: pytest.MonkeyPatch) -> None:
    assert metric_label("test/map@20") == "MAP@20 (test)"
    row = Metric(METRICS["recall"].compute, "GAUC", "a curve")
    monkeypatch.setitem(METRICS, "gauc", row)
    assert metric_label("gauc@5") == "GAUC@5"
