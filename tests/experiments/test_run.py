"""What a run is known by, and what it leaves."""

import os
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from ausrec.experiments.overrides import override

from ausrec.data import ListeningClub
from ausrec.errors import AusrecError
from ausrec.experiments import Run, execute
from ausrec.experiments.run import LATER, fixed_weighting, seeded
from ausrec.training.config import DataConfig
from ausrec.training.recipe import Recipe
from ausrec.training.trained import run
from ausrec.weighting import Manual, Shuffled
from tests.experiments.small import BASE, equal_run


def key(**settings: object) -> str:
    names = {name.replace("__", "."): value for name, value in settings.items()}
    return Run(override(BASE, names), "club", "ausrec", "all", 0).key


def test_what_decides_about_a_run_is_in_its_key() -> None:
    settings = {
        "model__dim": 5,
        "model__social": False,
        "train__seed": 1,
        "split__seed": 1,
        "train__l2": 0.1,
        "data__dataset": "lastfm",
        "data__mutual": True,
        "weighting__name": "equal",
        "weighting__meta_share": 0.5,
        "tasks__names": ("two_hop",),
    }
    keys = {key(**{name: value}) for name, value in settings.items()}
    assert len(keys | {key()}) == len(settings) + 1


def test_where_and_how_a_run_is_done_is_not() -> None:
    assert key(train__threads=2, train__device="cpu", train__checkpoint_every=1) == key()
    assert key(data__data_root="elsewhere") == key()
    run = equal_run()
    assert replace(run, dataset="x", strategy="y", tasks="z", seed=9).key == run.key
    # `equal` does not read what the learned weights do.
    other = replace(run.recipe, weighting="equal(meta_share=0.5)")
    assert replace(run, recipe=other).key == run.key


# Computed when the first results were stored; a store of that time must still be found.
FIRST_KEYS: list[tuple[dict[str, object], str]] = [
    ({}, "aaa1b480c17ea780fe2e9067"),
    (
        {
            "data.dataset": "lastfm",
            "weighting.name": "equal",
            "tasks.names": "sgl",
            "train.diagnose_every": 10,
        },
        "0520c81f29dca2b2f1c22876",
    ),
    (
        {
            "data.dataset": "club",
            "weighting.name": "none",
            "tasks.names": "none",
            "split.seed": 3,
            "train.seed": 3,
        },
        "9a8bd60a659f5ba2c002d6c7",
    ),
    (
        {
            "data.dataset": "epinions",
            "weighting.name": "published",
            "split.how": "leave_one_out",
            "model.dim": 8,
        },
        "aeb92b211aebce7f072e1b9d",
    ),
    (
        {
            "weighting.name": "manual",
            "weighting.weights": {"social_link": 0.5},
            "tasks.names": ("social_link",),
            "tasks.metapaths": ("user-item-user",),
            "model.social": False,
        },
        "d873898922d68354c8780fe4",
    ),
]


@pytest.mark.parametrize(("settings", "known"), FIRST_KEYS)
def test_a_setting_that_came_later_changes_no_key_of_before(
    settings: dict[str, object], known: str
) -> None:
    assert Run(override(Recipe(), settings), "x", "y", "z", 0).key == known


def test_a_setting_that_came_later_is_in_the_key_where_it_is_set() -> None:
    changed = {
        "split.keep": 0.5,
        "tasks.settings": {"sgl": {"temperature": 0.1}},
        "weighting.meta_softmax": 0.15,
        "weighting.update_every": 10,
        "weighting.fixed": {"sgl": 0.1},
        "train.geometry_every": 5,
    }
    assert set(changed) == {f"{group}.{name}" for group, names in LATER.items() for name in names}
    keys = {Run(override(Recipe(), {n: v}), "x", "y", "z", 0).key for n, v in changed.items()}
    assert len(keys - {FIRST_KEYS[0][1]}) == len(changed)


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
    result, trained = execute(job, graph=graph), run(job.recipe, show_progress=False)
    assert result.test == trained.test.metrics
    assert result.val == trained.val.metrics
    assert result.weights == trained.history.weights
    assert result.final_weights == pytest.approx({"social_link": 1.0})
    assert (result.epochs, result.best_epoch) == (2, trained.history.best_epoch)
    assert 0 < result.seconds_per_epoch < result.seconds
    assert result.peak_mib > 50
    assert list(result.per_user) == ["recall@10", "ndcg@10"]
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
    assert weighting.chosen == {"a": 1.5, "b": 0.75}
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
