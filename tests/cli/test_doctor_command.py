"""`ausrec doctor`: marks, remedies, exit status; each check also with what it looks at made bad."""

import importlib.metadata
import os
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from packaging.requirements import Requirement

from ausrec.cli import doctor_command as command
from ausrec.cli import main
from ausrec.cli.doctor_command import Check, examine, print_checks
from ausrec.data.datasets import DATASETS

REAL_VERSION = importlib.metadata.version


def looked_at(name: str) -> Check:
    """Return one line of the report."""
    return next(check for check in examine() if check.name == name)


def test_its_status_tells_whether_all_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = []

    def look(data_root: str | None) -> list[Check]:
        seen.append(data_root)
        return [Check("torch", len(seen) == 1, "found", "install it")]

    monkeypatch.setattr("ausrec.cli.doctor_command.examine", look)
    assert main(["doctor", "--data-root", str(tmp_path)]) == 0
    assert main(["doctor"]) == 2
    assert seen == [str(tmp_path), None]
    assert "To be repaired: torch" in capsys.readouterr().out


def test_print_checks_marks_every_line_and_ends_with_zero_when_only_optional_ones_fail(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = print_checks(
        [
            Check("numpy", True, "2.4"),
            Check("browser", False, "no Chromium found", "install it", optional=True),
        ]
    )
    assert status == 0
    assert capsys.readouterr().out.splitlines() == [
        "ok    numpy    2.4",
        "--    browser  no Chromium found",
        "               -> install it",
        "Everything needed is in order.",
    ]


def test_print_checks_ends_with_two_and_names_what_is_to_be_mended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = print_checks(
        [
            Check("numpy", False, "1.26, needs >=2.3", "pip install 'numpy>=2.3'"),
            Check("torch", True, "2.13.0"),
            Check("pandas", False, "not installed", "pip install pandas"),
        ]
    )
    assert status == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "FAIL  numpy   1.26, needs >=2.3"
    assert lines[1].strip() == "-> pip install 'numpy>=2.3'"
    assert lines[-1] == "To be repaired: numpy, pandas"


def test_doctor_finds_this_environment_in_order(tmp_path: Path) -> None:
    checks = examine(tmp_path)
    assert [check for check in checks if not check.ok and not check.optional] == []
    names = [check.name for check in checks]
    assert len(names) == len(set(names))
    assert {"Python", "torch", "sparse product", "data folder", "JupyterLab widgets"} <= set(names)


def test_every_failing_check_says_how_to_mend_it_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "0.0.1")
    monkeypatch.setattr("shutil.which", lambda name: None)
    failing = [check for check in examine(tmp_path / "none") if not check.ok]
    assert len(failing) > 20
    for check in failing:
        assert check.remedy and "\n" not in check.remedy + check.detail


def pretend(monkeypatch: pytest.MonkeyPatch, **versions: str | None) -> None:
    """Pretend that some distributions have other versions, or (None) are not installed."""

    def version(name: str) -> str:
        if name.replace("-", "_") not in versions:
            return REAL_VERSION(name)
        pretended = versions[name.replace("-", "_")]
        if pretended is None:
            raise PackageNotFoundError(name)
        return pretended

    monkeypatch.setattr(importlib.metadata, "version", version)


@pytest.mark.parametrize(
    ("installed", "ok"), [("2.13.0", True), ("2.13.0+cpu", True), ("2.14.1", True), ("2.9", False)]
)
def test_a_version_is_held_against_its_bound(
    monkeypatch: pytest.MonkeyPatch, installed: str, ok: bool
) -> None:
    pretend(monkeypatch, torch=installed)
    assert command.fits(Requirement("torch>=2.13")) == (ok, f"{installed}, needs >=2.13")


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, pandas=None)
    (check,) = [check for check in command.check_dependencies() if check.name == "pandas"]
    assert not check.ok
    assert check.detail == "pandas is not installed"
    assert check.remedy.startswith("pip install 'pandas>=")


def test_extras_are_not_asked_for() -> None:
    names = {check.name for check in command.check_dependencies()}
    assert {"torch", "numpy", "ipywidgets"} <= names
    assert names.isdisjoint({"pytest", "jupyterlab", "ruff"})


