"""A grid is the runs that were asked for, each once, or one line that says what is wrong."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError, SettingError
from ausrec.experiments.grid import Grid, read_names, read_seeds, unique, with_sources
from ausrec.experiments.run import execute, seeded
from ausrec.graph import STRUCTURAL_TASKS, adjacency
from ausrec.graph.formula import Formula
from ausrec.runs.data_config import DataConfig
from ausrec.runs.recipe import Recipe
from ausrec.training import TrainConfig
from ausrec.weighting import Step, Weighed, Weighting
from tests.experiments.small import BASE, grid

TWO_LAYERS = BASE.set("model.layers", 2)


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
    assert runs[0].recipe == seeded(BASE.without_tasks(), 0)


def test_variants_that_are_the_same_are_run_once() -> None:
    found = labels("equal,equal(weight=1),equal(weight=1.0)", "social_link+two_hop")
    assert found == [("equal", "social_link+two_hop", 0)]
    assert labels("equal", "two_hop+social_link,social_link+two_hop") == found


def test_tasks_of_marec_and_of_other_paradigms_are_sets_too() -> None:
    found = labels("equal", "marec,xsimgcl+apr,all+simgcl", base=TWO_LAYERS)
    assert found == [("equal", name, 0) for name in ("marec", "xsimgcl+apr", "all+simgcl")]
    assert labels("equal", "apr+xsimgcl,xsimgcl+apr", base=TWO_LAYERS) == found[1:2]


def test_words_stand_for_sets_of_the_tasks_that_the_data_has() -> None:
    assert labels("equal", "alone") == [("equal", name, 0) for name in STRUCTURAL_TASKS]
    found = labels("equal", "left_out")
    assert found == [("equal", f"all-{name}", 0) for name in STRUCTURAL_TASKS]


def test_encoders_share_one_split_which_sequences_decide() -> None:
    def splits(encoders: str, base: Recipe) -> set[tuple[str, str]]:
        found = Grid("none", datasets="ordered_club", encoders=encoders, base=base).runs(show=False)
        return {(run.recipe.model.name, run.recipe.split.how) for run in found}

    for encoders in ("lightgcn,sasrec(dim=8)", "sasrec(dim=8),lightgcn"):
        found = splits(encoders, Recipe())
        assert found == {("lightgcn", "leave_one_out"), ("sasrec", "leave_one_out")}
        found = splits(encoders, Recipe().set("split.how", "random"))
        assert found == {("lightgcn", "random"), ("sasrec", "random")}


def test_derived_strategies_take_the_weights_of_the_same_cell() -> None:
    runs = grid("frozen,shuffled", seeds=2).runs(show=False)
    assert [(run.shuffled, run.seed) for run in runs] == [
        *((False, 0), (True, 0), (False, 1), (True, 1))
    ]
    for run in runs:
        source = run.weights_of
        assert source is not None
        assert (source.strategy, source.tasks, source.seed) == ("ausrec", run.tasks, run.seed)
        assert str(source.recipe.weighting) == "ausrec"
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


def test_settings_of_tasks_stand_behind_their_names() -> None:
    path = "metapath(path=user-item-user)"
    runs = grid("none,equal", f"sgl(temperature=0.5),sgl,{path}", base=TWO_LAYERS).runs(show=False)
    assert [run.tasks for run in runs] == ["none", "sgl(temperature=0.5)", "sgl", path]
    assert len({run.key for run in runs}) == 4
    assert [str(run.recipe.tasks) for run in runs] == [run.tasks for run in runs]


@pytest.mark.parametrize(
    ("strategies", "tasks", "more", "message"),
    [
        ("equl", "all", {}, "strategies 'equl' is unknown; did you mean 'equal'"),
        ("equal", "socal_link", {}, "tasks 'socal_link' is unknown; did you mean 'social_link'"),
        ("equal", "all", {"datasets": "clob"}, "data set 'clob' is unknown; did you mean 'club'"),
        ("equal", "all", {"seeds": 0}, "seeds are missing: give a number above 0"),
        ("equal", "all", {"seeds": "a"}, "seeds 'a': write how many"),
        ("equal", "all", {"seeds": 20261024}, "more than 1000: write '20261024,' for this seed al"),
        ("equal", "all", {"seeds": [2**63]}, r"seed is about 2\^63, but must be below"),
        (
            "equal",
            "all",
            {"seeds": f"1,{2**70}"},
            r"seed is about 2\^70, but must be below 2\^63",
        ),
        ("equal", "all", {"seeds": [-1]}, "seed is -1, but must be 0 or more"),
        ("", "all", {}, "strategies are missing: name at least one"),
        ("equal", "", {}, "tasks are missing: name at least one"),
        ("shuffled", "social_link", {}, "'shuffled' on tasks 'social_link' of club: there is not"),
        ("frozen(dataset=clob)", "all", {}, "'clob' is unknown; did you mean 'club'"),
        ("frozen(dataset=)", "all", {}, "'dataset=' is not SETTING=VALUE"),
        ("manual", "social_link", {}, "no weights are given: write manual"),
        ("manual(weights={two_hop: 1})", "social_link", {}, "'two_hop', which is not among the"),
        (
            "paper_weights",
            "generator_discriminator",
            {},
            "no paper gives task 'generator_discriminator' a weight",
        ),
        ("equal", "sgl(rte=1)", {}, "tasks.sgl.rte is no setting of 'sgl'; did you mean 'rate'"),
        ("equal(weight=abc)", "all", {}, "strategies.weight is 'abc', but must be a number"),
        ("equal(wight=1)", "all", {}, "no setting of 'equal'; did you mean 'weight'"),
        ("equal(weight=1", "all", {}, "a bracket is not closed"),
        ("equal", "all", {"weighting": {"meta_share": 0.5}}, "none of the strategies has it"),
        (
            "equal",
            "all",
            {"weighting": {"name": "dwa"}},
            "weighting.name is set, but none of the strategies has it",
        ),
    ],
)
def test_impossible_grids_are_refused(
    strategies: str, tasks: str, more: dict[str, Any], message: str
) -> None:
    with pytest.raises(AusrecError, match=message) as caught:
        grid(strategies, tasks, **more).runs(show=False)
    assert "\n" not in str(caught.value)


@given(st.lists(st.integers(0, 99), min_size=1, max_size=5, unique=True))
def test_seeds_are_listed_or_counted(seeds: list[int]) -> None:
    assert read_seeds(seeds) == tuple(seeds)
    assert read_seeds(",".join(map(str, seeds)) + ",") == tuple(seeds)
    assert read_seeds(len(seeds)) == read_seeds(str(len(seeds))) == tuple(range(len(seeds)))


def test_names_are_listed_or_have_commas() -> None:
    assert read_names("a, b(c=1, d=2),a") == read_names(["a", "b(c=1, d=2)", "a"])
    assert read_names("") == ()


def test_recommenders_are_strategies_without_tasks() -> None:
    grid = Grid("popularity,ease(l2=5),none", tasks="all,social_link", seeds=2, datasets="club")
    runs = grid.runs(show=False)
    cells = [(run.strategy, run.tasks) for run in runs if run.seed == 0]
    assert cells == [("popularity", "none"), ("ease(l2=5)", "none"), ("none", "none")]
    result = execute(runs[1])
    assert (result.epochs, result.weights, len(result.history)) == (0, {}, 0)
    assert result.test["ndcg@10"] > execute(runs[0]).test["ndcg@10"]


def test_settings_of_training_do_not_repeat_a_recommender() -> None:
    base = Recipe().set("train.epochs", 3)
    runs = [Grid("ease", datasets="club", base=b).runs(show=False)[0] for b in (Recipe(), base)]
    assert runs[0].key == runs[1].key
    other = Grid("ease(l2=7)", datasets="club").runs(show=False)[0]
    assert other.key != runs[0].key


@dataclass
class Rising(Weighting):
    pace: float = 0.1

    def weigh(self, step: Step) -> Weighed:
        return Weighed(dict.fromkeys(step.auxiliary, torch.tensor(self.pace)), {})


def strangers(graph: HeteroData) -> Formula:
    return adjacency(graph, "user", "trusts", "user")


def test_objects_and_classes_of_ones_own_take_the_place_of_names() -> None:
    quick = Recipe("club", train=TrainConfig(epochs=1, threads=1))
    grid = Grid([Rising(0.2), Rising, "equal"], [strangers, ("social_link", strangers)], base=quick)
    runs = grid.runs(show=False)
    labels = [(run.strategy, run.tasks) for run in runs]
    assert labels == [
        (strategy, tasks)
        for tasks in ("strangers", "social_link+strangers")
        for strategy in ("Rising(pace=0.2)", "Rising", "equal")
    ]
    codes = [run.settings["code"] for run in runs]
    assert [set(code) for code in codes[:3]] == [
        *[{"weighting", "tasks.strangers"}] * 2,
        {"tasks.strangers"},
    ]
    assert codes[0]["weighting"] != codes[1]["weighting"]
    assert len({run.key for run in runs}) == 6
    with pytest.raises(SettingError, match="are two of the name 'Rising'"):
        Grid([Rising(), Rising], base=quick)


def test_two_data_sets_of_one_name_are_refused(tmp_path: Path) -> None:
    tables = [tmp_path / name for name in ("one.csv", "two.csv")]
    for table in tables:
        table.write_text("user,item\na,x\nb,y\n")
    datasets = [f"mine={table}" for table in tables]
    with pytest.raises(SettingError, match=r"^datasets are two of the name 'mine': give one"):
        Grid("none", datasets=datasets).runs(show=False)
    assert len(grid("none", datasets="club,club").runs(show=False)) == 1
