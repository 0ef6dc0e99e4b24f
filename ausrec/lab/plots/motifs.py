"""The motifs of the seven relations next to their names in figures."""

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnnotationBbox, DrawingArea
from matplotlib.transforms import Transform

from ausrec.lab.drawings import motif_shape
from ausrec.lab.look import TASK_COLORS, tone
from ausrec.lab.names import task_label

# Points, of a motif and of the gap next to it.
SIZE, GAP = (21.0, 13.0), 5.0
_TASKS = {task_label(task): task for task in TASK_COLORS}


def has_motif(label: str) -> bool:
    """Tell whether a label is the name of one of the seven relations."""
    return label in _TASKS


def draw_motif(
    ax: Axes, label: str, place: tuple[float, float], coordinates: Transform, *, left: bool = False
) -> None:
    """Draw the motif of a relation, if the label is the name of one.

    Args:
        ax: next to which it is drawn.
        label: as `task_label` writes it.
        place: of its left end, or of its right end.
        coordinates: of the place.
        left: whether the motif is to the left of the place.
    """
    if not has_motif(label):
        return
    scale, task = SIZE[0] / 32, _TASKS[label]
    color, shape = TASK_COLORS[task], motif_shape(task)
    box = DrawingArea(*SIZE)
    xs, ys = ([scale * each for each in axis] for axis in zip(*shape.line, strict=True))
    box.add_artist(Line2D(xs, [SIZE[1] - y for y in ys], color=color, linewidth=1.1))
    for x, y, kind, filled in shape.marks:
        # Marks of a line have their size in points, as the line has its width.
        box.add_artist(
            Line2D(
                [scale * x], [SIZE[1] - scale * y], marker="o" if kind == "u" else "s",
                markersize=6 * scale, color=color, markeredgewidth=1.0,
                markerfacecolor=color if filled else tone("background"),
            )
        )  # fmt: skip
    note = AnnotationBbox(
        box, place, xycoords=coordinates, frameon=False, pad=0, annotation_clip=False,
        box_alignment=(1.0 if left else 0.0, 0.5),
    )  # fmt: skip
    note.set_in_layout(False)
    ax.add_artist(note)
