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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file on one worker, and all that share a server or the site on another.

    Fixtures of a module or a session are then made once, however many workers there are.
    """
    for item in items:
        shares = item.get_closest_marker("browser") or "site" in getattr(item, "fixturenames", ())
        group = "browser" if shares else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


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
