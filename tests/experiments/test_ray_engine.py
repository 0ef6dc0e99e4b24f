"""The Ray engine on a real cluster of two nodes, one of which is killed."""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ausrec.cli import main
from ausrec.errors import AusrecError
from ausrec.experiments import Failure, Grid, GridResults, SerialEngine, compare
from ausrec.experiments.engine import pack
from ausrec.experiments.ray_engine import RayEngine, _do
from ausrec.training import TrainConfig
from ausrec.training.recipe import Recipe

ray = pytest.importorskip("ray", reason="the extra 'ray' is not installed")

BASE = Recipe(
    model="lightgcn(dim=8, layers=2)",
    train=TrainConfig(epochs=2, batch_size=1024, task_batch_size=64, threads=1, diagnose_every=9),
)
GRID = Grid("none,equal,frozen", tasks="social_link", seeds=2, datasets="club", base=BASE)


# What depends on the machine.
SPEED = ["seconds", "cpu_seconds", "seconds_per_epoch", "peak_mib"]


def patiently(start: Callable[[], Any]) -> Any:
    """Start a node; Ray gives it 30 seconds, which a busy machine may exceed."""
    for _ in range(2):
        with suppress(Exception):
            return start()
    try:
        return start()
    except Exception as error:
        if "CI" in os.environ or "timed out during startup" not in str(error):
            raise
        pytest.skip("this machine is too busy: Ray's nodes do not start within 30 seconds")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A cluster with a head of one core, to which a test may add a node."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        node = {"num_cpus": 1, "object_store_memory": 80 * 2**20, "include_dashboard": False}
        cluster = patiently(lambda: Cluster(initialize_head=True, head_node_args=node))
        yield cluster
        cluster.shutdown()


@pytest.fixture(scope="module")
def connected(cluster: Any) -> Iterator[None]:
    """A connection of this process, which engines then use; asked for after the first test."""
    ray.init(cluster.address, logging_level="ERROR", log_to_driver=False)
    yield
    ray.shutdown()


PATIENCE = 100  # seconds


def noted(job: Any, work: Callable[[Any], Any], folder: Path, victim: str) -> Any:
    """Do a job and leave a note of where; on the node that will be killed, wait for that.

    A process outlives its node by a moment, in which it could finish a job that is let go on.
    """
    node = ray.get_runtime_context().get_node_id()
    (folder / f"{job.run.key}-{'victim' if node == victim else 'other'}").touch()
    if node == victim:
        time.sleep(PATIENCE)
    return work(job)


class KillsNode:
    """A Ray engine during whose work a node is killed, while a job is being done there."""

    def __init__(self, cluster: Any, node: Any, folder: Path) -> None:
        self.cluster, self.node, self.folder = cluster, node, folder
        self.killed = False

    def map(self, jobs: Sequence[Any], work: Callable[[Any], Any]) -> Iterator[tuple[int, Any]]:
        do = partial(noted, work=work, folder=self.folder, victim=self.node.node_id)
        for found in RayEngine(self.cluster.address).map(jobs, do):
            if not self.killed:
                end = time.monotonic() + PATIENCE
                while not list(self.folder.glob("*-victim")) and time.monotonic() < end:
                    time.sleep(0.05)
                self.cluster.remove_node(self.node, allow_graceful=False)
                self.killed = True
            yield found


def comparable(results: GridResults) -> tuple[pd.DataFrame, ...]:
    """Everything that a grid finds, without what depends on the machine's speed and memory."""
    runs = results.runs.drop(columns=SPEED)
    histories = results.histories
    histories = histories[histories["quantity"] != "seconds"].reset_index(drop=True)
    return runs, results.scores, histories


