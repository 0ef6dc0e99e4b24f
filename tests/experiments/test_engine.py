"""Engines: every job is answered, whatever happens to it."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from ausrec.environment import num_cores
from ausrec.errors import AusrecError
from ausrec.evaluation import METRICS
from ausrec.experiments import Engine, Failure, LocalEngine, SerialEngine
from ausrec.experiments.engine import THREAD_VARIABLES, attempt_packed, pack
from ausrec.runs import plugin
from tests.experiments.small import double, make_lambda, threads_of


@pytest.mark.parametrize("engine", [SerialEngine(), LocalEngine(2)], ids=["serial", "local"])
def test_every_job_is_answered_and_failures_do_not_end_the_others(engine: Engine) -> None:
    found = dict(engine.map([1, 13, 3, 4], double))
    failure = found.pop(1)
    assert found == {0: 2, 2: 6, 3: 8}
    assert isinstance(failure, Failure)
    assert failure.error == "ValueError: bad luck"
    assert "small.py" in failure.traceback
    assert list(engine.map([], double)) == []


def test_a_process_that_dies_is_a_failure_and_another_takes_its_place() -> None:
    found = dict(LocalEngine(1).map([1, -9, 2, 13, 5], double))
    assert (found[0], found[2], found[4]) == (2, 4, 10)
    assert found[1] == Failure("the process of this run died (signal 9); was there enough memory?")
    assert found[3].error == "ValueError: bad luck"


def test_what_cannot_be_sent_back_is_a_failure() -> None:
    ((place, failure),) = LocalEngine(1).map([0], make_lambda)
    assert place == 0 and isinstance(failure, Failure)


def test_cores_are_shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    cores = num_cores()
    assert (LocalEngine().processes, LocalEngine().threads) == (cores, 1)
    monkeypatch.setattr("ausrec.experiments.engine.num_cores", lambda: 8)
    assert [LocalEngine(n).threads for n in (1, 3, 8, 20)] == [8, 2, 1, 1]
    with pytest.raises(AusrecError, match="0 processes can do nothing"):
        LocalEngine(0)
    before = {name: os.environ.get(name) for name in THREAD_VARIABLES}
    assert list(LocalEngine(3).map([0], threads_of)) == [(0, (2, "2"))]
    assert {name: os.environ.get(name) for name in THREAD_VARIABLES} == before


def test_processes_are_stopped_when_nobody_asks_any_more() -> None:
    answers = LocalEngine(2).map([1, -600], double)
    assert next(answers) == (0, 2)
    children = psutil.Process().children()
    assert children
    answers.close()
    assert not [child for child in children if child.is_running() and child.cmdline()[-1:] == [""]]
    assert not [c for c in psutil.Process().children() if "spawn_main" in " ".join(c.cmdline())]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_processes_do_not_outlive_the_one_that_started_them(
    tmp_path: Path, repository: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from ausrec.experiments import LocalEngine\n"
        "from tests.experiments.small import double\n"
        "if __name__ == '__main__':\n"
        "    for answer in LocalEngine(2).map([1, -600], double):\n"
        "        print(answer, flush=True)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(repository)}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "(0, 2)\n"
        children = psutil.Process(process.pid).children(recursive=True)
        assert children
        process.send_signal(signal.SIGKILL)
    until = time.monotonic() + 60
    while any(child.is_running() for child in children) and time.monotonic() < until:
        time.sleep(0.1)
    assert not [child for child in children if child.is_running()]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_process_that_dies_as_it_starts_ends_no_job() -> None:
    def kill_first() -> None:
        children: list[psutil.Process] = []
        while not children:
            found = psutil.Process().children()
            children = [child for child in found if "spawn_main" in " ".join(child.cmdline())]
        children[0].kill()

    thread = threading.Thread(target=kill_first)
    thread.start()
    found = dict(LocalEngine(2).map([1, 2, 3, 4], double))
    thread.join()
    assert found == {0: 2, 1: 4, 2: 6, 3: 8}


def test_a_failure_is_one_line_and_where_it_happened() -> None:
    try:
        raise ValueError("two\nlines   of bad luck")
    except ValueError as error:
        failure = Failure.of(error)
    assert failure.error == "ValueError: two lines of bad luck"
    assert "test_engine.py" in failure.traceback and failure.traceback.count("\n") > 2


def test_all_engines_are_of_one_kind() -> None:
    assert isinstance(SerialEngine(), Engine) and isinstance(LocalEngine(1), Engine)
    assert not isinstance(object(), Engine)


def test_a_packed_job_takes_plugins_and_metrics_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.py"
    path.write_text("def work(job):\n    return job + 1\n\nENCODERS = {}\n")
    monkeypatch.setattr(plugin, "_loaded", {})
    plugin.load_plugin(path)
    monkeypatch.setitem(METRICS, "odd", METRICS["ndcg"])
    module = plugin._loaded[path]
    packed = pack(module.work, 2)
    # As in another process, which has none of it.
    monkeypatch.setattr(plugin, "_loaded", {})
    monkeypatch.delitem(sys.modules, module.__name__)
    monkeypatch.delitem(METRICS, "odd")
    assert attempt_packed(packed) == 3
    assert "odd" in METRICS and module.__name__ in sys.modules
    path.unlink()
    monkeypatch.setattr(plugin, "_loaded", {})
    failure = attempt_packed(packed)
    assert isinstance(failure, Failure) and "no such plugin" in failure.error
