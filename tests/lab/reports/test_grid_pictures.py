import pandas as pd
import pytest
from matplotlib.colors import same_color
from matplotlib.figure import Figure

from ausrec.errors import AusrecError
from ausrec.experiments.grid_tables import weights_table
from ausrec.lab.figure import words_of
from ausrec.lab.look import task_colors
from ausrec.lab.plots.bands import plot_geometry
from ausrec.lab.reports.grid_analysis import GridAnalysis
from ausrec.lab.reports.grid_pictures import (
    GridPicture,
    condition_weight_pictures,
    geometry_pictures,
)
from tests.grids import EMPTY, make_grid
from tests.lab.plots.test_bands import watched


@pytest.mark.parametrize(
    ("variant", "name"),
    [("ausrec · two_hop", "weights-ausrec-two-hop"), ("mf(dim=0.1)", "weights-mf-dim-0-1")],
)
def test_names_of_files_are_plain(variant: str, name: str) -> None:
    assert GridPicture("weights", (variant,), Figure).name == name


def test_only_what_can_be_drawn_is_offered() -> None:
    full = make_grid(
        {
            ("none", "none"): 0.0,
            ("equal", "all"): 0.0,
            ("ausrec", "all"): 0.0,
            ("ausrec", "two_hop"): 0.0,
            ("ausrec", "social_link"): 0.0,
            ("equal", "two_hop"): 0.0,
        },
        seeds=2,
        users=5,
    )
    # Equal weights do not move, and those of one task are no comparison of tasks.
    assert [picture.name for picture in GridAnalysis(full).pictures()] == [
        "scores",
        "differences-lastfm",
        "ranks",
        "weights-lastfm-ausrec",
        "tasks-lastfm-ausrec",
        "cost-lastfm",
    ]
    single = make_grid({("none", "none"): 0.0}, seeds=1, users=5)
    assert [picture.name for picture in GridAnalysis(single).pictures()] == [
        "scores",
        "cost-lastfm",
    ]
    assert list(GridAnalysis(EMPTY).pictures()) == []


def test_every_picture_belongs_to_its_own_data_set() -> None:
    grid = make_grid(
        {("none", "none"): 0.0, ("ausrec", "all"): 0.0}, datasets=("a", "b"), seeds=2, users=5
    )
    titles = {
        picture.name: picture.draw().axes[0].get_title(loc="left")
        for picture in GridAnalysis(grid).pictures()
        if picture.kind in ("differences", "cost")
    }
    assert titles == {
        "differences-a": "Difference from none, a",
        "differences-b": "Difference from none, b",
        "cost-a": "What does it cost? a",
        "cost-b": "What does it cost? b",
    }


EFFECTS = {("none", "none"): 0.0, ("ausrec", "all"): 0.02, ("equal(weight=0.1)", "sgl"): 0.01}


def pictures(datasets: tuple[str, ...]) -> dict[str, object]:
    found = GridAnalysis(make_grid(EFFECTS, datasets=datasets, users=4, seeds=3))
    return {p.name: p for p in found.pictures() if p.kind.endswith("condition")}


def test_numbers_are_drawn_and_words_are_not() -> None:
    assert pictures(("a, in the dark", "a, at noon", "b")) == {}
    found = pictures(("a, 20 % kept", "a, 40 % kept", "b, 20 % kept"))
    assert list(found) == [
        "by-condition-a-kept",
        "gain-by-condition-a-kept",
        "weights-by-condition-a-kept-ausrec",
    ]


