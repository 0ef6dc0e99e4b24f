"""The wheel holds all that the package reads, and works in an environment without the checkout."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from sysconfig import get_path
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.slow
TRY = """
import sys
import ausrec
assert ausrec.__file__.startswith(sys.prefix), ausrec.__file__
assert "data-live" in ausrec.TaskMixer().save("mixer.html").read_text()
ausrec.plot_weight_bars({"two_hop": 0.5}).savefig("bars.png")
ausrec.check("00-recall", lambda recommended, held_out: 0.0)
assert len(ausrec.exercises()) > 50
"""


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel in a copy, since building leaves folders."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("ausrec", "notebooks/exercises"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(repository / name, copy / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(repository / name, copy)
    words = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-w", "made"]
    subprocess.run([sys.executable, "-m", "pip", *words, "."], cwd=copy, check=True)
    (path,) = (copy / "made").glob("ausrec-*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """An environment with this one's libraries and the wheel; an empty folder to work in."""
    folder = wheel.parent / "environment"
    venv.create(folder, symlinks=os.name != "nt")
    paths = {"base": str(folder), "platbase": str(folder)}
    # Lines of a file .pth are not read further, so the checkout of this environment is left out.
    (Path(get_path("purelib", vars=paths)) / "libraries.pth").write_text(get_path("purelib"))
    python = Path(get_path("scripts", vars=paths)) / "python"
    words = ["--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True)
    (folder / "empty").mkdir()
    return python


def run(installed: Path, *words: str) -> str:
    """Run a program of the environment, in an empty folder."""
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    folder = installed.parents[1] / "empty"
    env = plain | {"AUSREC_SOLVED": "", "AUSREC_QUIET": "1"}
    done = subprocess.run(
        [str(installed.parent / words[0]), *words[1:]],
        cwd=folder, env=env, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_has_every_file_of_the_package(repository: Path, wheel: Path) -> None:
    files = [path for path in (repository / "ausrec").rglob("*") if path.is_file()]
    expected = {path.relative_to(repository).as_posix() for path in files}
    with ZipFile(wheel) as opened:
        held = set(opened.namelist())
    assert {name for name in expected if "__pycache__" not in name} - held == set()


def test_it_works_without_the_checkout(installed: Path) -> None:
    assert "Properties that hold" in run(installed, "python", "-c", TRY)


def test_its_command_trains(installed: Path) -> None:
    assert run(installed, "ausrec", "--version").startswith("ausrec ")
    run(installed, "ausrec", "train", "--dataset", "club", "--epochs", "1", "--out", "run")
    assert (installed.parents[1] / "empty" / "run" / "report.html").is_file()
