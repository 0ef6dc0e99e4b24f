import threading
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib import rc_context, rcParams

from ausrec.graph import STRUCTURAL_RELATIONS
from ausrec.lab.look import (
    FURTHER_COLORS,
    OBJECTIVE_LOOKS,
    TASK_COLORS,
    Look,
    css_variables,
    look,
    task_colors,
    task_dashes,
    tone,
)
from ausrec.lab.names import (
    MAIN,
)
from ausrec.lab.plots import plot_runs
from ausrec.tasks import OBJECTIVES


def luminance(color: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_every_task_has_its_colour() -> None:
    assert set(TASK_COLORS) == set(STRUCTURAL_RELATIONS)
    assert set(OBJECTIVE_LOOKS) == set(OBJECTIVES)
    assert len({*TASK_COLORS.values(), *FURTHER_COLORS}) == len(TASK_COLORS) + len(FURTHER_COLORS)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_everything_can_be_seen_on_its_background(name: Look) -> None:
    with look(name):
        background, ink, muted = tone("background"), tone("ink"), tone("muted")
    assert contrast(ink, background) > 7
    assert contrast(muted, background) > 4.5
    of_objectives = [color for color, _ in OBJECTIVE_LOOKS.values()]
    for color in (*TASK_COLORS.values(), *of_objectives, *FURTHER_COLORS):
        assert contrast(color, background) > 2


def test_a_look_leaves_the_parameters_of_matplotlib_as_they_were() -> None:
    with rc_context({"text.color": "red", "axes.grid": False}):
        before = dict(rcParams)
        with look("dark"):
            assert rcParams["text.color"] == tone("ink")
            assert rcParams["axes.grid"]
            with look():  # the look around
                assert tone("background") == rcParams["figure.facecolor"] == "#161b22"
            with look("light"):
                assert tone("background") == "#ffffff"
        assert dict(rcParams) == before


def test_a_figure_does_not_depend_on_the_user_s_own_parameters() -> None:
    series = {"one": pd.Series([1.0, 2.0])}
    plain = plot_runs(series, title="t", y_label="y")._repr_mimebundle_()
    with rc_context({"axes.facecolor": "red", "font.size": 30, "xtick.major.size": 20}):
        assert plot_runs(series, title="t", y_label="y")._repr_mimebundle_() == plain


def test_looks_of_two_threads_do_not_mix() -> None:
    inside, leave = threading.Event(), threading.Event()
    seen = []

    def draw() -> None:
        with look("dark"):
            inside.set()
            leave.wait(10)
            seen.append(rcParams["text.color"])

    before = dict(rcParams)
    thread = threading.Thread(target=draw)
    thread.start()
    assert inside.wait(10)
    leave.set()
    with look("light"):
        seen.append(rcParams["text.color"])
    thread.join()
    assert seen == ["#f0f3f6", "#1b1f24"]
    assert dict(rcParams) == before


def test_pages_have_the_colours_of_the_figures() -> None:
    light, dark = css_variables().split("@media screen and (prefers-color-scheme: dark)")
    for rules, name in ((light, "light"), (dark, "dark")):
        with look(name):
            assert f"--ink: {tone('ink')};" in rules
            assert f"--background: {tone('background')};" in rules
    assert "@media" not in css_variables(".panel", looks=["light"])


def test_colours_do_not_depend_on_what_else_is_drawn() -> None:
    alone = task_colors(["two_hop", "same_genre"])
    among = task_colors(["joint_triangle", "same_genre", "two_hop", MAIN])
    assert alone["two_hop"] == among["two_hop"] == TASK_COLORS["two_hop"]
    assert alone["same_genre"] == among["same_genre"] in FURTHER_COLORS
    for name in ("light", "dark"):
        with look(name):
            assert task_colors([MAIN])[MAIN] == tone("ink")


def test_tasks_of_ones_own_differ_as_long_as_there_are_colours() -> None:
    names = [f"task_{i}" for i in range(len(FURTHER_COLORS))]
    assert len(set(task_colors(names).values())) == len(names)
    assert task_colors(names) == task_colors(reversed(names))
    assert len(task_colors([*names, "one_more"])) == len(names) + 1


def oklab(color: str) -> np.ndarray:
    """Coordinates in which the distance of two colours is about that which is seen."""
    parts = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    cones = np.cbrt(OKLAB_CONES @ linear)
    return OKLAB_AXES @ cones


OKLAB_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
OKLAB_AXES = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def test_no_two_tasks_of_a_figure_look_the_same() -> None:
    names = [
        *TASK_COLORS,
        *OBJECTIVES,
        "noise",
        "metapath_iui",
        "metapath_user_item_genre_item_user",
    ]
    colors, dashes = task_colors(names), task_dashes(names)
    assert len({(colors[name], dashes[name]) for name in names}) == len(names)
    own = [f"task_{i}" for i in range(23)]
    colors, dashes = task_colors(own), task_dashes(own)
    assert len({(colors[name], dashes[name]) for name in own}) == len(own)
    assert len(task_colors([*own, "one_more"])) == len(own) + 1


def test_built_in_tasks_have_colours_that_are_told_apart() -> None:
    colors = task_colors([*TASK_COLORS, *OBJECTIVES])
    for first, second in combinations(colors, 2):
        if {first, second} - set(TASK_COLORS):
            far = np.linalg.norm(oklab(colors[first]) - oklab(colors[second]))
            assert far > 0.1, (first, second)


def test_objectives_keep_their_look_whatever_else_is_drawn() -> None:
    names = [*TASK_COLORS, "sgl", "xsimgcl", "same_genre"]
    for name in ("sgl", "xsimgcl"):
        assert task_colors(names)[name] == task_colors([name])[name]
        assert task_dashes(names)[name] == task_dashes([name])[name]
    assert all(task_dashes(names)[name] == "-" for name in TASK_COLORS)
