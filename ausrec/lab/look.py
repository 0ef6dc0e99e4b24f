"""One look for everything that is shown: style sheets, colours of data, and colours of pages.

Figures take everything that is not data from two style sheets of matplotlib in `styles/`:

    with look("dark"):
        figure = plot_weights(history)

Colours of data are from the colour-blind-safe palette of Okabe and Ito (2008). Two of its eight
are not used for tasks: yellow cannot be seen on white, and black is recommendation itself (white on
dark ground). The seventh task is grey in their stead. Text is never set in a task's colour, because
half of the palette is too pale to read on white.

The other objectives have fixed colours, too, and the later ones dashed lines: beyond about a dozen,
colours alone cannot be distinguished.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Literal
from zlib import crc32

from matplotlib import rc_params_from_file, style

from ausrec.lab.names import MAIN

Look = Literal["light", "dark"]
Tone = Literal["background", "ink", "muted", "grid"]

BLUE, VERMILION, GREEN, SKY = "#0072B2", "#D55E00", "#009E73", "#56B4E9"
GREY, PURPLE, ORANGE = "#888888", "#CC79A7", "#E69F00"

TASK_COLORS = {
    "social_triangle": BLUE,
    "joint_triangle": VERMILION,
    "social_link": GREEN,
    "two_hop": SKY,
    "three_hop": GREY,
    "metapath_uiu": PURPLE,
    "metapath_uuiu": ORANGE,
}

Dash = str | tuple[float, tuple[float, ...]]
SOLID: Dash = "-"
DASHED: Dash = (0, (4, 1.6))
DOTTED: Dash = (0, (1, 1.2))

# A search chose the colours farthest from one another and from the seven in OKLab, as they are
# seen with and without red–green blindness (Machado et al. 2009), among those of a contrast of 2
# with white and 3 with the dark background. Those are dashed that keep lines of one pattern
# farthest apart.
OBJECTIVE_LOOKS: dict[str, tuple[str, Dash]] = {
    "sgl": ("#8844CC", SOLID),
    "sgl_node_dropout": ("#007744", DASHED),
    "sgl_random_walk": ("#886600", DASHED),
    "sgl_ranking": ("#995566", DASHED),
    "simgcl": ("#CC1144", SOLID),
    "xsimgcl": ("#22CC55", SOLID),
    "ncl": ("#5577FF", SOLID),
    "hccf": ("#AA88FF", SOLID),
    "masked_edges": ("#AABB99", SOLID),
    "autocf": ("#FF9988", DASHED),
    "apr": ("#BB3399", SOLID),
    "generator_discriminator": ("#00CCBB", DASHED),
    "mhcn": ("#FF88FF", SOLID),
    "sept": ("#999933", DASHED),
    "dsl": ("#FF5566", DASHED),
}

# Mid-tones of Paul Tol's muted and ColorBrewer's Dark2 palettes, for tasks of one's own.
FURTHER_COLORS = (
    "#999933", "#44AA99", "#CC6677", "#7570B3", "#A6761D", "#66A61E", "#AA4499", "#5F8DD3",
)  # fmt: skip

# Of pages and panels alone: figures have none of these.
_PAGE_COLORS: dict[Look, dict[str, str]] = {
    "light": {"line": "#d5dae0", "edge": "#b8bec5", "soft": "#f4f6f8", "accent": BLUE},
    "dark": {"line": "#373e47", "edge": "#4b535d", "soft": "#21272f", "accent": "#6cb6f0"},
}
_KEYS = {
    "background": "figure.facecolor",
    "ink": "text.color",
    "muted": "axes.labelcolor",
    "grid": "grid.color",
}

_look: ContextVar[Look] = ContextVar("look", default="light")
# matplotlib has one set of parameters for all threads, and panels draw on threads of their own.
_drawing = RLock()


@cache
def _sheet(name: Look) -> dict[str, object]:
    names = ("light",) if name == "light" else ("light", "dark")
    files = (Path(__file__).parent / "styles" / f"{each}.mplstyle" for each in names)
    sheets = [rc_params_from_file(file, use_default_template=False) for file in files]
    return {key: value for sheet in sheets for key, value in sheet.items()}


@contextmanager
def look(name: Look | None = None) -> Iterator[None]:
    """Draw in one look; matplotlib's parameters are as before at the end.

    As a decorator, `@look()` lets a function draw in the look around its call, which is light
    outside of any.

    Args:
        name: light or dark; None for the look around.
    """
    chosen = name or _look.get()
    # From matplotlib's own defaults on, so that a figure is the same in every notebook.
    with _drawing, style.context(_sheet(chosen), after_reset=True):
        token = _look.set(chosen)
        try:
            yield
        finally:
            _look.reset(token)


def current_look() -> Look:
    """Return the look around the call."""
    return _look.get()


def tone(of: Tone) -> str:
    """Return a colour of the look around the call."""
    return str(_sheet(_look.get())[_KEYS[of]])


def css_variables(selector: str = ":root", looks: Iterable[Look] = ("light", "dark")) -> str:
    """Return the colours of pages as variables of CSS: light, and dark where the screen is.

    They are `--background`, `--ink`, `--muted`, `--line`, `--edge`, `--soft`, `--accent`, `--good`
    and `--bad`.

    Args:
        selector: of the elements that have them.
        looks: light alone, or both.
    """
    rules = {}
    for name in looks:
        with look(name):
            own = {kind: tone(kind) for kind in ("background", "ink", "muted")}
        colors = {**own, **_PAGE_COLORS[name], "good": GREEN, "bad": VERMILION}
        rules[name] = f"{selector} {{ {' '.join(f'--{n}: {c};' for n, c in colors.items())} }}\n"
    if "dark" in rules:
        rules["dark"] = f"@media screen and (prefers-color-scheme: dark) {{\n{rules['dark']}}}\n"
    return "".join(rules.values())


def task_colors(tasks: Iterable[str]) -> dict[str, str]:
    """Give every task its colour.

    The seven structural tasks and the objectives have fixed colours. A task of one's own gets one
    that follows from its name, and keeps it in every figure unless it meets another of the same
    colour and pattern.
    """
    return {name: color for name, (color, _) in _looks(tasks).items()}


def task_dashes(tasks: Iterable[str]) -> dict[str, Dash]:
    """Give every task the pattern of its line: no two have the same colour and pattern.

    That holds for 23 tasks of one's own, next to all that have a fixed look.
    """
    return {name: dash for name, (_, dash) in _looks(tasks).items()}


def _looks(tasks: Iterable[str]) -> dict[str, tuple[str, Dash]]:
    names = list(dict.fromkeys(tasks))
    structural = {name: (color, SOLID) for name, color in TASK_COLORS.items()}
    looks = {MAIN: (tone("ink"), SOLID), **structural, **OBJECTIVE_LOOKS}
    taken = set(OBJECTIVE_LOOKS.values())
    for name in sorted(set(names) - set(looks)):
        first = crc32(name.encode()) % len(FURTHER_COLORS)
        circle = FURTHER_COLORS[first:] + FURTHER_COLORS[:first]
        free = ((color, dash) for dash in (SOLID, DASHED, DOTTED) for color in circle)
        looks[name] = next((look for look in free if look not in taken), (circle[0], SOLID))
        taken.add(looks[name])
    return {name: looks[name] for name in names}


def run_colors(names: Iterable[str]) -> dict[str, str]:
    """Colour runs in their order: the first, which others are compared with, in grey."""
    runs = list(names)
    circle = [tone("muted" if len(runs) > 1 else "ink"), *TASK_COLORS.values()]
    return {name: circle[place % len(circle)] for place, name in enumerate(runs)}
