"""Write figures as PNG, SVG and PDF, the same bytes for the same figure."""

from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

from ausrec.errors import AusrecError
from ausrec.lab.figure import describe_figure

DOTS_PER_INCH = 200


def save_figure(figure: Figure, folder: Path, name: str) -> list[str]:
    """Write a figure three times: PNG for slides, SVG for pages, PDF for papers.

    No file holds the date or the version of the library that wrote it. Letters are kept as
    letters in the PDF, and are outlines in the SVG, which looks the same everywhere.

    Args:
        figure: drawn in the colours that are wanted.
        folder: is made where it does not exist.
        name: of the files, without an ending.

    Returns:
        the names of the files.

    Raises:
        AusrecError: a file cannot be written.
    """
    alt = getattr(figure, "alt", None) or describe_figure(figure)
    nothing = {
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": None, "Description": alt},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None, "Subject": alt},
    }
    names = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Names of clipping paths and of markers are drawn at random where no salt is given.
        with rc_context({"svg.hashsalt": name, "pdf.fonttype": 42}):
            for ending, metadata in nothing.items():
                figure.savefig(folder / f"{name}.{ending}", dpi=DOTS_PER_INCH, metadata=metadata)
                names.append(f"{name}.{ending}")
    except OSError as error:
        raise AusrecError(f"cannot write figures into {folder}: {error.strerror}") from error
    return names
