"""Check where data sets are looked for, and which are there."""

import os
from pathlib import Path

from ausrec.cli.checks.check import Check
from ausrec.errors import AusrecError


def check_data_folder(data_root: str | os.PathLike[str] | None = None) -> Check:
    """See whether downloads can be written where they would go."""
    try:
        from ausrec.data.home import download_home

        home = download_home(data_root)
    except (ImportError, OSError, AusrecError) as error:
        remedy = "name a folder in AUSREC_DATA_HOME or by --data-root"
        return Check("data folder", False, str(error), remedy)
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        remedy = "name a folder of yours in AUSREC_DATA_HOME; a read-only one serves for reading"
        return Check("data folder", False, f"{home} cannot be written", remedy, optional=True)
    detail = f"{home}" if home.is_dir() else f"{home} (made by the first download)"
    return Check("data folder", True, detail)


def check_data_sets(data_root: str | os.PathLike[str] | None = None) -> list[Check]:
    """See which of the published data sets are on this machine."""
    try:
        from ausrec.data.catalog import DATASETS
        from ausrec.data.fetch import find_file

        found = {
            name: [find_file(file, data_root) for file in entry.files]
            for name, entry in DATASETS.items()
        }
    except (ImportError, OSError, AusrecError):
        return []  # the checks of the dependencies or of the data folder have said why
    return [_check_data_set(name, places) for name, places in found.items()]


def _check_data_set(name: str, places: list[Path | None]) -> Check:
    present = [place for place in places if place is not None]
    if not places:
        return Check(f"data: {name}", True, "made by the package, needs no files")
    if len(present) == len(places):
        return Check(f"data: {name}", True, str(present[0].parent))
    detail = f"{len(present)} of {len(places)} files here" if present else "not here"
    remedy = f"ausrec data fetch {name} (or it is downloaded when first used)"
    return Check(f"data: {name}", False, detail, remedy, optional=True)
