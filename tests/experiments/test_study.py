"""Studies: those that come with the kit can be run, and mistakes in one's own are named."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from ausrec.errors import AusrecError
from ausrec.experiments.grid import Grid, unique
from ausrec.experiments.run import Run
from ausrec.experiments.strategies import DERIVED, parse_strategy
from ausrec.experiments.study import STUDIES, Study, list_studies, read_study
from ausrec.runs.recipe import STRATEGIES
from ausrec.tasks import OBJECTIVES

SEQUENCES = ("sequence_encoders", "s3rec_weights", "masked_branch")
NAMES = sorted(path.stem for path in STUDIES.glob("*.yaml"))
TRAIN = {"train.epochs": 1}


def club_for(study: Study) -> str:
    """Return the generated data that a study can run on: encoders of sequences need an order."""
    return "ordered_club" if {"sasrec", "bert4rec"} & set(models(study)) else "club"


def models(study: Study) -> list[str]:
    settings = [study.base, *(grid.get("settings", {}) for grid in study.grids)]
    return [each["model"] for each in settings if "model" in each]


def runs_of(study: Study, **given: Any) -> list[Run]:
    return unique(run for grid in study.expand(**given) for run in grid.runs(show=False))


@pytest.mark.parametrize("name", NAMES)
def test_every_study_can_be_expanded_into_runs(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = read_study(name)
    if "dataset=" in str(study.grids):  # weights of another data set, which must be there
        monkeypatch.setenv("AUSREC_DATA_HOME", str(request.getfixturevalue("real_data")))
    runs = runs_of(study, datasets=club_for(study), seeds="1")
    strategies = {run.strategy for run in runs}
    assert runs and {run.seed for run in runs} == {0}
    assert study.baseline in strategies
    assert study.title and study.question.endswith((".", "?"))
    given = {each for grid in study.grids for each in grid["strategies"]}
    # With the data sets replaced, weights of another one may be those of the same.
    assert {text for text in given if "dataset" not in text} <= strategies
    assert all(grid["datasets"] for grid in study.grids)


def cells(runs: list[Run]) -> set[tuple[str, str]]:
    return {(run.strategy, run.tasks) for run in runs}


def set_to(run: Run, setting: str) -> object:
    """Return a setting of a run's weighting; None where it has none of that name."""
    weighting = run.recipe.weighting
    return weighting.get(setting) if weighting.has(setting) else None


def test_the_studies_ask_what_they_say() -> None:
    def of(name: str) -> list[Run]:
        return runs_of(read_study(name), datasets="club", seeds="1")

    social = {
        run.dataset: run.recipe.get("model.social") for run in of("with_and_without_weighting")
    }
    assert social == {"club": True, "club, no social links in the encoder": False}
    converging = of("convergence")
    assert {(r.recipe.train.patience, r.recipe.train.epochs) for r in converging} == {(0, 150)}
    assert ("ausrec", "all+noise") in cells(of("noise"))
    matrix = cells(of("tasks_alone_and_left_out"))
    tenth = "equal(weight=0.1)"
    assert {(tenth, "two_hop"), (tenth, "all-two_hop"), ("none", "none")} <= matrix
    shares = {set_to(run, "meta_share") for run in of("meta_share")}
    assert {0.1, 0.3, 0.5, 0.7} <= shares
    rarely = {set_to(run, "update_every") for run in of("meta_steps")}
    assert rarely - {None} == {1, 3, 10}
    sparse = of("sparsity")
    kept = {run.dataset: run.recipe.split.keep for run in sparse}
    assert kept == {
        f"club, {round(100 * share)} % of the training interactions": share
        for share in (0.2, 0.4, 0.6, 0.8, 1.0)
    }
    tried = {"none", "all", "sgl", "masked_edges", "apr"}
    assert {(run.dataset, run.tasks) for run in sparse} == set(product(kept, tried))
    paradigms = {run.tasks: run.strategy for run in of("paradigms")}
    others = {"sgl_node_dropout", "sgl_random_walk", "sgl_ranking"}  # views_and_objectives has them
    assert paradigms.keys() == {"none", *OBJECTIVES} - others
    assert paradigms.pop("none") == "none"
    assert paradigms.pop("generator_discriminator") == "equal(weight=0.1)"
    assert set(paradigms.values()) == {"paper_weights"}
    views = of("views_and_objectives")
    heat = [r.recipe.get("tasks.xsimgcl.temperature") for r in views if "xsimgcl" in r.tasks]
    assert heat == [0.2] * 2
    failing = of("failure_signatures")
    assert {run.recipe.train.geometry_every for run in failing} == {5}
    # Every condition has its baseline, which is one run.
    alone = [run for run in failing if run.strategy == "none"]
    assert {run.dataset for run in alone} == {run.dataset for run in failing}
    assert len({run.key for run in alone}) == 1
    assert {run.shuffled for run in of("is_the_meta_learning_real")} == {True, False}


