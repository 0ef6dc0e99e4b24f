"""Execute notebooks in place, so that what is committed is what a run gives.

    python -m tests.notebooks.execution [FILES...]      without files: all chapters and solutions

Whatever would change from one run to the next without a reason is left out: times, the state of
widgets (their static twins stay), the version of the Python that ran them.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat

from ausrec.environment import environment
from ausrec.errors import AusrecError
from ausrec.files import write_whole

FOLDER = Path("notebooks")
VIEW = "application/vnd.jupyter.widget-view+json"
# One thread, no progress bars, figures as files, no exercise remembered: the same numbers and
# outputs on every run.
ENVIRONMENT = {
    "AUSREC_QUIET": "1",
    "AUSREC_SOLVED": "",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3",
    },
    "language_info": {"name": "python"},
}  # fmt: skip
CELL_SECONDS = 120
SOLUTION_PROMPTS = {
    "code_prompt_show": "Show the solution",
    "code_prompt_hide": "Hide the solution",
}
TELLS_ANSWER = ("QuickCheck(", "ausrec.QuickCheck(")


def read_notebook(path: Path) -> Any:
    """Read a notebook.

    Raises:
        AusrecError: when it cannot be read, or is no notebook of format 4.
    """
    try:
        notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
        nbformat.validate(notebook)
    except FileNotFoundError:
        raise AusrecError(f"{path}: no such notebook; name a file that is there") from None
    except (OSError, UnicodeDecodeError) as error:
        raise AusrecError(f"{path}: cannot be read ({error}); name a notebook") from None
    except (nbformat.ValidationError, nbformat.reader.NotJSONError, AttributeError) as error:
        reason = str(error).splitlines()[0]
        raise AusrecError(f"{path}: is no notebook ({reason}); save it with Jupyter") from None
    if notebook.nbformat != 4:
        raise AusrecError(f"{path}: has format {notebook.nbformat}; save it again with Jupyter")
    return notebook


def execute(notebook: Any, folder: Path, name: str = "notebook") -> Any:
    """Run all code cells of a notebook in a new kernel, and return it cleaned.

    Args:
        notebook: as from `read_notebook`; its outputs are replaced.
        folder: where the cells run.
        name: what to call the notebook in messages.

    Raises:
        AusrecError: when a cell fails or takes longer than two minutes.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    where = [name]

    def remember(cell: Any, cell_index: int) -> None:
        where[0] = f"{name}, cell {cell_index + 1} ({cell.get('id', 'without an id')})"

    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        on_cell_start=remember,
    )
    try:
        with environment(ENVIRONMENT):
            client.execute()
    except CellExecutionError as error:
        said = " ".join(f"{error.ename}: {error.evalue}".split())
    except CellTimeoutError:
        said = f"takes longer than {CELL_SECONDS} s; make it smaller"
    except DeadKernelError:
        said = "the kernel died"
    else:
        return clean(notebook)
    raise AusrecError(f"{where[0]}: {said}")


def clean(notebook: Any) -> Any:
    """Remove what changes from run to run, in place, number the code cells, fold the answers.

    JupyterLab folds what has `source_hidden`, the site what has a tag `hide-...`. Of the picture of
    the method only the picture matters.
    """
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        for changing in ("execution", "ExecuteTime", "collapsed", "scrolled"):
            cell.metadata.pop(changing, None)
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
        tags = cell.metadata.get("tags", [])
        if cell.source.startswith(TELLS_ANSWER):
            cell.metadata.jupyter = {"source_hidden": True}
            cell.metadata.tags = [*tags, *{"hide-input"}.difference(tags)]
        if cell.source.startswith("ausrec.method_picture("):
            cell.metadata.jupyter = {"source_hidden": True}
            cell.metadata.tags = [*tags, *{"remove-input"}.difference(tags)]
        if "solution" in tags:
            cell.metadata.mystnb = SOLUTION_PROMPTS
            cell.metadata.tags = [*tags, *{"hide-cell"}.difference(tags)]
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
            # A view without its kernel shows as an error; the static twin is in its place.
            output.get("data", {}).pop(VIEW, None)
    return notebook


def execute_file(path: Path) -> float:
    """Execute a notebook in place, and return how many seconds that took.

    Raises:
        AusrecError: when it cannot be read, run or written; the file is then as before.
    """
    began = time.perf_counter()
    notebook = execute(read_notebook(path), path.resolve().parent, path.name)
    write_whole(path, (nbformat.writes(notebook) + "\n").encode())
    return time.perf_counter() - began


def find_notebooks(folder: Path = FOLDER) -> list[Path]:
    """Return the chapters of a folder in order, then their solutions.

    Raises:
        AusrecError: when there are none.
    """
    found = [*sorted(folder.glob("*.ipynb")), *sorted(folder.glob("solutions/*.ipynb"))]
    if not found:
        raise AusrecError(f"{folder}: holds no notebooks; name the folder that does")
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Execute the notebooks named, or all; return 0, or 2 after one line on what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.notebooks.execution")
    parser.add_argument("files", nargs="*", type=Path, help="without any, all")
    try:
        for path in parser.parse_args(argv).files or find_notebooks():
            print(f"{path}: {execute_file(path):.0f} s", flush=True)
    except AusrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
