import pytest

from ausrec.lab.reports.grid_analysis import GridAnalysis
from ausrec.lab.reports.grid_pictures import slug
from tests.grids import EMPTY, make_grid


@pytest.mark.parametrize(
    ("text", "name"),
    [("ausrec · two_hop", "ausrec-two-hop"), ("equal(weight=0.1)", "equal-weight-0-1")],
)
def test_names_of_files_are_plain(text: str, name: str) -> None:
    assert slug(text) == name


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
        "differences-lastfm",
        "scores",
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
        if picture.section in ("differences", "cost")
    }
    assert titles == {
        "differences-a": "Difference from none, a",
        "differences-b": "Difference from none, b",
        "cost-a": "What does it cost? a",
        "cost-b": "What does it cost? b",
    }