def test_a_line_a_variant_with_its_band_at_the_numbers() -> None:
    grid = make_grid(EFFECTS, datasets=("a, 20 % kept", "a, 40 % kept"), users=4, seeds=3)
    analysis = GridAnalysis(grid)
    metric, gain, _ = (p.draw() for p in analysis.pictures() if p.kind.endswith("condition"))
    lines = {line.get_gid(): line for line in metric.axes[0].lines if line.get_gid()}
    assert list(lines) == ["none", "ausrec", "equal(weight=0.1) · sgl"]
    assert lines["none"].get_xdata().tolist() == [20, 40]
    runs = analysis.results.runs
    first = runs[(runs["variant"] == "ausrec") & (runs["dataset"] == "a, 20 % kept")]["ndcg@10"]
    assert lines["ausrec"].get_ydata()[0] == pytest.approx(first.mean())
    assert len(metric.axes[0].collections) == 3
    assert metric.axes[0].get_xlabel() == "% kept"
    gains = {line.get_gid(): line for line in gain.axes[0].lines if line.get_gid()}
    assert list(gains) == ["zero", "ausrec", "equal(weight=0.1) · sgl"]
    # A variant has one colour in both, though the baseline is drawn in one only.
    assert same_color(gains["ausrec"].get_color(), lines["ausrec"].get_color())
    assert "ausrec" in words_of(metric) and "at 20" in words_of(gain)


def test_learned_weights_are_drawn_by_condition_in_the_colours_of_their_tasks() -> None:
    rows = [
        (f"a, {share} % kept", variant, task, 2, mean, 0.1)
        for share, weight in ((40, 0.2), (20, 0.8))
        for variant, task, mean in (
            ("ausrec", "two_hop", weight),
            ("ausrec", "social_link", 0.5),
            ("equal", "two_hop", 0.3),
            ("equal", "social_link", 0.3),
            ("alone", "sgl", weight),
        )
    ]
    columns = ["dataset", "variant", "task", "seeds", "mean", "sd"]
    # Weights that are equal everywhere, or of one task alone, tell nothing by condition.
    (picture,) = condition_weight_pictures(pd.DataFrame(rows, columns=columns))
    assert picture.name == "weights-by-condition-a-kept-ausrec"
    figure = picture.draw()
    lines = {line.get_gid(): line for line in figure.axes[0].lines if line.get_gid()}
    assert set(lines) == {"two_hop", "social_link"}
    assert lines["two_hop"].get_xdata().tolist() == [20, 40]
    assert lines["two_hop"].get_ydata().tolist() == [0.8, 0.2]
    assert same_color(lines["two_hop"].get_color(), task_colors(["two_hop"])["two_hop"])
    assert "Two hops: 0.8 at 20 to 0.2 at 40" in words_of(figure)
    assert list(condition_weight_pictures(weights_table(EMPTY))) == []


def test_a_panel_a_quantity_and_a_line_a_variant_over_the_shared_epochs() -> None:
    figure = plot_geometry(watched())
    shown = {ax.get_title(loc="left"): ax for ax in figure.axes if ax.get_visible()}
    assert list(shown) == [
        "Alignment",
        "Uniformity of users",
        "Uniformity of items",
        "NDCG@10 (validation)",
        "Loss of recommendation",
        "Loss of the tasks, mean",
    ]
    of_users = shown["Uniformity of users"]
    assert [line.get_label() for line in of_users.lines] == ["LightGCN", "sgl"]
    assert of_users.lines[1].get_xdata().tolist() == [1, 4]
    assert of_users.lines[1].get_ydata().tolist() == [-1.5, -4.5]
    (of_tasks,) = shown["Loss of the tasks, mean"].lines
    assert of_tasks.get_label() == "sgl" and set(of_tasks.get_ydata()) == {2.5}
    assert "Uniformity of users. LightGCN: " in words_of(figure)


def test_only_where_it_was_recorded() -> None:
    assert [p.name for p in geometry_pictures(watched(), "ndcg@10")] == ["geometry-club"]
    plain = watched()[lambda table: ~table["quantity"].str.startswith("embedding")]
    assert list(geometry_pictures(plain, "ndcg@10")) == []
    assert list(geometry_pictures(EMPTY.histories, "ndcg@10")) == []
    with pytest.raises(AusrecError, match=r"train with --train\.geometry_every above 0"):
        plot_geometry(plain)
