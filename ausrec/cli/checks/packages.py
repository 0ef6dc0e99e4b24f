"""Check Python and the installed libraries against what the package declares."""

import importlib.metadata
import platform
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from ausrec.cli.checks.check import Check

LAB_EXTENSION = Path("share/jupyter/labextensions/@jupyter-widgets/jupyterlab-manager")


def check_python() -> Check:
    """Compare the running Python with what the package declares."""
    version = platform.python_version()
    try:
        needed = importlib.metadata.metadata("ausrec")["Requires-Python"]
    except importlib.metadata.PackageNotFoundError:
        return Check("Python", True, f"{version} ({sys.executable})")
    ok = SpecifierSet(needed).contains(version, prereleases=True)
    remedy = "" if ok else "make clean && make demo PYTHON=python3.12"
    return Check("Python", ok, f"{version} ({sys.executable}), needs {needed}", remedy)


def check_dependencies() -> list[Check]:
    """Compare every installed dependency with the bounds that the package declares."""
    try:
        declared = importlib.metadata.requires("ausrec") or []
    except importlib.metadata.PackageNotFoundError:
        remedy = "run 'make demo', or in the checkout: pip install -e ."
        return [Check("ausrec", False, "not installed in this Python", remedy)]
    needs = [Requirement(line) for line in declared]
    return [
        check_dependency(need)
        for need in needs
        if need.marker is None or need.marker.evaluate({"extra": ""})
    ]


def check_dependency(need: Requirement) -> Check:
    """Compare one installed dependency with its bounds."""
    remedy = f"pip install '{need.name}{need.specifier}'"
    try:
        version = importlib.metadata.version(need.name)
    except importlib.metadata.PackageNotFoundError:
        return Check(need.name, False, f"not installed, needs {need.specifier}", remedy)
    ok = need.specifier.contains(version, prereleases=True)
    return Check(need.name, ok, f"{version}, needs {need.specifier}", "" if ok else remedy)


def check_widgets() -> Check:
    """See whether JupyterLab can show ipywidgets: panels stay blank where the two disagree."""
    name = "JupyterLab widgets"
    try:
        lab = importlib.metadata.version("jupyterlab")
    except importlib.metadata.PackageNotFoundError:
        remedy = "'make lab', or pip install 'ausrec[notebooks]' (for the notebooks only)"
        return Check(name, False, "JupyterLab is not installed", remedy, optional=True)
    remedy = "pip install --upgrade ipywidgets jupyterlab_widgets, then restart JupyterLab"
    try:
        needs = [Requirement(line) for line in importlib.metadata.requires("ipywidgets") or []]
        (need,) = [need for need in needs if need.name.replace("-", "_") == "jupyterlab_widgets"]
        version = importlib.metadata.version("jupyterlab_widgets")
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return Check(name, False, "ipywidgets or jupyterlab_widgets is not installed", remedy)
    if not need.specifier.contains(version, prereleases=True):
        detail = f"jupyterlab_widgets {version}, and ipywidgets needs {need.specifier}"
        return Check(name, False, detail, remedy)
    if not (Path(sys.prefix) / LAB_EXTENSION / "package.json").is_file():
        return Check(
            name, False, f"no widget extension in {Path(sys.prefix) / LAB_EXTENSION}", remedy
        )
    return Check(name, True, f"JupyterLab {lab}, jupyterlab_widgets {version}")
