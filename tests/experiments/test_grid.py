"""A grid is the runs that were asked for, each once, or one line that says what is wrong."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ausrec.errors import AusrecError
from ausrec.experiments.grid import unique, with_sources
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.training.config import DataConfig
from tests.experiments.small import BASE, grid

TWO_LAYERS = replace(BASE, model=replace(BASE.model, layers=2))


def labels(strategies: str, tasks: str, **more: Any) -> list[tuple[str, str, int]]:
    runs = grid(strategies, tasks, **more).runs(show=False)
    return [(run.strategy, run.tasks, run.seed) for run in runs]


def test_the_grid_of_the_issue() -> None:
    found = labels("equal,dwa,ausrec", "all,none,social_link", seeds=2)
    one = [
        *((name, "all") for name in ("equal", "dwa", "ausrec")),
        ("none", "none"),
        *((name, "social_link") for name in ("equal", "dwa", "ausrec")),
    ]
    assert found == [(*cell, seed) for seed in (0, 1) for cell in one]


def test_the_seed_splits_and_trains() -> None:
    runs = grid("equal", seeds="3,5").runs(show=False)
    seeds = [(run.recipe.split.seed, run.recipe.train.seed, run.seed) for run in runs]
    assert seeds == [(3, 3, 3), (5, 5, 5)]


def test_the_encoder_alone_is_one_variant() -> None:
    runs = grid("none,equal,ausrec", "none,social_link").runs(show=False)
    cells = [(run.strategy, run.tasks) for run in runs]
    expected = [("none", "none"), ("equal", "social_link"), ("ausrec", "social_link")]
    assert cells == expected
    assert runs[0].recipe.weighting == "none"
    assert runs[0].recipe.tasks == "none"


def test_variants_that_are_the_same_are_run_once() -> None:
    found = labels("equal,equal(weight=1),equal(weight=1.0)", "social_link+two_hop")
    assert found == [("equal", "social_link+two_hop", 0)]
    assert labels("equal", "two_hop+social_link,social_link+two_hop") == found


def test_tasks_of_marec_and_of_other_paradigms_are_sets_too() -> None:
    found = labels("equal", "marec,xsimgcl+apr,all+simgcl", base=TWO_LAYERS)
    assert found == [("equal", name, 0) for name in ("marec", "xsimgcl+apr", "all+simgcl")]
    assert labels("equal", "apr+xsimgcl,xsimgcl+apr", base=TWO_LAYERS) == found[1:2]


def test_words_stand_for_sets_of_the_tasks_that_the_data_has() -> None:
    base = replace(BASE, tasks="all+metapath(path=user-item-genre-item-user)")
    names = [*STRUCTURAL_TASKS, "metapath_user_item_genre_item_user"]
    found = labels("equal", "alone", base=base)
    assert found == [("equal", name, 0) for name in names]


def test_derived_strategies_take_the_weights_of_the_same_cell() -> None:
    runs = grid("frozen,shuffled", seeds=2).runs(show=False)
    assert [(run.shuffled, run.seed) for run in runs] == [
        *((False, 0), (True, 0), (False, 1), (True, 1))
    ]
    for run in runs:
        source = run.weights_of
        assert source is not None
        assert (source.strategy, source.tasks, source.seed) == ("ausrec", run.tasks, run.seed)
        assert source.recipe.weighting == "ausrec"
        assert source.recipe.train.seed == run.seed
    found = [run.strategy for run in with_sources(runs)]
    assert found == ["ausrec", "frozen", "shuffled"] * 2
    with_learned = grid("ausrec,frozen", seeds=2).runs(show=False)
    assert with_sources(with_learned) == with_learned


def test_weights_of_another_data_set(tmp_path: Path) -> None:
    plays = tmp_path / "plays.csv"
    rows = [f"u{user},i{(user * 3 + step) % 11}" for user in range(12) for step in range(5)]
    plays.write_text("\n".join(["user,item", *rows]))
    base = replace(BASE, data=DataConfig(interactions=str(plays)))
    (run,) = grid("frozen(dataset=club)", "metapath_uiu", base=base).runs(show=False)
    assert run.weights_of is not None
    assert run.weights_of.dataset == "club"


def test_several_data_sets_and_a_condition() -> None:
    one = grid("none", datasets="club").runs(show=False)
    assert [run.dataset for run in one] == ["club"]
    (two,) = grid("none", datasets="club", condition="in the dark").runs(show=False)
    assert two.dataset == "club, in the dark"
    # The encoder alone is the same run, and the baseline of either condition.
    assert two.key == one[0].key
    assert unique([*one, two, two, *one]) == [*one, two]


def test_settings_of_objectives_go_to_the_sets_that_name_them() -> None:
    tasks = "all"
    runs = grid("none,equal", "sgl,social_link", base=replace(BASE, tasks=tasks)).runs(show=False)
    found = {run.tasks: run.recipe.tasks.settings for run in runs}
    assert found == {"none": {}, "sgl": {"sgl": {"temperature": 0.5}}, "social_link": {}}
    plain = {run.tasks: run.key for run in grid("none,equal", "sgl,social_link").runs(show=False)}
    same = {run.tasks for run in runs if plain[run.tasks] == run.key}
    assert same == {"none", "social_link"}


@pytest.mark.parametrize(
    ("strategies", "tasks", "more", "message"),
    [
        ("equl", "all", {}, "unknown strategy 'equl'; did you mean 'equal'"),
        ("equal", "socal_link", {}, "unknown task 'socal_link'; did you mean 'social_link'"),
        ("equal", "all", {"datasets": "clob"}, "data set 'clob' is unknown; did you mean 'club'"),
        ("equal", "all", {"seeds": 0}, "no seeds: give a number above 0"),
        ("equal", "all", {"seeds": "a"}, "seeds 'a': write how many"),
        ("equal", "all", {"seeds": 20261024}, "more than 1000: write '20261024,' for this seed al"),
        ("equal", "all", {"seeds": [2**63]}, r"a seed is about 2\^63, but must be below"),
        (
            "equal",
            "all",
            {"seeds": f"1,{2**70}"},
            r"a seed is about 2\^70, but must be below 2\^63",
        ),
        ("equal", "all", {"seeds": [-1]}, "a seed is -1, but must be 0 or more"),
        ("", "all", {}, "a grid needs strategies"),
        ("equal", "", {}, "a grid needs tasks"),
        ("shuffled", "social_link", {}, "'shuffled' on tasks 'social_link' of club: there is not"),
        ("frozen(dataset=clob)", "all", {}, "'clob' is unknown; did you mean 'club'"),
        ("frozen(dataset=)", "all", {}, "'dataset=' is not SETTING=VALUE"),
        ("manual", "social_link", {}, "no weights are given: write manual"),
        ("manual(weights={two_hop: 1})", "social_link", {}, "'two_hop', which is not among the"),
        ("paper_weights", "generator_discriminator", {}, "has no published weight: give it by"),
        (
            "equal",
            "social_link",
            {"base": replace(BASE, tasks="all")},
            "'sgl' is in none of the sets of tasks",
        ),
        (
            "equal",
            "sgl",
            {"base": replace(BASE, tasks="all")},
            "'sgl' has no setting 'rte'; did you mean 'rate'",
        ),
        ("equal(weight=abc)", "all", {}, "weighting.weight is 'abc', but must be a number"),
        ("equal(wight=1)", "all", {}, "no setting 'wight'; did you mean 'weight'"),
    ],
)
def test_impossible_grids_are_refused(
    strategies: str, tasks: str, more: dict[str, Any], message: str
) -> None:
    with pytest.raises(AusrecError, match=message) as caught:
        grid(strategies, tasks, **more).runs(show=False)
    assert "\n" not in str(caught.value)


def test_settings_that_no_strategy_reads_are_refused() -> None:
    base = replace(BASE, weighting="ausrec(meta_share=0.5)")
    with pytest.raises(AusrecError, match="none of the strategies reads it"):
        grid("equal", base=base).runs(show=False)
