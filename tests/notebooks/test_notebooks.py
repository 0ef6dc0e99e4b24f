"""Every notebook runs, and gives exactly the outputs that are committed."""

from pathlib import Path

import pytest

from tests.notebooks.reading import NOTEBOOKS, SOLUTIONS, stated_seconds
from tests.notebooks.validation import validate

# A busy machine may be a few times slower than the one where run times were measured.
SLOWER, START = 4, 60


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.slow
@pytest.mark.parametrize("path", [*NOTEBOOKS, *SOLUTIONS], ids=name)
def test_gives_its_committed_outputs_in_its_stated_time(path: Path) -> None:
    stated = stated_seconds(path)
    assert stated < 60
    limit = SLOWER * stated + START
    result = validate(path, timeout=limit)
    assert result.passed, result.said[-6000:]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS
