"""`ausrec doctor`: check the environment, and say how to repair what is wrong with it.

Nothing but the standard library, `packaging` and this package's own light modules is imported at
the top of this file, so that a missing or broken library becomes a line of the report.
"""

import importlib.metadata
import os
import platform
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from ausrec.cli.entry import OneLineParser
from ausrec.environment import num_cores
from ausrec.errors import AusrecError

GIB = 1024**3
MIN_FREE_MEMORY = 2 * GIB  # what the largest published data set takes
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
NEW_TORCH = "install PyTorch again: pip install --force-reinstall --no-deps torch"
LESS_MEMORY = "close other programs, or train with a smaller --dim and batch size"
OTHER_FOLDER = "name a folder of yours in AUSREC_DATA_HOME or by --data-root"
NEW_WIDGETS = "pip install --upgrade 'ausrec[notebooks]', then restart JupyterLab"
BROWSER = "install chromium from your system's packages (for the browser tests only)"
LAB_EXTENSION = Path("share/jupyter/labextensions/@jupyter-widgets/jupyterlab-manager")


class Check(NamedTuple):
    """One line of the report: how to repair what is not `ok`, which may be `optional`."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    optional: bool = False


def doctor(words: Sequence[str]) -> int:
    """Print the report; status 2 where something needed is not right."""
    # No `Command`, which needs libraries that may be what is broken.
    parser = OneLineParser(
        prog="ausrec doctor", description="Check this installation, and say how to repair it."
    )
    parser.add_argument("--data-root", metavar="DIR", help="the folder to look for data sets in")
    return print_checks(examine(parser.parse_args(words).data_root))


def print_checks(checks: list[Check]) -> int:
    """Print a report and return the exit status."""
    width = max(len(check.name) for check in checks)
    for check in checks:
        mark = "ok" if check.ok else "--" if check.optional else "FAIL"
        print(f"{mark:<4}  {check.name:<{width}}  {check.detail}")
        if not check.ok:
            print(f"{'':<4}  {'':<{width}}  -> {check.remedy}")
    failed = [check.name for check in checks if not check.ok and not check.optional]
    print(f"To be repaired: {', '.join(failed)}" if failed else "Everything needed is in order.")
    return 2 if failed else 0


def examine(data_root: str | os.PathLike[str] | None = None) -> list[Check]:
    """Look at everything that the package needs, and at what it can use.

    Args:
        data_root: the data folder to look at first, as for `ausrec train --data-root`.
    """
    threads = f"set OMP_NUM_THREADS={num_cores()}: more threads than cores slow each other down"
    return [
        look("Python", "make clean && make demo PYTHON=python3.12", check_python),
        *check_dependencies(),
        look("sparse product", NEW_TORCH, check_torch),
        look("threads", threads, check_threads, optional=True),
        look("memory", LESS_MEMORY, check_memory, optional=True),
        look("data folder", OTHER_FOLDER, partial(check_data_folder, data_root), optional=True),
        *check_data_sets(data_root),
        look("JupyterLab widgets", NEW_WIDGETS, check_widgets, optional=True),
        look("browser", BROWSER, check_browser, optional=True),
    ]


def look(
    name: str, remedy: str, check: Callable[[], tuple[bool, str]], *, optional: bool = False
) -> Check:
    """Make a line of the report of what `check` returns or raises."""
    try:
        ok, detail = check()
    except importlib.metadata.PackageNotFoundError as error:
        ok, detail = False, f"{error.name} is not installed"
    except (ImportError, OSError, RuntimeError, AusrecError) as error:
        ok, detail = False, (str(error).splitlines() or [type(error).__name__])[0]
    return Check(name, ok, detail, "" if ok else remedy, optional)


def check_python() -> tuple[bool, str]:
    """Compare the running Python with what the package declares."""
    version = platform.python_version()
    needed = importlib.metadata.metadata("ausrec")["Requires-Python"]
    ok = SpecifierSet(needed).contains(version, prereleases=True)
    return ok, f"{version} ({sys.executable}), needs {needed}"


def check_dependencies() -> list[Check]:
    """Compare every installed dependency with the bounds that the package declares."""
    try:
        declared = importlib.metadata.requires("ausrec") or []
    except importlib.metadata.PackageNotFoundError:
        remedy = "run 'make demo', or in the checkout: pip install -e ."
        return [Check("ausrec", False, "not installed in this Python", remedy)]
    needs = [Requirement(line) for line in declared]
    return [
        look(need.name, f"pip install '{need.name}{need.specifier}'", partial(fits, need))
        for need in needs
        if need.marker is None or need.marker.evaluate({"extra": ""})
    ]


def fits(need: Requirement) -> tuple[bool, str]:
    """Compare one installed distribution with its bounds."""
    version = importlib.metadata.version(need.name)
    ok = need.specifier.contains(version, prereleases=True)
    return ok, f"{version}, needs {need.specifier}"


def check_widgets() -> tuple[bool, str]:
    """See whether JupyterLab can show ipywidgets: panels stay blank where the two disagree."""
    lab = importlib.metadata.version("jupyterlab")
    needs = [Requirement(line) for line in importlib.metadata.requires("ipywidgets") or []]
    (need,) = [need for need in needs if need.name.replace("-", "_") == "jupyterlab_widgets"]
    ok, detail = fits(need)
    if ok and not (Path(sys.prefix) / LAB_EXTENSION / "package.json").is_file():
        return False, f"no widget extension in {Path(sys.prefix) / LAB_EXTENSION}"
    return ok, f"JupyterLab {lab}, jupyterlab_widgets {detail}"


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

    threads, cores = torch.get_num_threads(), num_cores()
    return threads <= cores, f"{threads} thread(s), {cores} core(s)"


def check_memory() -> tuple[bool, str]:
    """Compare the free memory with what the largest published data set takes."""
    import psutil

    free = int(psutil.virtual_memory().available)
    return free >= MIN_FREE_MEMORY, f"{free / GIB:.1f} GiB free"


def check_data_folder(data_root: str | os.PathLike[str] | None = None) -> tuple[bool, str]:
    """See whether downloads can be written where they would go."""
    from ausrec.data.fetch import data_homes

    home = data_homes(data_root)[0]
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        return False, f"{home} cannot be written; it serves for reading"
    return True, f"{home}" if home.is_dir() else f"{home} (made by the first download)"


def check_data_sets(data_root: str | os.PathLike[str] | None = None) -> Iterator[Check]:
    """See which of the published data sets are on this machine."""
    try:
        from ausrec.data.datasets import DATASETS
    except ImportError:
        return  # The library that is missing has a line of its own.
    for name, entry in DATASETS.items():
        remedy = f"ausrec data fetch {name} (or it is downloaded when first used)"
        check = partial(check_files, [file.path for file in entry.files], data_root)
        yield look(f"data: {name}", remedy, check, optional=True)


def check_files(files: Sequence[str], data_root: str | os.PathLike[str] | None) -> tuple[bool, str]:
    """Look for the files of a data set."""
    from ausrec.data.fetch import find_file

    places = [place for file in files if (place := find_file(file, data_root)) is not None]
    if len(places) < len(files):
        return False, f"{len(places)} of {len(files)} files here"
    return True, str(places[0].parent) if places else "made by the package, needs no files"


def check_browser() -> tuple[bool, str]:
    """Look for a Chromium, which only the browser tests need."""
    place = next(filter(None, map(shutil.which, BROWSERS)), None)
    return place is not None, place or "no Chromium found"
