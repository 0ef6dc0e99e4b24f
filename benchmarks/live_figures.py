"""Time the live figures: from a move of the pointer to the new frame.

    python -m benchmarks.live_figures [--moves 100]

Each figure is opened in Chromium as a page without a kernel. The pointer is dragged over its first
handle; a move's time runs from the event to the end of the frame in which the figure is redrawn.
"""

import argparse
import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from playwright.sync_api import Page, sync_playwright

import ausrec
from ausrec.lab.panels.base.live_panel import LivePanel

# From the event, as the page receives it, to the next frame after the one that draws.
MEASURE = """root => {
  window.times = [];
  const handle = root.querySelector('svg[role=slider]');
  handle.addEventListener('pointermove', event => {
    requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - event.timeStamp)));
  });
}"""


def a_step() -> ausrec.Step:
    """Make the frozen step of the dozen, as the chapter on the meta-weighting step does."""
    names = ("social_triangle", "metapath_uiu", "three_hop")
    graph = ausrec.add_relations(ausrec.a_dozen_users(), names)
    model = ausrec.LightGCN(graph, dim=4, layers=2, init_std=1.0, seed=2).double()
    model.adjacency = ausrec.NormalizedAdjacency(ausrec.joint_adjacency(graph).astype(np.float64))
    tasks = {"main": ausrec.Recommendation(graph)}
    tasks |= {task.name: task for task in ausrec.relation_tasks(graph, names)}
    rng = np.random.default_rng(2)
    batches = {name: task.draw(40 if name == "main" else 30, rng) for name, task in tasks.items()}
    meta = ausrec.Triplets(*(column[28:] for column in batches["main"]))
    view = model.view(torch.Generator(), hidden=torch.stack([meta.user, meta.pos]))
    return ausrec.Step(model, tasks, batches, meta=meta, num_meta_rows=12, view=view)


def a_player() -> LivePanel:
    """Play a short run of the club."""
    train = ausrec.TrainConfig(epochs=20, batch_size=1024, learning_rate=0.01)
    trained = ausrec.run(ausrec.Recipe("club", train=train), show_progress=False)
    player: LivePanel = ausrec.WeightPlayer(trained)
    return player


def a_view_lab() -> LivePanel:
    """Look at two views of the dozen."""
    dozen = ausrec.a_dozen_users()
    encoder = ausrec.LightGCN(dozen, dim=16, init_std=0.3, seed=0)
    lab: LivePanel = ausrec.ViewLab(encoder, list(dozen["user"].name))
    return lab


FIGURES: dict[str, Callable[[], LivePanel]] = {
    "microscope": lambda: ausrec.Microscope(a_step()),
    "hypergradient scope": lambda: ausrec.HypergradientScope(
        ausrec.Quadratic.random(2, 2, condition=5.0, seed=3)
    ),
    "graph explorer": lambda: ausrec.GraphExplorer(
        ausrec.a_dozen_users(), user=6, relation="metapath_uuiu"
    ),
    "propagation": lambda: ausrec.Propagation(ausrec.a_dozen_users(), user=3),
    "view lab": a_view_lab,
    "weight player": a_player,
    "task mixer": lambda: ausrec.TaskMixer(),
}


def measure(page: Page, path: Path, moves: int) -> list[float]:
    """Drag over a figure, and return the time of each move in milliseconds."""
    page.goto(path.as_uri())
    root = page.locator(".ausrec-live")
    root.evaluate(MEASURE)
    handle = root.locator("svg[role=slider]").first
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    turns = np.linspace(0, 4 * np.pi, moves)
    places = [(0.5 + 0.4 * np.sin(turn), 0.5 + 0.4 * np.cos(turn)) for turn in turns]
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for across, down in places:
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => done()))")
    page.mouse.up()
    times: list[float] = page.evaluate("times")
    return times


def main() -> None:
    """Print the median and the 95th percentile of each figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=100)
    moves = parser.parse_args().moves
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        print(f"{'figure':22}{'median ms':>10}{'95 % ms':>10}")
        for name, make in FIGURES.items():
            times = measure(page, make().save(Path(folder) / f"{name}.html"), moves)
            worst = statistics.quantiles(times, n=20)[-1]
            print(f"{name:22}{statistics.median(times):10.1f}{worst:10.1f}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