@pytest.mark.slow
def test_a_grid_loses_nothing_when_a_node_is_killed(cluster: Any, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    node = patiently(lambda: cluster.add_node(num_cpus=1, object_store_memory=80 * 2**20))
    cluster.wait_for_nodes()
    engine = KillsNode(cluster, node, folder)
    distributed = compare(GRID, tmp_path / "ray", engine=engine, show=False)
    local = compare(GRID, tmp_path / "local", engine=SerialEngine(), show=False)
    lost = {path.name.split("-")[0] for path in folder.glob("*-victim")}
    done_again = {path.name.split("-")[0] for path in folder.glob("*-other")}
    assert len(lost) == 1 and lost <= done_again
    assert distributed.failures.empty
    assert len(distributed.runs) == 2 * 4  # frozen brings the learned run along
    for one, other in zip(comparable(distributed), comparable(local), strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.slow
def test_the_command_finds_on_two_nodes_what_it_finds_here(cluster: Any, tmp_path: Path) -> None:
    node = patiently(lambda: cluster.add_node(num_cpus=1, object_store_memory=80 * 2**20))
    cluster.wait_for_nodes()
    words = [
        *("--dataset", "club", "--tasks", "social_link", "--seeds", "2", "--dim", "8"),
        *("--layers", "2", "--epochs", "2", "--train.batch_size", "1024", "--threads", "1"),
    ]
    there = ["--engine", "ray", "--ray-address", cluster.address]
    grid = ["compare", "--strategies", "none,equal,frozen", *words]
    assert main([*grid, *there, "--ray-retries", "1", "--out", str(tmp_path / "ray")]) == 0
    assert main([*grid, "--jobs", "1", "--out", str(tmp_path / "local")]) == 0
    tables = [pd.read_csv(tmp_path / name / "table.csv") for name in ("ray", "local")]
    found, expected = (table[~table["quantity"].isin(SPEED)] for table in tables)
    assert len(expected) > 2 * 4 * 5
    pd.testing.assert_frame_equal(found, expected, check_exact=True)

    pytest.importorskip("optuna", reason="the extra 'search' is not installed")
    space = tmp_path / "space.yaml"
    space.write_text("train.l2: [0.01, 0.001, 0.1]\nweighting.weight: {low: 0, high: 2}\n")
    tune = ["search", "--strategy", "equal", "--space", str(space), "--trials", "3", *words]
    assert main([*tune, *there, "--out", str(tmp_path / "there")]) == 0
    assert main([*tune, "--jobs", "1", "--out", str(tmp_path / "here")]) == 0
    tables = [pd.read_csv(tmp_path / name / "trials.csv") for name in ("there", "here")]
    found, expected = (table.drop(columns="seconds") for table in tables)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    best = [(tmp_path / name / "best.yaml").read_text() for name in ("there", "here")]
    assert best[0] == best[1]
    cluster.remove_node(node)


@pytest.mark.slow
def test_a_cluster_that_does_not_answer_is_one_line() -> None:
    with pytest.raises(AusrecError, match="no Ray cluster at nonsense") as raised:
        list(RayEngine("nonsense").map(["a"], act))
    assert "ray start --head" in str(raised.value) and "\n" not in str(raised.value)


def test_a_node_that_starts_too_slowly_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> None:
        raise Exception("timed out\nduring startup")

    monkeypatch.setattr(ray, "init", slow)
    with pytest.raises(AusrecError, match=r"no Ray cluster on this machine \(timed out during"):
        list(RayEngine().map(["a"], act))


def act(job: str) -> object:
    """Do what the job says."""
    if job == "raise":
        raise ValueError("two\nlines")
    if job == "die":
        os._exit(9)
    if job == "threads":
        import torch

        return torch.get_num_threads(), os.environ["AUSREC_QUIET"], str(Path.cwd())
    return job.upper()


@pytest.mark.slow
@pytest.mark.usefixtures("connected")
def test_what_fails_is_a_failure_and_ends_no_other() -> None:
    jobs = ["a", "raise", "die", "b"]
    found = dict(RayEngine(retries=0).map(jobs, act))
    assert (found[0], found[3]) == ("A", "B")
    assert found[1].error == "ValueError: two lines"
    assert "in act" in found[1].traceback
    assert isinstance(found[2], Failure)
    assert found[2].error.startswith("WorkerCrashedError: ") and "\n" not in found[2].error


@pytest.mark.slow
@pytest.mark.usefixtures("connected")
def test_jobs_find_threads_and_folder_as_they_are_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert list(RayEngine().map(["threads"], act)) == [(0, (1, "1", str(tmp_path)))]
    # The caller's connection stays.
    assert ray.is_initialized()


@pytest.mark.slow
@pytest.mark.usefixtures("connected")
def test_who_stops_listening_is_not_waited_for() -> None:
    outcomes = RayEngine().map(["a", *"bcdefgh"], act)
    next(outcomes)
    outcomes.close()
    assert dict(RayEngine().map(["z"], act)) == {0: "Z"}


@pytest.mark.slow
@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"cpus_per_run": 64}, "takes 64 cores, 0 GPUs"),
        ({"gpus_per_run": 1}, "takes 1 cores, 1 GPUs"),
        ({"memory_per_run": 2**50}, "and 1073741824 MiB; there are nodes of"),
    ],
)
def test_what_no_node_can_do_is_refused_at_once(options: dict[str, int], words: str) -> None:
    with pytest.raises(AusrecError, match=words):
        list(RayEngine(**options).map(["a"], act))


def test_nothing_to_do_starts_nothing() -> None:
    assert list(RayEngine("127.0.0.1:1").map([], act)) == []


@pytest.mark.parametrize(
    "options", [{"cpus_per_run": 0}, {"gpus_per_run": -1}, {"retries": -1}, {"memory_per_run": 0}]
)
def test_impossible_numbers_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(AusrecError, match="but must be"):
        RayEngine(**options)


def test_a_missing_library_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(AusrecError, match=r"pip install 'ausrec\[ray\]'"):
        RayEngine()


def test_a_failure_elsewhere_names_the_machine_and_what_it_may_miss(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = (1, platform.node(), os.getcwd(), None)
    assert _do(pack(act, "raise"), *here).error == "ValueError: two lines"
    monkeypatch.setattr(platform, "node", lambda: "node7")
    error = _do(pack(act, "raise"), *here).error
    assert error.startswith("ValueError: two lines (on node7; data must lie under the same path")
    assert _do(pack(act, "a"), *here) == "A"
