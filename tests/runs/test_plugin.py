"""Plugins join the kit's dictionaries, and are refused in one line where they cannot."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ausrec.errors import AusrecError
from ausrec.runs import Recipe, prepare, run
from ausrec.runs import plugin as plugins
from ausrec.runs.plugin import CATALOGS, load_plugin, loaded_plugins
from ausrec.runs.recipe_file import read_recipe, to_yaml
from ausrec.training import TrainConfig
from tests.graphs import random_graph

PLUGIN = Path(__file__).parents[1] / "cases" / "my_plugin.py"


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forget what a test has loaded."""
    monkeypatch.setattr(plugins, "_loaded", {})
    before = {id(catalog): dict(catalog) for catalog in CATALOGS.values()}
    yield
    for catalog in CATALOGS.values():
        for name in catalog.keys() - before[id(catalog)].keys():
            del catalog[name]


def test_its_names_make_a_run_and_its_own_recipe_file(tmp_path: Path) -> None:
    load_plugin(PLUGIN)
    load_plugin(PLUGIN)  # once is enough
    recipe = Recipe(
        model="plain(dim=3)",
        tasks="strangers+apart+social_link",
        weighting="rising(pace=0.5)",
        train=TrainConfig(epochs=1, threads=1, loss="hinge"),
    )
    prepared = prepare(recipe, graph=random_graph(), show=False)
    assert [task.name for task in prepared.tasks] == ["strangers", "apart", "social_link"]
    trained = run(recipe, prepared=prepared, show_progress=False)
    assert set(trained.history.weights) == {"strangers", "apart", "social_link"}
    assert trained.model.table.shape[1] == 3
    assert "first@10" in trained.test.metrics
    path = tmp_path / "config.yaml"
    path.write_text(to_yaml(recipe, "test", tmp_path))
    assert read_recipe(path) == recipe


def test_a_recipe_file_loads_its_plugin_and_misses_it_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run" / "config.yaml"
    path.parent.mkdir()
    copied = tmp_path / "mine.py"
    copied.write_text(PLUGIN.read_text())
    path.write_text("plugins: [../mine.py]\nweighting: rising\n")
    assert read_recipe(path).weighting.name == "rising"
    assert list(loaded_plugins()) == ["plugin mine.py"]
    monkeypatch.setattr(plugins, "_loaded", {})
    copied.unlink()
    with pytest.raises(AusrecError, match=r"config.yaml.*mine\.py: no such plugin"):
        read_recipe(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "no plugin; it needs one of the names WEIGHTINGS"),
        ("a = 1\nb = a / 0\n", r"mine\.py:2: cannot be imported \(ZeroDivisionError"),
        ("import sys\nsys.exit('usage')\n", r"mine\.py:2: cannot be imported \(SystemExit: usage"),
        ("def f(:\n", r"cannot be imported \(SyntaxError"),
        ("WEIGHTINGS = [1]\n", "WEIGHTINGS must be a dictionary"),
        ("WEIGHTINGS = {'ausrec': dict}\n", "WEIGHTINGS 'ausrec' is taken"),
        ("TASKS = {'a b': dict}\n", "a name has letters, digits and _"),
        ("LOSSES = {'mine': 3}\n", "LOSSES 'mine' is 3, which cannot be used"),
        ("METRICS = {'mine': print}\n", "METRICS 'mine' is .* cannot be used"),
    ],
)
def test_what_is_no_plugin_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(AusrecError, match=said):
        load_plugin(path)
    assert not loaded_plugins()


def test_only_python_files_are_plugins(tmp_path: Path) -> None:
    for name in ("none.py", "."):
        with pytest.raises(AusrecError, match="no such plugin"):
            load_plugin(tmp_path / name)


def test_another_kind_of_object_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("class A:\n    pass\n\nWEIGHTINGS = {'a': A}\nTASKS = {'b': A}\n")
    load_plugin(path)
    with pytest.raises(AusrecError, match="'a' is of A, but must be of Weighting"):
        Recipe("club", weighting="a").check()
    with pytest.raises(AusrecError, match="'b' is of A, but must be of Task"):
        prepare(Recipe(tasks="b", weighting="equal"), graph=random_graph(), show=False)
