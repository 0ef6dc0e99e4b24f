"""torch, cores, memory and browser, each also pretended to be bad."""

import sys
from types import SimpleNamespace

import pytest
import torch

from ausrec.cli.checks import machine


def test_torch_computes_here() -> None:
    check = machine.check_torch()
    assert check.ok and check.detail.startswith("right (")


def test_a_wrong_product_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    arange = torch.arange
    monkeypatch.setattr(torch, "arange", lambda end: arange(end) + 1)
    check = machine.check_torch()
    assert not check.ok and check.detail == "torch gives a wrong result"


def test_a_torch_that_cannot_be_imported_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    check = machine.check_torch()
    assert not check.ok and not check.optional and "torch fails" in check.detail
    assert not machine.check_threads().ok


@pytest.mark.parametrize(("threads", "cores", "ok"), [(1, 2, True), (2, 2, True), (8, 2, False)])
def test_more_threads_than_cores_are_found(
    monkeypatch: pytest.MonkeyPatch, threads: int, cores: int, ok: bool
) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    monkeypatch.setattr(machine, "usable_cores", lambda: cores)
    check = machine.check_threads()
    assert check.ok is ok and check.optional
    assert check.remedy == "" if ok else check.remedy.startswith("set OMP_NUM_THREADS=2")


def test_usable_cores_are_those_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {0, 3, 5}, raising=False)
    assert machine.usable_cores() == 3
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    assert machine.usable_cores() == 6


@pytest.mark.parametrize(("gibibytes", "ok"), [(0.5, False), (8.0, True)])
def test_little_memory_is_found(
    monkeypatch: pytest.MonkeyPatch, gibibytes: float, ok: bool
) -> None:
    free = SimpleNamespace(available=int(gibibytes * 1024**3))
    monkeypatch.setattr("psutil.virtual_memory", lambda: free)
    check = machine.check_memory()
    assert (check.ok, check.detail) == (ok, f"{gibibytes:.1f} GiB free")


def test_the_first_browser_found_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "shutil.which", lambda name: "/bin/google-chrome" if name == "google-chrome" else None
    )
    assert machine.check_browser() == machine.Check("browser", True, "/bin/google-chrome")


def test_no_browser_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    check = machine.check_browser()
    assert not check.ok and check.optional
