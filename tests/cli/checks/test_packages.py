"""Versions against declared bounds."""

import importlib.metadata
from importlib.metadata import PackageNotFoundError

import pytest
from packaging.requirements import Requirement

from ausrec.cli.checks import packages

REAL_VERSION = importlib.metadata.version


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
    check = packages.check_dependency(Requirement("torch>=2.13"))
    assert (check.name, check.ok) == ("torch", ok)
    assert check.detail == f"{installed}, needs >=2.13"
    assert check.remedy == ("" if ok else "pip install 'torch>=2.13'")


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, pandas=None)
    (check,) = [check for check in packages.check_dependencies() if check.name == "pandas"]
    assert not check.ok
    assert check.detail.startswith("not installed, needs >=")
    assert check.remedy.startswith("pip install 'pandas>=")


def test_extras_are_not_asked_for() -> None:
    names = {check.name for check in packages.check_dependencies()}
    assert {"torch", "numpy", "ipywidgets"} <= names
    assert names.isdisjoint({"pytest", "jupyterlab", "ruff"})


def test_a_package_that_is_not_installed_is_one_failing_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def requires(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", requires)
    (check,) = packages.check_dependencies()
    assert not check.ok and "pip install -e ." in check.remedy


@pytest.mark.parametrize(("version", "ok"), [("3.11.0", True), ("3.13.9", True), ("3.14.0", False)])
def test_python_is_held_against_the_declared_range(
    monkeypatch: pytest.MonkeyPatch, version: str, ok: bool
) -> None:
    monkeypatch.setattr("platform.python_version", lambda: version)
    check = packages.check_python()
    assert check.ok is ok
    assert check.detail.startswith(version)
    assert bool(check.remedy) is not ok


def test_widgets_agree_here() -> None:
    check = packages.check_widgets()
    assert check.ok and "jupyterlab_widgets" in check.detail


def test_widgets_of_another_generation_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, jupyterlab_widgets="1.1.0")
    check = packages.check_widgets()
    assert not check.ok and not check.optional
    assert "jupyterlab_widgets 1.1.0, and ipywidgets needs" in check.detail
    assert "restart JupyterLab" in check.remedy


def test_a_missing_widget_library_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, jupyterlab_widgets=None)
    assert not packages.check_widgets().ok


def test_a_missing_widget_extension_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    check = packages.check_widgets()
    assert not check.ok and str(tmp_path) in check.detail


def test_jupyterlab_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, jupyterlab=None)
    check = packages.check_widgets()
    assert not check.ok and check.optional and "make lab" in check.remedy