def test_the_studies_of_sequences_ask_what_they_say() -> None:
    def of(name: str) -> list[Run]:
        return runs_of(read_study(name), datasets="ordered_club", seeds="1")

    encoders = of("sequence_encoders")
    assert [run.recipe.model.name for run in encoders] == ["sasrec", "bert4rec", "sasrec"]
    losses = [run.recipe.train.loss.name for run in encoders]
    assert losses == ["cross_entropy", "cross_entropy", "bce"]
    budgets = {(r.recipe.train.epochs, r.recipe.train.batch_size) for r in encoders}
    assert len(budgets) == 1
    weights = {run.strategy for run in of("s3rec_weights")}
    assert {"none", "paper_weights", "ausrec", "pretraining"} <= weights
    assert {run.tasks for run in of("masked_branch")} == {"none", "cloze"}
    kinds = [set(run.tasks.split("+")) for run in of("friends_order_attributes")]
    assert max(kinds, key=len) == set.union(*kinds) - {"none"}
    # The encoder alone is one run for the three studies that have it.
    alone = {run.key for name in SEQUENCES for run in of(name) if run.strategy == "none"}
    assert len(alone) == len(encoders)


def test_the_study_of_all_weightings_names_all_that_need_nothing_else() -> None:
    study = read_study("strategies")
    (grid,) = study.grids
    named = {parse_strategy(text).name for text in grid["strategies"]}
    left_out = {"manual": "no weights are given", "paper_weights": "no paper gives task"}
    # Pre-training is meant for sequences.
    assert named == {*STRATEGIES, *DERIVED} - left_out.keys() - {"pretraining"}
    for name, why in left_out.items():
        with pytest.raises(AusrecError, match=why):
            Grid(name, tasks=grid["tasks"], datasets="club").runs(show=False)


def test_all_studies_are_listed() -> None:
    assert [study.name for study in list_studies()] == NAMES
    assert len(NAMES) == 23


GOOD = {
    "title": "Mine",
    "question": "Does it\n work?",
    "grids": [{"strategies": ["none", "equal"], "tasks": "two_hop", "settings": TRAIN}],
}


def write(folder: Path, content: object) -> str:
    path = folder / "mine.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return str(path)


def test_a_study_of_ones_own(tmp_path: Path) -> None:
    study = read_study(write(tmp_path, GOOD | {"base": {"model": {"dim": 8}}}))
    assert (study.name, study.question) == ("mine", "Does it work?")
    assert study.settings()[0].get("model.dim") == 8
    runs = runs_of(study, datasets="club")
    assert cells(runs) == {("none", "none"), ("equal", "two_hop")}
    assert {(r.recipe.get("model.dim"), r.recipe.train.epochs) for r in runs} == {(8, 1)}


def test_what_is_set_reaches_a_study_whose_grids_choose_an_encoder() -> None:
    given = {"train.patience": 20, "train.l2": 1e-4, "model.dim": 8}
    study = read_study("sequence_encoders")
    for run in runs_of(study, base=study.settings()[0].set_all(given), datasets="ordered_club"):
        assert {name: run.recipe.get(name) for name in given} == given


