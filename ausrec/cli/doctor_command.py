"""`ausrec doctor`: check the environment, and say how to mend what is wrong with it.

Nothing but the standard library, `packaging` and this package's own light modules is imported at
the top of this file, so that a missing or broken library becomes a line of the report.
"""

import argparse
import importlib.metadata
import os
import platform
import shutil
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from ausrec.errors import AusrecError

GIB = 1024**3
MIN_FREE_MEMORY = 2 * GIB  # what the largest published data set takes
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
LAB_EXTENSION = Path("share/jupyter/labextensions/@jupyter-widgets/jupyterlab-manager")


class Check(NamedTuple):
    """One line of the report."""

    name: str
    """What was looked at."""

    ok: bool
    """Whether it is as it should be."""

    detail: str
    """What is there."""

    remedy: str = ""
    """How to mend it, in one line; empty where `ok`."""

    optional: bool = False
    """True where the package works without it."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise AusrecError(f"{message}; see `{self.prog} --help`")


def main(argv: Sequence[str]) -> int:
    """Print the report; status 2 where something needed is not right."""
    # Not the parser of the other commands: that one may be what is broken.
    parser = _Parser(
        prog="ausrec doctor", description="Check this installation, and say how to mend it."
    )
    parser.add_argument("--data-root", metavar="DIR", help="folder to look for data sets in first")
    return print_checks(doctor(parser.parse_args(argv).data_root))


def doctor(data_root: str | os.PathLike[str] | None = None) -> list[Check]:
    """Look at everything that the package needs, and at what it can use.

    Args:
        data_root: the data folder to look at first, as for `ausrec train --data-root`.
    """
    folder = check_data_folder(data_root)
    return [
        check_python(),
        *check_dependencies(),
        _look(
            "sparse product",
            "install PyTorch again: pip install --force-reinstall --no-deps torch",
            check_torch,
        ),
        _look(
            "threads",
            f"set OMP_NUM_THREADS={usable_cores()}: more threads than cores slow each other down",
            check_threads,
            optional=True,
        ),
        _look(
            "memory",
            "close other programs, or train with a smaller --dim and batch size",
            check_memory,
            optional=True,
        ),
        folder,
        *(check_data_sets(data_root) if folder.ok or folder.optional else ()),
        check_widgets(),
        _look(
            "browser",
            "install chromium from your system's packages (for the browser tests only)",
            check_browser,
            optional=True,
        ),
    ]


def print_checks(checks: list[Check]) -> int:
    """Print a report and return the exit status: 2 where something needed is not right."""
    width = max(len(check.name) for check in checks)
    for check in checks:
        mark = "ok" if check.ok else "--" if check.optional else "FAIL"
        print(f"{mark:<4}  {check.name:<{width}}  {check.detail}")
        if not check.ok:
            print(f"{'':<4}  {'':<{width}}  -> {check.remedy}")
    failed = [check.name for check in checks if not check.ok and not check.optional]
    print(f"To be mended: {', '.join(failed)}" if failed else "Everything needed is in order.")
    return 2 if failed else 0


def _look(
    name: str, remedy: str, look: Callable[[], tuple[bool, str]], *, optional: bool = False
) -> Check:
    """Make a check of what `look` returns or raises."""
    try:
        ok, detail = look()
    except (ImportError, OSError, RuntimeError, AusrecError) as error:
        ok, detail = False, (str(error).splitlines() or [type(error).__name__])[0]
    return Check(name, ok, detail, "" if ok else remedy, optional)


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
    try:
        version = importlib.metadata.version(need.name)
    except importlib.metadata.PackageNotFoundError:
        version = "not installed"
    ok = version != "not installed" and need.specifier.contains(version, prereleases=True)
    remedy = "" if ok else f"pip install '{need.name}{need.specifier}'"
    return Check(need.name, ok, f"{version}, needs {need.specifier}", remedy)


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
    extension = Path(sys.prefix) / LAB_EXTENSION
    if not need.specifier.contains(version, prereleases=True):
        detail = f"jupyterlab_widgets {version}, and ipywidgets needs {need.specifier}"
        return Check(name, False, detail, remedy)
    if not (extension / "package.json").is_file():
        return Check(name, False, f"no widget extension in {extension}", remedy)
    return Check(name, True, f"JupyterLab {lab}, jupyterlab_widgets {version}")


def check_torch() -> tuple[bool, str]:
    """Multiply a small sparse matrix, as training does all the time."""
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls its CSR layout a beta
        matrix = torch.tensor([[0.0, 2.0, 0.0], [1.0, 0.0, 3.0]])
        product = matrix.to_sparse_csr() @ torch.arange(6.0).reshape(3, 2)
    if product.tolist() != [[4.0, 6.0], [12.0, 16.0]]:
        return False, "torch gives a wrong result"
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU only"
    return True, f"right ({device})"


def check_threads() -> tuple[bool, str]:
    """Compare the threads that torch uses with the cores that this process may use."""
    import torch

    threads, cores = torch.get_num_threads(), usable_cores()
    return threads <= cores, f"{threads} thread(s), {cores} core(s)"


def usable_cores() -> int:
    """Count the cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def check_memory() -> tuple[bool, str]:
    """Compare the free memory with what the largest published data set takes."""
    import psutil

    free = int(psutil.virtual_memory().available)
    return free >= MIN_FREE_MEMORY, f"{free / GIB:.1f} GiB free"


def check_data_folder(data_root: str | os.PathLike[str] | None = None) -> Check:
    """See whether downloads can be written where they would go."""
    name, remedy = "data folder", "name a folder of yours in AUSREC_DATA_HOME or by --data-root"
    try:
        from ausrec.data.fetch import data_homes

        home = data_homes(data_root)[0]
        existing = next(folder for folder in (home, *home.parents) if folder.exists())
    except (ImportError, OSError, AusrecError) as error:
        return Check(name, False, str(error), remedy)
    if not os.access(existing, os.W_OK | os.X_OK):
        remedy += "; a read-only one serves for reading"
        return Check(name, False, f"{home} cannot be written", remedy, optional=True)
    return Check(name, True, f"{home}" if home.is_dir() else f"{home} (made by the first download)")


def check_data_sets(data_root: str | os.PathLike[str] | None = None) -> list[Check]:
    """See which of the published data sets are on this machine."""
    from ausrec.data.datasets import DATASETS
    from ausrec.data.fetch import find_file

    checks = []
    for name, entry in DATASETS.items():
        places = [find_file(file.path, data_root) for file in entry.files]
        present = [place for place in places if place is not None]
        ok, detail = len(present) == len(places), "not here"
        if not places:
            detail = "made by the package, needs no files"
        elif present:
            folder = str(present[0].parent)
            detail = folder if ok else f"{len(present)} of {len(places)} files here"
        remedy = "" if ok else f"ausrec data fetch {name} (or it is downloaded when first used)"
        checks.append(Check(f"data: {name}", ok, detail, remedy, optional=not ok))
    return checks


def check_browser() -> tuple[bool, str]:
    """Look for a Chromium, which only the browser tests need."""
    places = filter(None, map(shutil.which, BROWSERS))
    place = next(places, None)
    return place is not None, place or "no Chromium found"
