"""The store: whole results or none."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ausrec.errors import AusrecError
from ausrec.experiments import Failure, Result, Store
from ausrec.experiments.run import RESULT_FIELDS
from ausrec.experiments.store import code_version
from ausrec.folder import MANIFEST
from tests.experiments.small import equal_run

HISTORY = pd.DataFrame(
    {"epoch": [1, 1], "quantity": ["loss", "weight"], "task": ["main", "a"], "value": [0.1, 0.7]}
)
RESULT = Result(
    test={"ndcg@10": 0.1 + 0.2},
    val={"ndcg@10": 1 / 3},
    users=["ann", "bob"],
    per_user={"recall@10": [0.1, 0.2], "ndcg@10": [1 / 3, 0.0]},
    weights={"a": 0.7},
    epochs=3,
    best_epoch=1,
    seconds=2.5,
    seconds_per_epoch=0.5,
    peak_mib=400.0,
    cpu_seconds=2.0,
    facts={"Users": 2},
    assumed=["no header line"],
    history=HISTORY,
)
RUN = equal_run()


def test_a_result_comes_back_bit_for_bit(tmp_path: Path) -> None:
    store = Store(tmp_path / "new" / "runs")
    assert store.load(RUN) is None
    store.save(RUN, RESULT)
    found = Store(tmp_path / "new" / "runs").load(RUN)
    assert found is not None
    pd.testing.assert_frame_equal(found.history, HISTORY)
    for name in (*RESULT_FIELDS, "users", "per_user"):
        assert getattr(found, name) == getattr(RESULT, name), name
    assert store.of_other_code([RUN]) == []
    assert store.load(equal_run(1)) is None
    parts = [f"{RUN.key}.{name}" for name in ("history.parquet", "json", "scores.parquet")]
    assert sorted(path.name for path in store.folder.iterdir()) == [*parts, MANIFEST]
    content = json.loads((store.folder / f"{RUN.key}.json").read_text())
    assert content["code"] == code_version()
    assert content["settings"]["weighting"] == "equal"
    assert content["run"] == "club: equal, tasks social_link, seed 0"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    share=st.floats(0, 1, exclude_max=True),
    ending=st.sampled_from(["json", "history.parquet", "scores.parquet"]),
)
def test_a_half_written_file_does_not_count(tmp_path: Path, share: float, ending: str) -> None:
    store = Store(tmp_path)
    store.save(RUN, RESULT)
    path = tmp_path / f"{RUN.key}.{ending}"
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert store.load(RUN) is None
    path.unlink()
    assert store.load(RUN) is None
    store.save(RUN, RESULT)
    assert store.load(RUN) is not None


@pytest.mark.parametrize("content", ["[]", "null", "3", '{"test": {}}', "\ud800"])
def test_any_other_content_does_not_count(tmp_path: Path, content: str) -> None:
    store = Store(tmp_path)
    store.save(RUN, RESULT)
    (tmp_path / f"{RUN.key}.json").write_bytes(content.encode(errors="surrogatepass"))
    assert store.load(RUN) is None


def test_a_failure_is_kept_until_the_run_is_finished(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.failure(RUN) is None
    store.save_failure(RUN, Failure("ValueError: no", "where"))
    assert store.failure(RUN) == Failure("ValueError: no", "where")
    assert store.load(RUN) is None
    store.save(RUN, RESULT)
    assert store.failure(RUN) is None


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AusrecError, match="cannot be written"):
        Store(tmp_path / "file" / "runs")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("words")
    with pytest.raises(AusrecError, match="is not empty"):
        Store(tmp_path / "mine")
    store = Store(tmp_path / "runs")
    (store.folder / MANIFEST).unlink()
    store.folder.rmdir()
    store.folder.write_text("")
    with pytest.raises(AusrecError, match=r"cannot be written"):
        store.save(RUN, RESULT)


def test_some_metrics_of_each_user_can_be_read_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(RUN, replace(RESULT, per_user=RESULT.per_user | {"novelty@10": [float("nan"), 3.5]}))
    found = store.load(RUN, ["novelty@10", "ndcg@10", "absent@10"])
    assert found is not None and found.users == RESULT.users
    assert list(found.per_user) == ["ndcg@10", "novelty@10"]
    np.testing.assert_array_equal(found.per_user["novelty@10"], [np.nan, 3.5])


def test_runs_of_other_code_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, other = Store(tmp_path), equal_run(1)
    store.save(RUN, RESULT)
    with monkeypatch.context() as patch:
        patch.setattr("ausrec.experiments.store.code_version", lambda: "of old")
        store.save(other, RESULT)
    assert store.load(other) is not None
    assert store.of_other_code([RUN, other, equal_run(2)]) == [other]


def test_the_files_of_another_run_or_a_flipped_bit_are_told(tmp_path: Path) -> None:
    store, other = Store(tmp_path), equal_run(1)
    better = replace(RESULT, test={"ndcg@10": 0.9}, history=HISTORY.assign(value=0.0))
    store.save(RUN, RESULT)
    store.save(other, better)
    for name in ("json", "history.parquet"):
        mine, others = (tmp_path / f"{run.key}.{name}" for run in (RUN, other))
        whole = mine.read_bytes()
        for harmed in (others.read_bytes(), whole.replace(b"0", b"1", 1)):
            mine.write_bytes(harmed)
            assert store.load(RUN) is None and store.is_damaged(RUN)
        mine.write_bytes(whole)
    assert not store.is_damaged(RUN) and not store.is_damaged(equal_run(2))


def test_a_run_takes_little_room(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    users = [f"user {number}" for number in range(10_000)]
    hits = (rng.integers(0, 11, len(users)) / 10).tolist()
    Store(tmp_path).save(RUN, replace(RESULT, users=users, per_user={"recall@10": hits}))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 60_000
