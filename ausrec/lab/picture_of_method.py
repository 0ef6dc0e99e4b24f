"""The one picture of the method, which returns in every chapter with the current part lit."""

from typing import NamedTuple

from ausrec.errors import AusrecError, nearest
from ausrec.lab.drawings import Drawing, motif
from ausrec.lab.look import ORANGE, TASK_COLORS


class _Box(NamedTuple):
    x: int
    y: int
    title: str
    symbol: str


_WIDTH, _HEIGHT = 136, 62
_BOXES = {
    "graph": _Box(6, 100, "Graph", "links S, plays R"),
    "encoder": _Box(168, 100, "Encoder", "LightGCN, table W"),
    "tasks": _Box(330, 20, "Seven tasks", "losses ℓ₁ … ℓ₇"),
    "recommendation": _Box(330, 180, "Recommendation", "loss ℓ of plays"),
    "weighting": _Box(492, 20, "Weighting network", "weights λ₁ … λ₇"),
    "step": _Box(492, 180, "Virtual step", "W′ = W − α ∇L(W, λ)"),
    "hypergradient": _Box(654, 20, "Hypergradient", "∂L_meta(W′) / ∂λ"),
    "meta": _Box(654, 180, "Meta loss", "L_meta(W′), held out"),
    "training": _Box(330, 268, "Real step", "train W with new λ"),
}
# Polylines from box to box; the last point has the arrow head.
_ARROWS = (
    "142,131 164,131",
    "304,122 317,122 317,51 326,51",
    "304,140 317,140 317,211 326,211",
    "466,51 488,51",
    "560,82 560,176",
    "466,211 488,211",
    "628,211 650,211",
    "722,180 722,86",
    "654,51 632,51",
    "560,242 560,299 470,299",
    "330,299 236,299 236,166",
)
_STYLE = f"""
.ausrec-method {{ display: block; width: 100%; min-width: 34rem; max-width: 50rem; }}
.ausrec-method text {{ fill: currentColor; text-anchor: middle; font: 13px sans-serif; }}
.ausrec-method .title {{ font-weight: 600; }}
.ausrec-method rect, .ausrec-method polyline {{ fill: none; stroke: currentColor; }}
.ausrec-method polygon {{ fill: currentColor; }}
.ausrec-method .dim {{ opacity: .45; }}
.ausrec-method .lit rect {{
  fill: {ORANGE}; fill-opacity: .22; stroke: {ORANGE}; stroke-width: 2.5;
}}
"""


def method_picture(*lit: str) -> Drawing:
    """Draw AusRec as a whole: from the graph to the weights, and back to the encoder.

    Args:
        lit: the parts that are lit: graph, encoder, tasks, recommendation, weighting, step, meta,
            hypergradient, training. Without any, no part is dimmed.

    Raises:
        AusrecError: when there is no such part.
    """
    for name in lit:
        if name not in _BOXES:
            raise AusrecError(f"unknown part '{name}'{nearest(name, _BOXES)}")
    boxes = "".join(_draw(name, box, lit) for name, box in _BOXES.items())
    arrows = "".join(_arrow(line) for line in _ARROWS)
    parts = ", ".join(_BOXES[name].title.lower() for name in lit)
    dim = ' class="dim"' if lit else ""
    words = "The method" + (f"; here: {parts}" if lit else "")
    html = (
        f'<style>{_STYLE}</style><div style="overflow-x:auto">'
        f'<svg class="ausrec-method" viewBox="0 0 796 336" role="img" aria-label="{words}">'
        f"<g{dim}>{arrows}</g>{boxes}</svg></div>"
    )
    return Drawing(html, words)


def _arrow(line: str) -> str:
    (x0, y0), (x, y) = (map(int, point.split(",")) for point in line.split()[-2:])
    # The unit vector of the last stretch, which is upright or level.
    along, down = (x > x0) - (x < x0), (y > y0) - (y < y0)
    back, side = (x - 7 * along, y - 7 * down), (4 * down, 4 * along)
    ends = (f"{back[0] + sign * side[0]},{back[1] + sign * side[1]}" for sign in (1, -1))
    return f'<polyline points="{line}"/><polygon points="{x},{y} {" ".join(ends)}"/>'


def _draw(name: str, box: _Box, lit: tuple[str, ...]) -> str:
    middle = box.x + _WIDTH // 2
    kind = ' class="lit"' if name in lit else ' class="dim"' if lit else ""
    icons = ""
    if name == "tasks":
        icons = "".join(
            f'<g transform="translate({box.x + 1 + 19.5 * place:g},{box.y - 17}) scale(.55)" '
            f'style="color:{color}">{motif(task)}</g>'
            for place, (task, color) in enumerate(TASK_COLORS.items())
        )
    return (
        f'<g{kind}><rect x="{box.x}" y="{box.y}" width="{_WIDTH}" height="{_HEIGHT}" rx="8"/>'
        f'<text class="title" x="{middle}" y="{box.y + 26}">{box.title}</text>'
        f'<text x="{middle}" y="{box.y + 46}">{box.symbol}</text>{icons}</g>'
    )
