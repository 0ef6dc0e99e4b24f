"""Settings of single objectives reach them, and mistakes are named."""

import inspect

import pytest

from ausrec.errors import AusrecError
from ausrec.tasks import OBJECTIVES
from ausrec.tasks.objectives import Contrast
from ausrec.training.recipe import Recipe, prepare
from ausrec.training.settings import DataConfig, TasksConfig
from ausrec.training.task_settings import check_names, make_objective
from ausrec.training.weighting_config import WeightingConfig
from tests.graphs import random_graph

GRAPH = random_graph()


NUMBERS = [
    (name, each.name)
    for name, make in OBJECTIVES.items()
    for each in inspect.signature(make).parameters.values()
    # None stands for a number that the data decides.
    if isinstance(each.default, int | float | None) and not isinstance(each.default, bool)
]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf"), 10**400, -1])
@pytest.mark.parametrize(("name", "setting"), NUMBERS)
def test_numbers_that_cannot_be_are_refused(name: str, setting: str, bad: int | float) -> None:
    with pytest.raises(AusrecError, match=rf"{setting} is .*, but ") as raised:
        make_objective(name, GRAPH, {name: {setting: bad}})
    assert str(raised.value).startswith(f"tasks.settings: '{name}': {setting} is")


@pytest.mark.parametrize("name", OBJECTIVES)
def test_without_settings_an_objective_is_the_published_one(name: str) -> None:
    made, plain = make_objective(name, GRAPH, {}), OBJECTIVES[name](GRAPH)
    simple = (bool, int, float, str, type(None))
    found, expected = (
        {n: v for n, v in vars(task).items() if isinstance(v, simple)} for task in (made, plain)
    )
    assert type(made) is type(plain) and found == expected


def test_settings_reach_their_objective_and_no_other() -> None:
    settings = {"sgl": {"temperature": 1, "objective": "alignment"}, "ncl": {"warm_up": 3}}
    sgl, other = (make_objective(name, GRAPH, settings) for name in ("sgl", "simgcl"))
    assert isinstance(sgl, Contrast) and isinstance(other, Contrast)
    assert (sgl.temperature, sgl.objective) == (1, "alignment")
    assert (other.temperature, other.objective) == (0.2, "info_nce")
    assert vars(make_objective("ncl", GRAPH, settings))["warm_up"] == 3


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("sgl", {"temprature": 1.0}, "'sgl' has no setting 'temprature'; did you mean 'temperat"),
        ("mhcn", {"rate": 1.0}, "'mhcn' has no setting 'rate'; it has none"),
        ("sgl", {"temperature": "hot"}, "temperature is 'hot', but must be a number"),
        ("sgl", {"temperature": True}, "temperature is True, but must be a number"),
        ("xsimgcl", {"layer": 1.5}, "layer is 1.5, but must be a whole number"),
        ("ncl", {"num_prototypes": "many"}, "is 'many', but must be a whole number"),
        ("sgl", {"objective": 3}, "objective is 3, but must be a text"),
        ("sgl", {"objective": "rankng"}, "objective 'rankng' is unknown; did you mean 'ranking'"),
        ("masked_edges", {"error": "cosine"}, "error 'cosine' is unknown"),
        ("sgl", {"temperature": -1.0}, "temperature is -1.0, but must be above 0"),
    ],
)
def test_mistakes_are_named(name: str, settings: dict[str, object], message: str) -> None:
    with pytest.raises(AusrecError, match=message):
        make_objective(name, GRAPH, {name: settings})


def test_settings_of_tasks_that_are_not_there_are_refused() -> None:
    check_names({"sgl": {}}, ("two_hop", "sgl"))
    with pytest.raises(AusrecError, match="'sglx' is not among the tasks; did you mean 'sgl'"):
        check_names({"sglx": {}}, ("sgl",))
    with pytest.raises(AusrecError, match="structural task 'two_hop' has no settings"):
        check_names({"two_hop": {}}, ("two_hop",))


def test_a_recipe_prepares_its_tasks_by_them() -> None:
    tasks = TasksConfig("apr+sgl", settings={"apr": {"size": 0.1}})
    recipe = Recipe(DataConfig("club"), tasks=tasks, weighting=WeightingConfig("equal"))
    apr, _ = prepare(recipe, show=False).tasks
    assert vars(apr)["size"] == 0.1
    assert hash(tasks) == hash(TasksConfig("apr+sgl")) and tasks != TasksConfig("apr+sgl")
