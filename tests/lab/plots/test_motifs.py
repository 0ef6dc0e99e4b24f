from matplotlib.axes import Axes
from matplotlib.offsetbox import AnnotationBbox

from ausrec.lab.drawings import motif_shape
from ausrec.lab.look import TASK_COLORS
from ausrec.lab.plots.label_places import LABEL_START
from ausrec.lab.plots.rows import plot_task_bars, plot_weight_bars
from ausrec.lab.plots.trajectories import plot_weights
from tests.lab.conftest import draw_history

WEIGHTS = {task: 0.1 * place for place, task in enumerate(TASK_COLORS)}


def motifs(ax: Axes) -> list[AnnotationBbox]:
    return [artist for artist in ax.artists if isinstance(artist, AnnotationBbox)]


def test_the_name_of_each_relation_has_its_motif_and_other_names_have_none() -> None:
    (ax,) = plot_task_bars(WEIGHTS | {"sgl": 0.9}, title="", x_label="").axes
    colors = [each.offsetbox.get_children()[0].get_color() for each in motifs(ax)]
    # From the bottom to the top, as the bars.
    assert colors == list(TASK_COLORS.values())
    assert [each.xy for each in motifs(ax)] == [(0.0, row) for row in range(7)]
    marks = [len(each.offsetbox.get_children()) - 1 for each in motifs(ax)]
    assert marks == [len(motif_shape(task).marks) for task in TASK_COLORS]


def test_axes_that_share_their_names_show_motifs_once() -> None:
    first, second = plot_weight_bars(WEIGHTS, WEIGHTS).axes
    assert (len(motifs(first)), len(motifs(second))) == (7, 0)


def test_a_motif_stands_between_the_end_of_its_line_and_the_name() -> None:
    (ax,) = plot_weights(draw_history()).axes
    assert len(motifs(ax)) == 7
    assert {each.xy[0] for each in motifs(ax)} == {LABEL_START}
    named = {round(text.get_position()[1], 6) for text in ax.texts if text.get_position()[0] > 1}
    assert {round(each.xy[1], 6) for each in motifs(ax)} <= named
