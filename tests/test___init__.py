"""The face of the package: everything is one dot away, and costs nothing until it is used."""

import importlib
import subprocess
import sys

import pytest

import ausrec


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import sys, ausrec; "
        "print(sorted({'torch', 'matplotlib', 'pandas', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("floor", ausrec._FLOORS)
def test_what_a_room_exports_is_one_dot_away(floor: str) -> None:
    module = importlib.import_module(f"ausrec.{floor}")
    for name in module.__all__:
        assert getattr(ausrec, name) is getattr(module, name), name
        assert name in dir(ausrec)


def test_rooms_are_modules_and_other_names_are_refused() -> None:
    assert ausrec.weighting is importlib.import_module("ausrec.weighting")
    with pytest.raises(AttributeError, match="no attribute 'LightGNC'"):
        ausrec.LightGNC  # noqa: B018 - is looked up


def test_a_recipe_is_made_and_run_by_the_face() -> None:
    recipe = ausrec.Recipe(
        "club", model="mf(dim=2)", weighting="equal", train=ausrec.TrainConfig(epochs=1, ks=(10,))
    )
    trained = ausrec.run(recipe.set("tasks", "social_link"), show_progress=False)
    assert trained.history.weights == {"social_link": 1.0}
