"""Studies: those that come with the kit can be run, and mistakes in one's own are named."""

from itertools import product
from pathlib import Path

import pytest
import yaml
from ausrec.experiments.overrides import override
from ausrec.training.weightings import WEIGHTINGS

from ausrec.errors import AusrecError
from ausrec.experiments.grid import Grid
from ausrec.experiments.run import Run
from ausrec.experiments.strategies import DERIVED, parse_strategy
from ausrec.experiments.study import STUDIES, list_studies, read_study
from ausrec.tasks import OBJECTIVES

NAMES = sorted(path.stem for path in STUDIES.glob("*.yaml"))
TRAIN = {"train.epochs": 1}


@pytest.mark.parametrize("name", NAMES)
def test_every_study_can_be_expanded_into_runs(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = read_study(name)
    if "dataset=" in str(study.grids):  # weights of another data set, which must be there
        monkeypatch.setenv("AUSREC_DATA_HOME", str(request.getfixturevalue("real_data")))
    runs = study.runs(datasets="club", seeds="1", show=False)
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


def test_the_studies_ask_what_they_say() -> None:
    def of(name: str) -> list[Run]:
        return read_study(name).runs(datasets="club", seeds="1", show=False)

    social = {run.dataset: run.recipe.model.social for run in of("with_and_without_weighting")}
    assert social == {"club": True, "club, no social links in the encoder": False}
    converging = of("convergence")
    assert {(r.recipe.train.patience, r.recipe.train.epochs) for r in converging} == {(0, 150)}
    assert ("ausrec", "all+noise") in cells(of("noise"))
    matrix = cells(of("tasks_alone_and_left_out"))
    tenth = "equal(weight=0.1)"
    assert {(tenth, "two_hop"), (tenth, "all-two_hop"), ("none", "none")} <= matrix
    shares = {run.recipe.weighting.meta_share for run in of("meta_share")}
    assert {0.1, 0.3, 0.5, 0.7} <= shares
    rarely = {run.recipe.weighting.update_every for run in of("meta_steps")}
    assert rarely == {1, 3, 10}
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
    settings = [run.recipe.tasks.settings for run in views if run.tasks == "xsimgcl"]
    assert settings == [{"xsimgcl": {"temperature": 0.2}}] * 2
    failing = of("failure_signatures")
    assert {run.recipe.train.geometry_every for run in failing} == {5}
    # Every condition has its baseline, which is one run.
    alone = [run for run in failing if run.strategy == "none"]
    assert {run.dataset for run in alone} == {run.dataset for run in failing}
    assert len({run.key for run in alone}) == 1
    assert {run.shuffled for run in of("is_the_meta_learning_real")} == {True, False}


def test_the_study_of_all_weightings_names_all_that_need_nothing_else() -> None:
    study = read_study("strategies")
    (grid,) = study.grids
    named = {parse_strategy(text).name for text in grid["strategies"]}
    left_out = {"manual": "no weights are given", "paper_weights": "has no published weight"}
    assert named == {*WEIGHTINGS, *DERIVED} - left_out.keys()
    for name, why in left_out.items():
        with pytest.raises(AusrecError, match=why):
            Grid(name, tasks=grid["tasks"], datasets="club").runs(show=False)


def test_all_studies_are_listed() -> None:
    assert [study.name for study in list_studies()] == NAMES
    assert len(NAMES) == 18


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
    assert study.recipe().model.dim == 8
    runs = study.runs(datasets="club", show=False)
    assert cells(runs) == {("none", "none"), ("equal", "two_hop")}
    assert {(run.recipe.model.dim, run.recipe.train.epochs) for run in runs} == {(8, 1)}


def test_settings_go_to_the_grids_that_read_them(tmp_path: Path) -> None:
    grids = [
        {"strategies": [name], "tasks": "two_hop", "settings": TRAIN}
        for name in ("ausrec", "equal")
    ]
    study = read_study(write(tmp_path, GOOD | {"grids": grids}))
    base = override(study.recipe(), {"weighting.learning_rate": 0.01, "weighting.weight": 0.2})
    learned, equal = study.runs(base, datasets="club", show=False)
    assert learned.recipe.weighting == "ausrec(learning_rate=0.01)"
    assert equal.recipe.weighting == "equal(weight=0.2)"
    nobody = override(study.recipe(), {"weighting.temperature": 3.0})
    with pytest.raises(AusrecError, match=r"weighting\.temperature is set, but none of the strat"):
        study.runs(nobody, datasets="club", show=False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("a: b: c", r"mine\.yaml:1: no valid YAML"),
        ("[]", "a study must hold title"),
        ({"titel": "x"}, "unknown 'titel'; did you mean 'title'"),
        ({"title": 3}, "'title' is 3, but must be a text"),
        ({"grids": []}, "a list of at least one grid"),
        ({"grids": [{"tasks": ["all"]}]}, "grid 1: 'strategies' is missing"),
        ({"grids": [{"strategies": 3}]}, "grid 1: 'strategies' is 3"),
        ({"grids": [{"strategies": "equal", "seed": 3}]}, "unknown 'seed'; did you mean 'seeds'"),
        ({"grids": [{"strategies": "equal", "seeds": "x"}]}, "'seeds' is 'x'"),
        ({"grids": [{"strategies": "equal", "condition": [1]}]}, r"'condition' is \[1\], but must"),
        ({"grids": [{"strategies": "equal", "settings": {1: 2}}]}, "unknown setting '1'"),
        ({"grids": [{"strategies": "equal", "seeds": 0}]}, "grid 1: no seeds"),
        ({"base": {"model.dmi": 3}}, "unknown setting 'model.dmi'; did you mean 'model.dim'"),
        ({"base": {"train.seed": 3}}, "'train.seed' is a matter of the grids' own lists"),
        ({"base": []}, "must be settings by name"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, change: object, message: str) -> None:
    content = GOOD | change if isinstance(change, dict) else change
    with pytest.raises(AusrecError, match=message) as caught:
        read_study(write(tmp_path, content))
    assert "mine.yaml" in str(caught.value) and "\n" not in str(caught.value)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(AusrecError, match="did you mean 'noise'"):
        read_study("noize")
    with pytest.raises(AusrecError, match="cannot be read"):
        read_study(str(tmp_path / "none.yaml"))
    without = {name: value for name, value in GOOD.items() if name != "question"}
    with pytest.raises(AusrecError, match="'question' is missing"):
        read_study(write(tmp_path, without))


@pytest.mark.parametrize("strategy", ["equl", "equal(weight=1"])
def test_a_wrong_strategy_is_told_with_its_grid(tmp_path: Path, strategy: str) -> None:
    grids = [*GOOD["grids"], {"strategies": [strategy], "tasks": "two_hop"}]
    with pytest.raises(AusrecError, match=r"mine\.yaml: study 'mine', grid 2: .*'equ"):
        read_study(write(tmp_path, GOOD | {"grids": grids}))
