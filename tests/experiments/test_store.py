"""The store: whole results or none."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ausrec.errors import AusrecError
from ausrec.experiments import Failure, Result, Store
from ausrec.experiments.run import RESULT_FIELDS
from ausrec.experiments.store import code_version
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
    final_weights={"a": 0.6},
    epochs=3,
    best_epoch=1,
    seconds=2.5,
    seconds_per_epoch=0.5,
    peak_mib=400.0,
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
    for name in RESULT_FIELDS:
        assert getattr(found, name) == getattr(RESULT, name), name
    assert store.of_other_code([RUN]) == []
    assert store.load(equal_run(1)) is None
    names = sorted(path.name for path in store.folder.iterdir())
    assert names == [f"{RUN.key}.json", f"{RUN.key}.parquet"]
    content = json.loads((store.folder / names[0]).read_text())
    assert content["code"] == code_version()
    assert content["settings"]["weighting"] == "equal"
    assert content["run"] == "club: equal, tasks social_link, seed 0"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True), ending=st.sampled_from(["json", "parquet"]))
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
    with pytest.raises(AusrecError, match="cannot be made"):
        Store(tmp_path / "file" / "runs")
    store = Store(tmp_path / "runs")
    store.folder.rmdir()
    store.folder.write_text("")
    with pytest.raises(AusrecError, match=r"cannot be written"):
        store.save(RUN, RESULT)


def test_runs_of_other_code_are_known(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(RUN, RESULT)
    other = equal_run(1)
    store.save(other, RESULT)
    path = tmp_path / f"{other.key}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"code": "of old"}))
    assert store.of_other_code([RUN, other, equal_run(2)]) == [other]


def test_only_one_command_at_a_time_does_runs_in_a_folder(tmp_path: Path) -> None:
    refused = pytest.raises(AusrecError, match="another command does runs here")
    with Store(tmp_path).reserved():
        with refused, Store(tmp_path).reserved():
            pass
        with Store(tmp_path / "of its own").reserved():
            pass
    with Store(tmp_path).reserved():
        pass
