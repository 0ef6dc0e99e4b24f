"""Where data sets are looked for, and where downloads go."""

import os
from pathlib import Path

import pooch

from ausrec.errors import AusrecError

DATA_HOME_VARIABLE = "AUSREC_DATA_HOME"


def data_homes(data_root: str | os.PathLike[str] | None = None) -> list[Path]:
    """List the folders in which data is looked for, the most wanted first.

    These are `data_root` where given, then the folder that the environment variable
    `AUSREC_DATA_HOME` names, then the user's cache folder. Every published file is checked
    against its SHA-256, so it does not matter for the result in which of them it lies.

    Args:
        data_root: a folder that goes first.

    Raises:
        AusrecError: when `data_root` or `AUSREC_DATA_HOME` names something that is not a folder.
    """
    named = [
        (data_root, "the data root"),
        (os.environ.get(DATA_HOME_VARIABLE) or None, DATA_HOME_VARIABLE),
    ]
    homes = []
    for place, what in named:
        if place is None:
            continue
        if not str(place).strip():
            raise AusrecError(f"{what} is empty: name a folder, or leave it out")
        folder = Path(place).expanduser()
        if os.path.exists(folder) and not os.path.isdir(folder):
            raise AusrecError(f"{folder}: {what} must be a folder, and this is a file")
        homes.append(folder)
    return [*homes, Path(pooch.os_cache("ausrec"))]


def download_home(data_root: str | os.PathLike[str] | None = None) -> Path:
    """Name the folder into which downloads go: the first of `data_homes`."""
    return data_homes(data_root)[0]
