"""What every test stands on: checked shapes, one thread, no windows, no progress bars.

The environment is set and the import hook installed before anything imports `ausrec`, torch
or matplotlib, hence the order of the lines below.
"""

import os

os.environ["AUSREC_QUIET"] = "1"
os.environ["MPLBACKEND"] = "Agg"
os.environ.setdefault("OMP_NUM_THREADS", "1")  # subprocesses of tests inherit it

from jaxtyping import install_import_hook

install_import_hook("ausrec", "beartype.beartype")

from pathlib import Path

import pytest
import torch
from hypothesis import settings

torch.set_num_threads(1)

settings.register_profile(
    "ausrec", deadline=None, derandomize=True, max_examples=40, print_blob=False
)
settings.load_profile("ausrec")

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Keep the tests of a file on one worker, and those of a browser and the site all on one.

    Fixtures of a module or a session are then made once, however many workers there are.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "browser" if file.startswith("tests/browser/") else file

    return ByFile(config, log)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top folder of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real data sets; the test is skipped where there is none.

    `AUSREC_DATA_HOME` names it, else `shared/data` beside the checkout.
    """
    named = os.environ.get("AUSREC_DATA_HOME")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not (folder / "ausrec").is_dir():
        pytest.skip(
            f"no real data sets in {folder}; fetch them with `ausrec data fetch` "
            "and name their folder in AUSREC_DATA_HOME"
        )
    return folder
