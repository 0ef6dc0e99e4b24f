"""What the published constants do shows on the club already."""

import json
from pathlib import Path

from benchmarks.quirks import main, power


def test_the_published_gradient_is_below_epsilon(tmp_path: Path) -> None:
    out = tmp_path / "tables.json"
    main(["--dataset", "club", "--steps", "2", "--dim", "8", "--draws", "2000", "--out", str(out)])
    signal, negatives = json.loads(out.read_text()).values()
    published, free = signal
    assert float(published["largest"]) < float(published["Adam's ε"]) / 10
    assert float(free["largest"]) > 1e3 * float(free["Adam's ε"])
    moved, bound = "moved in 2 steps, at most", "Adam's learning rate × steps"
    assert float(published[moved]) < float(published[bound]) / 100
    assert float(free[moved]) > float(free[bound]) / 10
    shares = {row["task"]: row for row in negatives}
    # Three hops reach most of the club; the subsampled file holds few of these pairs.
    assert float(shares["three_hop"]["published, %"]) > 20
    # Where a friend shares an artist with everybody, there is no negative to be had.
    full = {row["scale_free, %"] for name, row in shares.items() if name != "metapath_uuiu"}
    assert full == {"0"}


def test_powers() -> None:
    assert (power(3.2e-12), power(0.0)) == ("3e-12", "0e+00")
