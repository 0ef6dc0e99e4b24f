"""What a run is known by, and what it leaves."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ausrec.data import ListeningClub
from ausrec.errors import AusrecError
from ausrec.experiments import Run, execute
from ausrec.experiments.run import fixed_weighting, seeded
from ausrec.runs.data_config import DataConfig
from ausrec.runs.recipe import Recipe, flatten
from ausrec.runs.trained import run
from ausrec.training.config import SplitConfig, TrainConfig
from ausrec.weighting import Manual, Shuffled
from tests.experiments.small import BASE, equal_run


def key(settings: Mapping[str, object] | None = None, base: Recipe = BASE) -> str:
    return Run(base.set_all(settings or {}), "club", "ausrec", "all", 0).key


def test_what_decides_about_a_run_is_in_its_key() -> None:
    settings = {
        "model": "mf",
        "model.dim": 5,
        "model.social": False,
        "train.seed": 1,
        "train.loss": "ssm",
        "train.l2": 0.1,
        "split.seed": 1,
        "data.dataset": "lastfm",
        "data.mutual": True,
        "weighting": "equal",
        "weighting.meta_share": 0.5,
        "tasks": "two_hop",
    }
    keys = {key({name: value}) for name, value in settings.items()}
    assert len(keys | {key()}) == len(settings) + 1


def test_where_and_how_a_run_is_done_is_not() -> None:
    assert key({"train.threads": 2, "train.device": "cpu", "train.checkpoint_every": 1}) == key()
    assert key({"data.data_root": "elsewhere"}) == key()
    run = equal_run()
    assert replace(run, dataset="x", strategy="y", tasks="z", seed=9).key == run.key


def test_a_run_is_known_by_what_differs_from_the_defaults() -> None:
    recipe = Recipe(
        DataConfig("club"),
        SplitConfig(keep=0.5),
        "lightgcn(dim=8, layers=3)",
        "all+sgl(temperature=0.1, rate=0.1)",
        "gradnorm(asymmetry=2, learning_rate=0.025)",
        TrainConfig(epochs=200, ks=(5, 10)),
    )
    settings = {
        "data.dataset": "club",
        "split.keep": 0.5,
        "model": "lightgcn(dim=8)",
        "tasks": "all+sgl(temperature=0.1)",
        "weighting": "gradnorm(asymmetry=2.0)",
        "train.ks": [5, 10],
    }
    run = Run(recipe, "x", "y", "z", 0)
    assert json.loads(json.dumps(run.settings)) == settings
    assert Run(Recipe(), "x", "y", "z", 0).settings == {}
    # So a setting that is added to the package later, with a default, leaves the key as it is.
    text = json.dumps(settings, sort_keys=True)
    assert run.key == hashlib.sha256(text.encode()).hexdigest()[:24] == "6f2e48a751ba90d1b507a1bf"


def test_a_setting_at_its_default_does_not_change_the_key() -> None:
    for name, value in flatten(Recipe().to_mapping()).items():
        assert key({name: value}, Recipe()) == key(base=Recipe()), name


def test_the_source_of_weights_is_in_the_key() -> None:
    run, source, other = equal_run(), equal_run(1), equal_run(2)
    runs = [
        run,
        replace(run, weights_of=source),
        replace(run, weights_of=other),
        replace(run, weights_of=source, shuffled=True),
    ]
    assert len({each.key for each in runs}) == 4


def test_a_table_is_known_by_its_content(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("user,item\nann,x\n")
    second.write_text("user,item\nann,x\n")

    def of(path: Path) -> str:
        links = {"item-has-genre": str(path)}
        data = DataConfig(interactions=str(path), links=links)
        return Run(Recipe(data=data), "mine", "ausrec", "all", 0).key

    before = of(first)
    assert of(second) == before
    second.write_text("user,item\nann,y\n")
    os.utime(second, (1, 1))
    assert of(second) != before
    assert of(first) == before
    assert of(tmp_path / "none.csv") != before


def test_a_run_leaves_what_its_recipe_leads_to() -> None:
    job = equal_run(3)
    graph = ListeningClub()[0]
    result, trained = execute(job), run(job.recipe, show_progress=False)
    assert result.test == trained.test.metrics
    assert result.val == trained.val.metrics
    assert result.weights == trained.history.weights
    assert (result.epochs, result.best_epoch) == (2, trained.history.best_epoch)
    assert 0 < result.seconds_per_epoch < result.seconds
    assert result.peak_mib > 50
    by_user = ["recall", "precision", "ndcg", "hit_rate", "mrr", "map", "user_coverage"]
    by_user += ["novelty", "popularity_lift", "diversity", "attribute_diversity", "calibration"]
    assert list(result.per_user) == [f"{name}@{k}" for name in by_user for k in (10, 20)]
    mean = sum(result.per_user["ndcg@10"]) / len(result.users)
    assert mean == pytest.approx(result.test["ndcg@10"])
    assert result.users[0] == graph["user"].raw_id[int(trained.test.per_user.index[0])]
    timeless = [h[h["quantity"] != "seconds"] for h in (result.history, trained.history.table)]
    pd.testing.assert_frame_equal(*timeless)


def test_the_test_part_can_be_left_unread() -> None:
    result = execute(equal_run(), read_test=False)
    assert (result.test, result.users, result.per_user) == ({}, [], {})
    assert result.val["ndcg@10"] > 0


def test_kept_weights_are_scaled_as_they_were() -> None:
    ausrec = "ausrec(scale=3.0)"
    source = replace(equal_run(), recipe=replace(BASE, weighting=ausrec))
    run = replace(equal_run(), weights_of=source)
    weighting = fixed_weighting(run, {"a": 0.5, "b": 0.25, "not here": 1.0}, ["a", "b"])
    assert isinstance(weighting, Manual)
    assert weighting.weights == {"a": 1.5, "b": 0.75}
    shuffled = fixed_weighting(replace(run, shuffled=True), {"a": 1.0, "b": 2.0}, ["a", "b"])
    assert isinstance(shuffled, Shuffled)
    with pytest.raises(AusrecError, match="has none for b; name tasks that both have"):
        fixed_weighting(run, {"a": 1.0}, ["a", "b"])


def test_a_run_with_kept_weights_is_one_with_weights_by_hand() -> None:
    run = replace(equal_run(), weights_of=equal_run(1))
    by_hand = "manual(weights={social_link: 0.25})"
    expected = execute(replace(equal_run(), recipe=replace(run.recipe, weighting=by_hand)))
    found = execute(run, weights={"social_link": 0.25})
    assert found.test == expected.test
    assert found.weights == pytest.approx({"social_link": 0.25})


def test_split_and_training_share_the_seed() -> None:
    found = seeded(Recipe(), 7)
    assert (found.split.seed, found.train.seed) == (7, 7)
