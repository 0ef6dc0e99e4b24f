"""A whole run as one value: how it is set, read, and known."""

from dataclasses import replace

import pytest

from ausrec.choice import Choice
from ausrec.errors import AusrecError, SettingError
from ausrec.runs.data_config import DataConfig
from ausrec.runs.recipe import STRATEGIES, Recipe, check_name, flatten
from ausrec.runs.task_sets import TaskSet
from ausrec.training import SplitConfig, TrainConfig
from ausrec.weighting import GradNorm

RECIPE = Recipe(
    DataConfig("club"),
    model="lightgcn(dim=8)",
    tasks="all+sgl(temperature=0.1)",
    weighting="gradnorm(asymmetry=2)",
    train=TrainConfig(epochs=2, ks=(10, 5), loss="ssm(temperature=0.2)"),
)


def test_things_are_chosen_by_text_and_held_as_choices() -> None:
    assert isinstance(RECIPE.weighting, Choice) and isinstance(RECIPE.tasks, TaskSet)
    assert (RECIPE.weighting.name, RECIPE.get("weighting.asymmetry")) == ("gradnorm", 2.0)
    weighting = RECIPE.build_weighting()
    assert isinstance(weighting, GradNorm) and weighting.asymmetry == 2.0
    assert replace(RECIPE, weighting=RECIPE.weighting) == RECIPE
    assert Recipe().without_tasks() == Recipe(tasks="none", weighting="none")
    assert Recipe(weighting="none").build_weighting() is None


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_weighting_is_made_with_its_defaults(name: str) -> None:
    Recipe(DataConfig("club"), weighting=name).check()


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("train.epochs", "7", 7),
        ("train.ks", [5, 10], (5, 10)),
        ("model.dim", 16, 16),
        ("weighting.asymmetry", "1e-3", 0.001),
        ("tasks.sgl.rate", "0.3", 0.3),
        ("data.links", "{item-has-genre: g.csv}", {"item-has-genre": "g.csv"}),
    ],
)
def test_a_setting_is_set_by_its_name(name: str, value: object, found: object) -> None:
    assert RECIPE.set(name, value).get(name) == found
    assert RECIPE.set(name, RECIPE.get(name) or "{}") == RECIPE


def test_settings_are_set_together_and_whole_choices_before_their_settings() -> None:
    found = RECIPE.set_all({"weighting.weight": 0.5, "model.init_std": 1, "weighting": "equal"})
    assert str(found.weighting) == "equal(weight=0.5)"
    assert str(found.model) == "lightgcn(dim=8, init_std=1.0)"
    assert RECIPE.set_all({"train.ks": [7], "train.select": "mrr@7"}).train.ks == (7,)
    assert str(RECIPE.set("train.loss", "bpr").train.loss) == "bpr"
    assert str(RECIPE.set("tasks", ["two_hop", "noise"]).tasks) == "two_hop+noise"


def test_a_run_is_known_by_its_changes() -> None:
    assert Recipe().changes() == Recipe(model="lightgcn(dim=64)").changes() == {}
    assert RECIPE.changes() == {
        "data.dataset": "club",
        "model": "lightgcn(dim=8)",
        "tasks": "all+sgl(temperature=0.1)",
        "weighting": "gradnorm(asymmetry=2.0)",
        "train.epochs": 2,
        "train.loss": "ssm(temperature=0.2)",
        "train.ks": (10, 5),
    }
    assert Recipe().set_all(RECIPE.changes()) == RECIPE


def test_a_mapping_holds_plain_values_and_all_settings() -> None:
    mapping = RECIPE.to_mapping()
    assert list(mapping) == ["data", "split", "model", "tasks", "weighting", "train"]
    assert mapping["weighting"] == "gradnorm(asymmetry=2.0, learning_rate=0.025)"
    sgl = (
        "sgl(rate=0.1, temperature=0.1, objective=info_nce, among=all, anchors=main, redraw=epoch)"
    )
    assert mapping["tasks"] == f"all+{sgl}"
    assert mapping["train"]["ks"] == [10, 5]
    assert mapping["train"]["loss"] == "ssm(temperature=0.2, by_cosine=true)"
    assert mapping["split"] == {
        "val": 0.1,
        "test": None,
        "how": "random",
        "date": None,
        "keep": 1.0,
        "join_val": False,
        "seed": 0,
    }
    assert Recipe().set_all(flatten(mapping)) == RECIPE


