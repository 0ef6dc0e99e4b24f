"""Time one AusRec step of this package against the published way of doing it.

    python -m benchmarks.step --data-root DATA [--datasets lastfm epinions dbook] [--repeats 5]

Both sides train on the same batches, in one process, in alternation. Beside them stand the 18
bare sparse products that a step cannot do without.
"""

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ausrec.graph.constant_product import sparse_csr
from ausrec.graph.propagation import NormalizedAdjacency, joint_adjacency
from ausrec.memory import keep_freed_memory
from ausrec.weighting import AusRec, PublishedAusRec
from benchmarks.package import PackageStep, loaded_graph, published_graph, translate
from benchmarks.published_batches import draw_epoch, read_published
from benchmarks.reference import PublishedStep, normalised_adjacency
from benchmarks.timing import alternate, report

DATASETS = ("lastfm", "epinions", "dbook")
DIM, NUM_LAYERS, NUM_PROPAGATIONS = 192, 3, 6


def bare_products(adjacency: NormalizedAdjacency, dim: int = DIM) -> Callable[[], None]:
    """Return a function that does the sparse products of a step and nothing else.

    Six propagations of three layers: three with the matrix, three with its transpose, over the
    nodes that have an edge, as plain CSR products with both matrices ready.
    """
    size = (len(adjacency.active), len(adjacency.active))
    view = adjacency.full()
    forward = (adjacency.starts, adjacency.columns, view.values)
    backward = (adjacency.starts_transposed, adjacency.columns_transposed, view.transposed)
    matrices = [sparse_csr(*parts, size) for parts in (forward, backward)]
    dense = torch.randn(size[0], dim, generator=torch.Generator().manual_seed(0))

    def products() -> None:
        for _ in range(NUM_PROPAGATIONS * NUM_LAYERS // 2):
            for matrix in matrices:
                torch.sparse.mm(matrix, dense)

    return products


def measure(
    folder: Path, repeats: int, *, phantoms: bool = False, whole_backward: bool = True
) -> dict[str, Any]:
    """Return a row of the table for one data set.

    Args:
        folder: holds train.txt, test.txt, social.txt and published_pairs.
        repeats: counted rounds; one more warms up.
        phantoms: let the package train on the published ids too, instead of those that it loads.
        whole_backward: see `PublishedStep`.
    """
    data = read_published(folder)
    graph = published_graph(data) if phantoms else loaded_graph(folder)
    batches = list(islice(draw_epoch(data, np.random.default_rng(0)), repeats + 1))
    own = batches if phantoms else [translate(batch, graph) for batch in batches]

    adjacency = normalised_adjacency(
        torch.from_numpy(data.interactions),
        torch.from_numpy(data.social),
        data.num_users,
        data.num_items,
    )
    reference = PublishedStep(
        adjacency,
        data.num_users,
        generator=torch.Generator().manual_seed(0),
        dim=DIM,
        num_layers=NUM_LAYERS,
        whole_backward=whole_backward,
    )
    published, scale_free = (
        PackageStep(graph, weighting, dim=DIM, num_layers=NUM_LAYERS)
        for weighting in (PublishedAusRec(), AusRec())
    )
    sides = {
        "reference": on_each(reference.step, iter(batches)),
        "published": on_each(published.step, iter(own)),
        "scale_free": on_each(scale_free.step, iter(own)),
        "products": bare_products(NormalizedAdjacency(joint_adjacency(graph))),
    }
    seconds = alternate(sides, repeats)
    return {
        "data set": folder.name,
        "nodes, reference": data.num_users + data.num_items,
        "nodes, package": graph["user"].num_nodes + graph["item"].num_nodes,
        "reference, ms": 1e3 * seconds["reference"],
        "published mode, ms": 1e3 * seconds["published"],
        "scale_free mode, ms": 1e3 * seconds["scale_free"],
        "faster, published": seconds["reference"] / seconds["published"],
        "faster, scale_free": seconds["reference"] / seconds["scale_free"],
        "18 products, ms": 1e3 * seconds["products"],
        "step / products, published": seconds["published"] / seconds["products"],
        "step / products, scale_free": seconds["scale_free"] / seconds["products"],
    }


def on_each(step: Callable[[Any], object], batches: Iterator[Any]) -> Callable[[], object]:
    """Return a function that takes the step on the next batch."""
    return lambda: step(next(batches))


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-root", type=Path, required=True, help="holds ausrec/<data set>/")
    parser.add_argument("--datasets", nargs="+", choices=DATASETS, default=DATASETS)
    parser.add_argument("--repeats", type=int, default=3, help="counted rounds (default 3)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--phantoms", action="store_true", help="the package keeps ids that nothing refers to"
    )
    parser.add_argument(
        "--pruned", action="store_true", help="a kinder reference: see PublishedStep"
    )
    parser.add_argument("--out", type=Path, help="write the rows as JSON")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    keep_freed_memory()
    measure_one = partial(
        measure,
        repeats=arguments.repeats,
        phantoms=arguments.phantoms,
        whole_backward=not arguments.pruned,
    )
    rows = [measure_one(arguments.data_root / "ausrec" / name) for name in arguments.datasets]
    title = f"One AusRec step, {arguments.threads} threads, medians of {arguments.repeats}"
    report(title, rows, arguments.out)


if __name__ == "__main__":
    main()
