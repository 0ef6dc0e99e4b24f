"""Do the numbers of the method stay what they were? Short runs, before and after a change.

python -m benchmarks.same_numbers --out BEFORE     # in a checkout from before the change
python -m benchmarks.same_numbers --out AFTER --against BEFORE

Each weighting, each objective and each hypergradient estimator trains for two epochs by its
command line, on the club and, where `--data-root` names the data, on LastFM. Two histories agree
when every number but the seconds is the same, or differs by no more than 1e-9.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from ausrec.cli import main as ausrec

WEIGHTINGS = [
    "none",
    "equal",
    "published_weights",
    "random",
    "uncertainty",
    "dwa",
    "gradnorm",
    "pcgrad",
    "cagrad",
    "nash_mtl",
    "metabalance",
    "cosine_gate",
    "slgrad",
    "forkmerge",
    "free_logits",
    "ausrec",
    "ausrec_per_task",
    "published",
    "marec",
]
OBJECTIVES = [
    "sgl",
    "sgl_node_dropout",
    "sgl_random_walk",
    "sgl_ranking",
    "simgcl",
    "xsimgcl",
    "ncl",
    "hccf",
    "masked_edges",
    "autocf",
    "apr",
    "generator_discriminator",
    "mhcn",
    "sept",
    "dsl",
]
ESTIMATORS = [
    "unrolled",
    "fixed_length",
    "identity",
    "neumann",
    "conjugate_gradient",
    "finite_difference",
]
CLUB = ["--dataset", "club", "--dim", "16", "--train.batch_size", "2048", "--epochs", "2"]
LASTFM = ["--dataset", "lastfm", "--dim", "16", "--train.batch_size", "8192", "--epochs", "2"]
# Weightings by their present name where it is another one than in WEIGHTINGS.
RENAMED = {"published_weights": "paper_weights"}


def cases(data_root: str | None) -> dict[str, list[str]]:
    """Return the flags of every run by its name."""
    found: dict[str, list[str]] = {}
    for name in WEIGHTINGS:
        tasks = "sgl+dsl" if name == "published_weights" else "all"
        found[f"weighting {name}"] = [*CLUB, "--weighting", name, "--tasks", tasks]
    found["weighting manual"] = [
        *CLUB,
        "--weighting",
        "manual",
        "--weighting.weights",
        "{two_hop: 0.5}",
    ]
    for name in OBJECTIVES:
        found[f"objective {name}"] = [*CLUB, "--tasks", f"social_link+{name}"]
    for name in ESTIMATORS:
        settings = ["--weighting.hypergradient", name, "--tasks", "social_link+two_hop+sgl"]
        found[f"estimator {name}"] = [*CLUB, "--weighting", "ausrec", *settings]
    found |= {
        "marec tasks": [*CLUB, "--tasks", "marec+noise", "--weighting", "marec"],
        "meta-path": [*CLUB, "--metapath", "user-item-genre-item-user", "--tasks", "metapath_uiu"],
        "fixed": [*CLUB, "--tasks", "metapath_uiu+sgl", "--weighting.fixed", "{sgl: 0.1}"],
        "judged apart": [
            *CLUB,
            *("--weighting.meta_share", "0.5", "--weighting.meta_in_step", "false"),
            *("--weighting.meta_softmax", "0.15", "--weighting.update_every", "3"),
        ],
        "mf": [*CLUB, "--encoder", "mf", "--tasks", "social_link+metapath_uiu"],
        "leave one out": [*CLUB, "--split.how", "leave_one_out", "--split.keep", "0.5"],
        "dropout": [*CLUB, "--model.keep_edges", "0.6", "--model.social", "false"],
        "layer zero left out": [*CLUB, "--model.layer_zero", "false", "--tasks", "simgcl"],
        "uniform users": [*CLUB, "--train.sampling", "users", "--train.geometry_every", "1"],
    }
    if data_root is not None:
        for name in ("none", "equal", "ausrec", "published", "free_logits", "marec"):
            found[f"lastfm {name}"] = [*LASTFM, "--data-root", data_root, "--weighting", name]
        found["lastfm sgl"] = [*LASTFM, "--data-root", data_root, "--tasks", "all+sgl"]
    return found


def train(flags: list[str], folder: Path) -> pd.DataFrame | None:
    """Train as the flags say; return the history without its seconds, or None where it failed."""
    common = ["--out", str(folder), "--threads", "1", "--overwrite"]
    if ausrec(["train", *flags, *common]) != 0:
        return None
    history = pd.read_parquet(folder / "history.parquet")
    return history[history["quantity"] != "seconds"].reset_index(drop=True)


def difference(before: pd.DataFrame, after: pd.DataFrame) -> float:
    """Return the largest difference of two histories; infinite where they tell different things."""
    columns = ["epoch", "quantity", "task"]
    if not before[columns].equals(after[columns]):
        return float("inf")
    left, right = before["value"].to_numpy(), after["value"].to_numpy()
    return 0.0 if np.array_equal(left, right) else float(np.abs(left - right).max())


def main() -> int:
    """Train all cases, and compare them where there is something to compare with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the histories")
    parser.add_argument("--against", type=Path, help="folder of the histories from before")
    parser.add_argument("--data-root", help="folder of the public data sets")
    parser.add_argument("--only", default="", help="cases whose names hold this text")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    worst = 0.0
    for name, flags in cases(options.data_root).items():
        if options.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            history = train(flags, Path(folder) / "run")
            if history is None:
                renamed = [RENAMED.get(flag, flag) for flag in flags]
                history = train(renamed, Path(folder) / "run")
        file = f"{name.replace(' ', '_')}.parquet"
        if history is None:
            print(f"{name}: failed", file=sys.stderr)
            worst = float("inf")
            continue
        history.to_parquet(options.out / file)
        if options.against is not None:
            gap = difference(pd.read_parquet(options.against / file), history)
            worst = max(worst, gap)
            print(f"{name}: {'the same bits' if gap == 0 else f'differs by {gap:.1e}'}")
    print(f"largest difference: {worst:.1e}" if options.against else f"written to {options.out}")
    return int(worst > 1e-9)


if __name__ == "__main__":
    sys.exit(main())