def test_settings_go_to_the_grids_that_read_them(tmp_path: Path) -> None:
    grids = [
        {"strategies": [name], "tasks": "two_hop", "settings": dict(TRAIN)}
        for name in ("ausrec", "equal")
    ]
    study = read_study(write(tmp_path, GOOD | {"grids": grids}))
    weighting = {"learning_rate": 0.01, "weight": 0.2}
    learned, equal = runs_of(study, weighting=weighting, datasets="club")
    assert str(learned.recipe.weighting) == "ausrec(learning_rate=0.01)"
    assert str(equal.recipe.weighting) == "equal(weight=0.2)"
    with pytest.raises(AusrecError, match=r"^weighting\.temperature is set, but none of the strat"):
        study.expand(weighting={"temperature": 3.0}, datasets="club")
    with pytest.raises(AusrecError, match=r"weighting\.weight is 'x', but must be a number"):
        runs_of(study, weighting={"weight": "x"}, datasets="club")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("a: b: c", ":1: no valid YAML"),
        ("[]", ": a study must hold title"),
        ({"titel": "x"}, ":9: titel is unknown; did you mean 'title'"),
        ({"title": 3}, ":9: title is '3', but must be a text"),
        ({"grids": []}, ": grids is missing"),
        ({"grids": [3]}, ": grid 1 must hold strategies, tasks"),
        ({"grids": [{"tasks": ["all"]}]}, ":2: grids.1.strategies is missing"),
        ({"grids": [{"strategies": 3}]}, ":2: grids.1.strategies is '3'"),
        ({"grids": [{"strategies": "equal", "seed": 3}]}, ":2: grids.1.seed is unknown; did you"),
        ({"grids": [{"strategies": "equal", "seeds": "x"}]}, ":2: grids.1.seeds is 'x', but must"),
        (
            {"grids": [{"strategies": "equal", "condition": 1}]},
            "grids.1.condition is '1', but",
        ),
        ({"grids": [{"strategies": "equal", "settings": {1: 2}}]}, "grids.1.settings.1 is no set"),
        ({"grids": [{"strategies": "equal", "seeds": 0}]}, "grids.1.seeds are missing"),
        ({"grids": [{"strategies": "equal", "tasks": "soc"}]}, "grids.1.tasks 'soc' is unknown"),
        ({"base": {"model.dmi": 3}}, ":2: base.model.dmi is no setting of 'lightgcn'; did you"),
        ({"base": {"train": {"epochs": 1, "seed": 3}}}, ":4: base.train.seed is a matter of the"),
        (
            {"base": {"weighting": {"name": "dwa"}}},
            ": weighting.name is set, but none of the strategies has it",
        ),
        ({"base": {"weighting.weight": "x"}}, ": grids.1.weighting.weight is 'x', but must be a"),
        ({"base": []}, ":1: base must hold settings by name"),
    ],
)
def test_mistakes_are_named_with_their_lines(tmp_path: Path, change: object, message: str) -> None:
    file = write(tmp_path, GOOD | change if isinstance(change, dict) else change)
    with pytest.raises(AusrecError) as caught:
        read_study(file)
    assert str(caught.value).startswith(file) and "\n" not in str(caught.value)
    assert message in str(caught.value)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(AusrecError, match="did you mean 'noise'"):
        read_study("noize")
    with pytest.raises(AusrecError, match="cannot be read"):
        read_study(str(tmp_path / "none.yaml"))
    without = {name: value for name, value in GOOD.items() if name != "question"}
    with pytest.raises(AusrecError, match="question is missing"):
        read_study(write(tmp_path, without))


@pytest.mark.parametrize(
    ("strategy", "message"),
    [
        ("equl", ":8: grids.2.strategies 'equl' is unknown; did you mean 'equal'"),
        ("equal(weight=1", "grids.2.strategies is 'equal(weight=1': write NAME"),
        ("equal(weight=-1)", "grids.2.weighting.weight is -1.0, but must be 0 or"),
    ],
)
def test_a_wrong_strategy_is_told_with_its_grid(
    tmp_path: Path, strategy: str, message: str
) -> None:
    grids = [*GOOD["grids"], {"strategies": [strategy], "tasks": "two_hop"}]
    with pytest.raises(AusrecError) as caught:
        read_study(write(tmp_path, {"grids": grids} | {n: GOOD[n] for n in ("title", "question")}))
    assert message in str(caught.value)