def test_groups_and_dotted_names_mean_the_same() -> None:
    assert flatten({"model": {"dim": 8}, "train.epochs": 3}) == {"model.dim": 8, "train.epochs": 3}
    assert flatten({"data": {"links": {"a-b-c": "x"}}}) == {"data.links": {"a-b-c": "x"}}
    with pytest.raises(SettingError, match=r"^train\.epochs is given twice"):
        flatten({"train": {"epochs": 3}, "train.epochs": 4})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("train.epochs", "many", "train.epochs is 'many', but must be a whole number"),
        ("train.epochs", 0, "train.epochs is 0, but must be above 0"),
        ("train.epoch", 3, "train.epoch is no setting; did you mean 'epochs'?"),
        ("trian.epochs", 3, "trian.epochs is no setting; did you mean 'train'?"),
        ("data_root", ".", "data_root is no setting; did you mean 'data.data_root'?"),
        ("epochs", 3, "epochs is no setting; did you mean 'train.epochs'?"),
        ("train", 3, "train is a group of settings: name one, as train.epochs"),
        ("train.loss", "bprr", "train.loss 'bprr' is unknown; did you mean 'bpr'?"),
        ("train.loss", None, "train.loss is 'null', but must be a text"),
        ("train.loss.temperature", 1, "train.loss.temperature is written behind a name, as train"),
        ("model", "lightgn", "model 'lightgn' is unknown; did you mean 'lightgcn'?"),
        ("model", None, "model is null, but must be a text, as NAME or NAME(SETTING=VALUE)"),
        ("model.dmi", 3, "model.dmi is no setting of 'lightgcn'; did you mean 'dim'?"),
        ("weighting", "equl", "weighting 'equl' is unknown; did you mean 'equal'?"),
        ("weighting.", 3, "weighting. names no setting behind the dot"),
        ("weighting.asymmetry", "x", "weighting.asymmetry is 'x', but must be a number"),
        ("tasks", 3, "tasks is 3, but must be a text, as all+noise, or names"),
        ("tasks.apr.size", 3, "tasks.apr is not among the tasks; add it, as all+sgl(temperature=0"),
        ("tasks.sgl", 3, "tasks.sgl is a task: name one of its settings, too"),
        ("weighting.name", "equal", "weighting.name is no setting of 'gradnorm'; known are asym"),
    ],
)
def test_what_cannot_be_set_is_answered_with_its_name(
    name: str, value: object, message: str
) -> None:
    with pytest.raises(SettingError) as raised:
        RECIPE.set(name, value)
    assert message in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"train": 3}, "train is 3, but must hold settings by name"),
        ({1: 2}, "1 is no setting; known are data, model"),
    ],
)
def test_wrong_mappings_are_answered(settings: dict[object, object], message: str) -> None:
    with pytest.raises(SettingError) as raised:
        flatten(settings)
    assert str(raised.value).startswith(message)


def test_impossible_settings_are_refused_before_anything_is_read() -> None:
    for recipe, message in (
        (Recipe(), "^no data is named"),
        (replace(RECIPE, weighting="equal(weight=-1)"), "^weighting.weight is -1.0, but must be"),
    ):
        with pytest.raises(AusrecError, match=message):
            recipe.check()


def test_a_run_may_go_on_for_longer_and_elsewhere_only() -> None:
    longer = RECIPE.set_all({"train.epochs": 9, "train.threads": 2, "train.device": "cpu"})
    assert longer.continues(RECIPE)
    assert not RECIPE.set("train.seed", 1).continues(RECIPE)
    assert not replace(RECIPE, data=DataConfig("lastfm")).continues(RECIPE)


def test_every_setting_has_a_name_that_is_known() -> None:
    for name in flatten(Recipe().to_mapping()):
        assert check_name(name) == name


def test_an_encoder_of_sequences_brings_its_usual_settings_unless_others_are_set() -> None:
    recipe = Recipe("club", model="sasrec")
    assert (recipe.split.how, str(recipe.train.loss)) == ("leave_one_out", "cross_entropy")
    assert recipe.train.batch_size == 256
    assert Recipe("club").set("model", "sasrec") == recipe
    assert recipe.set("train.batch_size", 2048).train.batch_size == 2048
    both = Recipe("club").set_all({"model": "sasrec", "train.batch_size": 2048})
    assert (both.train.batch_size, str(both.train.loss)) == (2048, "cross_entropy")
    before = Recipe("club", train=TrainConfig(batch_size=64)).set("model", "bert4rec")
    assert (before.train.batch_size, before.train.learning_rate) == (64, 1e-3)
    assert Recipe("club").train == TrainConfig() and Recipe("club").split.how == "random"


def test_what_is_set_stays_with_an_encoder_of_sequences_even_if_it_is_a_default() -> None:
    settings = {"train.patience": 20, "train.l2": 1e-4, "split.how": "random"}
    for recipe in (
        Recipe("club").set_all({**settings, "model": "sasrec"}),
        Recipe("club").set_all(settings).set("model", "sasrec"),
        Recipe("club", model="sasrec").set_all(settings),
        replace(Recipe("club", model="sasrec").set_all(settings), tasks="cloze"),
    ):
        assert {name: recipe.get(name) for name in settings} == settings
        assert recipe.train.batch_size == 256
    # One changed setting leaves the others as they usually are.
    assert Recipe("club", model="sasrec", split=SplitConfig(seed=3)).split.how == "leave_one_out"
    assert Recipe("club", model="sasrec", train=TrainConfig(epochs=2)).train.patience == 60
    # With another encoder goes what the first one brought, and nothing else.
    there_and_back = Recipe("club", model="sasrec").set("train.l2", 0.0).set("model", "lightgcn")
    assert there_and_back == Recipe("club").set("train.l2", 0.0)


def test_sequences_are_not_split_where_tables_hold_the_parts_out() -> None:
    tables = DataConfig(interactions="p.csv", test="t.csv", val="v.csv")
    recipe = Recipe(tables, model="sasrec")
    recipe.check_split()
    assert recipe.split.how == "random"
    assert replace(Recipe("club", model="sasrec"), data=tables) == recipe