def test_a_package_that_is_not_installed_is_one_failing_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def requires(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", requires)
    (check,) = command.check_dependencies()
    assert not check.ok and "pip install -e ." in check.remedy


@pytest.mark.parametrize(("version", "ok"), [("3.11.0", True), ("3.13.9", True), ("3.14.0", False)])
def test_python_is_held_against_the_declared_range(
    monkeypatch: pytest.MonkeyPatch, version: str, ok: bool
) -> None:
    monkeypatch.setattr("platform.python_version", lambda: version)
    check = looked_at("Python")
    assert check.ok is ok
    assert check.detail.startswith(version)
    assert bool(check.remedy) is not ok


def test_widgets_agree_here() -> None:
    check = looked_at("JupyterLab widgets")
    assert check.ok and "jupyterlab_widgets" in check.detail


def test_widgets_of_another_generation_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, jupyterlab_widgets="1.1.0")
    check = looked_at("JupyterLab widgets")
    assert not check.ok
    assert "jupyterlab_widgets 1.1.0, needs" in check.detail
    assert "restart JupyterLab" in check.remedy


@pytest.mark.parametrize("name", ["jupyterlab", "jupyterlab_widgets"])
def test_a_missing_widget_library_is_no_failure(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    pretend(monkeypatch, **{name: None})
    check = looked_at("JupyterLab widgets")
    assert not check.ok and check.optional and f"{name} is not installed" in check.detail


def test_a_missing_widget_extension_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    check = looked_at("JupyterLab widgets")
    assert not check.ok and str(tmp_path) in check.detail


def test_torch_computes_here() -> None:
    check = looked_at("sparse product")
    assert check.ok and check.detail.startswith("right (")


def test_a_wrong_product_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    arange = torch.arange
    monkeypatch.setattr(torch, "arange", lambda end: arange(end) + 1)
    check = looked_at("sparse product")
    assert not check.ok and check.detail == "torch gives a wrong result"


def test_a_torch_that_cannot_be_imported_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    check = looked_at("sparse product")
    assert not check.ok and not check.optional and "torch" in check.detail
    assert not looked_at("threads").ok


@pytest.mark.parametrize(("threads", "cores", "ok"), [(1, 2, True), (2, 2, True), (8, 2, False)])
def test_more_threads_than_cores_are_found(
    monkeypatch: pytest.MonkeyPatch, threads: int, cores: int, ok: bool
) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    monkeypatch.setattr(command, "num_cores", lambda: cores)
    check = looked_at("threads")
    assert check.ok is ok and check.optional
    assert check.remedy == "" if ok else check.remedy.startswith("set OMP_NUM_THREADS=2")


@pytest.mark.parametrize(("gibibytes", "ok"), [(0.5, False), (8.0, True)])
def test_little_memory_is_found(
    monkeypatch: pytest.MonkeyPatch, gibibytes: float, ok: bool
) -> None:
    free = SimpleNamespace(available=int(gibibytes * 1024**3))
    monkeypatch.setattr("psutil.virtual_memory", lambda: free)
    check = looked_at("memory")
    assert (check.ok, check.detail) == (ok, f"{gibibytes:.1f} GiB free")


def test_the_first_browser_found_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "shutil.which", lambda name: "/bin/google-chrome" if name == "google-chrome" else None
    )
    assert looked_at("browser") == Check("browser", True, "/bin/google-chrome", optional=True)


def test_no_browser_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    check = looked_at("browser")
    assert not check.ok and check.optional


def test_a_folder_that_can_be_written_is_fine(tmp_path: Path) -> None:
    assert command.check_data_folder(tmp_path) == (True, str(tmp_path))


def test_a_folder_that_can_be_made_is_fine_and_is_not_made(tmp_path: Path) -> None:
    ok, detail = command.check_data_folder(tmp_path / "new" / "deep")
    assert ok and "first download" in detail
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    check = looked_at("data folder")
    assert not check.ok and check.optional and "AUSREC_DATA_HOME" in check.remedy


def test_a_file_in_place_of_the_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "file"
    place.touch()
    monkeypatch.setenv("AUSREC_DATA_HOME", str(place))
    check = looked_at("data folder")
    assert not check.ok and str(place) in check.detail


def test_data_sets_are_there_in_part_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUSREC_DATA_HOME", str(tmp_path / "empty"))
    for file in (*DATASETS["lastfm"].files, DATASETS["epinions"].files[0]):
        (tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.path).touch()
    checks = {check.name: check for check in command.check_data_sets(tmp_path)}
    assert checks["data: lastfm"].ok
    assert checks["data: lastfm"].detail == str(tmp_path / "ausrec" / "lastfm")
    assert checks["data: epinions"].detail == "1 of 3 files here"
    assert checks["data: club"].ok
    assert checks["data: dbook"].detail.startswith("0 of ")
    assert all(check.optional for check in checks.values())
    assert all("ausrec data fetch" in check.remedy for check in checks.values() if not check.ok)


def test_the_real_data_sets_are_recognised(real_data: Path) -> None:
    found = {check.name for check in command.check_data_sets(real_data) if check.ok}
    assert found >= {f"data: {name}" for name in ("lastfm", "epinions", "dbook", "hetrec", "ciao")}
