"""`ausrec search` as a user meets it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

pytest.importorskip("optuna", reason="the extra 'search' is not installed")

from optuna.distributions import FloatDistribution

from ausrec.cli import main
from ausrec.folder import MANIFEST, OutputFolder
from ausrec.runs.recipe import Recipe
from ausrec.runs.recipe_file import read_recipe
from tests.cli.conftest import FAST
from tests.words import instead

Complaint = Callable[[list[str]], str]
WORDS = [
    *("search", "--interactions", "plays.csv", "--social", "friends.csv", *FAST),
    *("--strategy", "equal", "--tasks", "social_link", "--jobs", "1", "--out", "s"),
]


@pytest.mark.slow
@pytest.mark.usefixtures("no_report")
def test_it_leaves_trials_and_settings_that_train_takes(
    here: Path, capsys: pytest.CaptureFixture[str], complaint: Complaint
) -> None:
    Path("space.yaml").write_text("train.l2: [0.01, 0.001]\nweighting.weight: {low: 0, high: 2}\n")
    words = [*WORDS, "--space", "space.yaml", "--trials", "3"]
    assert main(words) == 0
    printed = capsys.readouterr().out
    trials = pd.read_csv("s/trials.csv")
    assert list(trials["trial"]) == [0, 1, 2]
    assert {"value", "train.l2", "weighting.weight", "best_epoch"} <= set(trials.columns)
    best = trials.loc[trials["value"].idxmax()]
    recipe = read_recipe(Path("s/best.yaml"))
    assert recipe.train.l2 == best["train.l2"]
    assert recipe.get("weighting.weight") == best["weighting.weight"]
    assert "The best 3 of 3 trials" in printed and f"{best['value']:.4g}" in printed
    # The run that it leads to has the validation metric that it was chosen for.
    assert main(["train", "--config", "s/best.yaml", "--out", "r"]) == 0
    history = pd.read_parquet("r/history.parquet")
    val = history[history["quantity"] == "val/ndcg@10"]["value"].max()
    assert val == pytest.approx(best["value"], rel=1e-12)
    # More trials go on; another search in the same folder is refused.
    assert main(instead(words, "--trials", "4")) == 0
    assert pd.read_csv("s/trials.csv")["value"].tolist()[:3] == trials["value"].tolist()
    assert "differs in its seeds" in complaint([*words, "--seeds", "2"])


@pytest.mark.usefixtures("here")
def test_of_two_at_once_the_refused_one_leaves_the_other_its_folder(complaint: Complaint) -> None:
    with OutputFolder("s").reserved():
        assert "another command writes here" in complaint([*WORDS, "--trials", "1"])
    assert (Path("s") / MANIFEST).exists()


def test_flags_become_the_plan(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("space.yaml").write_text("train.l2: {low: 0.001, high: 0.1, log: true}\n")
    asked: list[Any] = []

    def find(*given: Any, **_: Any) -> None:
        asked.extend(given)
        raise KeyboardInterrupt

    monkeypatch.setattr("ausrec.cli.search_command.find", find)
    words = [
        *("search", "--dataset", "club", "--strategy", "ausrec(scale=2)", "--tasks", "two_hop"),
        *("--seeds", "3,5", "--batch", "7", "--search-seed", "9", "--space", "space.yaml"),
        *("--storage", "sqlite:///x.db", "--trials", "11", "--out", "s", "--dim", "8"),
    ]
    assert main(words) == 130
    plan, trials, storage = asked
    assert (plan.strategy, plan.tasks, plan.dataset) == ("ausrec(scale=2)", "two_hop", "club")
    assert (plan.seeds, plan.batch, plan.seed) == ("3,5", 7, 9)
    assert plan.searched == {"train.l2": FloatDistribution(0.001, 0.1, log=True)}
    assert (trials, storage) == (11, "sqlite:///x.db")
    assert plan.base.get("model.dim") == 8
    assert plan.base.train == Recipe().train


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ["search", "--dataset", "club", "--out", "s"],
            "--strategy is missing: add",
        ),
        (["search", "--dataset", "club", "--strategy", "equal"], "--out is missing"),
        ([*WORDS, "--trials", "0"], "trials is 0, but must be above 0"),
        ([*WORDS, "--trials", "x"], "--trials is 'x', but must be a whole number"),
        ([*WORDS, "--weighting", "equal"], "--weighting"),
        ([*WORDS, "--seed", "1"], "--seed: name seeds by --seeds"),
        ([*WORDS, "--space", "no.yaml"], "no.yaml: cannot be read"),
        ([*WORDS, "--space", "high.yaml"], "high.yaml:2: train.learning_rate is -1.0, but must"),
        ([*WORDS[:-1], "plays.csv"], "--out plays.csv is a file"),
    ],
)
def test_what_cannot_be_is_one_line(
    here: Path, complaint: Complaint, words: list[str], expected: str
) -> None:
    Path("high.yaml").write_text("train.l2: [0.1]\ntrain.learning_rate: [0.1, -1.0]\n")
    assert expected in complaint(words)
    assert not Path("s").exists()
